#if HTTP
  internal import AsyncHTTPClient
  internal import NIOCore
  internal import NIOHTTP1
  internal import NIOPosix
  internal import NIOSSL
  internal import Synchronization
  internal import SystemPackage
  internal import TensorCore

  func makeTransport(_ options: RemoteOptions) throws(RemoteSetupError) -> any HTTPTransport {
    try AsyncHTTPTransport(options)
  }

  /// Requests through AsyncHTTPClient.
  final class AsyncHTTPTransport: HTTPTransport {
    private let client: HTTPClient

    init(_ options: RemoteOptions) throws(RemoteSetupError) {
      var tls = TLSConfiguration.makeClientConfiguration()
      if let path = options.certificates {
        do {
          tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
        } catch {
          throw .certificates(path: path, reason: "\(error)")
        }
      }
      var configuration = HTTPClient.Configuration(
        tlsConfiguration: tls, redirectConfiguration: .disallow,
        timeout: .init(
          connect: .milliseconds(Int64(options.connectSeconds * 1000)),
          read: .milliseconds(Int64(options.silentSeconds * 1000))),
        decompression: .disabled)
      configuration.httpVersion = .http1Only
      // What may be tried again is decided in one place.
      configuration.connectionPool.retryConnectionEstablishment = false
      client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { try? client.syncShutdown() }

    func send(
      _ request: HTTPRequest, bodyLimit: @escaping @Sendable (HTTPHead) -> Int?
    ) throws(HTTPFailure) -> HTTPAnswer {
      let collector = AnswerCollector(bodyLimit)
      do {
        let message = try HTTPClient.Request(
          url: request.url.target, headers: HTTPHeaders(request.headers.map { ($0.name, $0.value) }))
        return try client.execute(
          request: message, delegate: collector,
          deadline: .now() + .milliseconds(Int64(request.duration * 1000))
        ).wait()
      } catch is AnswerCollector.Unwanted {
        return HTTPAnswer(head: collector.head ?? HTTPHead(status: 0, headers: []), body: [])
      } catch {
        throw HTTPFailure(error)
      }
    }
  }

  /// Takes in one answer, as far as it is wanted.
  private final class AnswerCollector: HTTPClientResponseDelegate {
    /// The body is not wanted: the connection is dropped.
    struct Unwanted: Error {}

    private struct State {
      var head: HTTPHead?
      var limit = 0
      var body: [UInt8] = []
    }

    private let bodyLimit: @Sendable (HTTPHead) -> Int?
    private let state = Mutex(State())

    init(_ bodyLimit: @escaping @Sendable (HTTPHead) -> Int?) { self.bodyLimit = bodyLimit }

    var head: HTTPHead? { state.withLock { $0.head } }

    func didReceiveHead(task: HTTPClient.Task<HTTPAnswer>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
      let head = HTTPHead(status: Int(head.status.code), headers: head.headers.map { ($0.name, $0.value) })
      let limit = bodyLimit(head)
      state.withLock { state in
        state.head = head
        state.limit = limit ?? 0
        state.body.reserveCapacity(state.limit)
      }
      return limit == nil
        ? task.eventLoop.makeFailedFuture(Unwanted()) : task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<HTTPAnswer>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
      let fits = state.withLock { state in
        guard buffer.readableBytes <= state.limit - state.body.count else { return false }
        state.body.append(contentsOf: buffer.readableBytesView)
        return true
      }
      return fits
        ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(HTTPFailure.bodyTooLong)
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPAnswer>) throws -> HTTPAnswer {
      try state.withLock { state in
        guard let head = state.head else { throw HTTPFailure.broken("it ended before an answer") }
        return HTTPAnswer(head: head, body: state.body)
      }
    }
  }

  extension HTTPFailure {
    fileprivate init(_ error: any Error) {
      switch error {
      case let error as HTTPFailure: self = error
      case let error as NIOConnectionError: self = Self.connection(error)
      case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .untrusted("\(error)")
      case let error as HTTPClientError:
        switch error {
        case .readTimeout, .connectTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout, .writeTimeout,
          .tlsHandshakeTimeout:
          self = .timedOut
        default: self = .broken(error.shortDescription)
        }
      case let error as IOError:
        let code = Errno(rawValue: error.errnoCode)
        self = Self.refusing.contains(code) ? .unreachable("\(code)") : .broken("\(code)")
      default: self = .broken("\(error)")
      }
    }

    /// What the system says where nobody listens, or no way leads there.
    private static let refusing: [Errno] = [.connectionRefused, .noRouteToHost, .networkUnreachable]

    private static func connection(_ error: NIOConnectionError) -> HTTPFailure {
      if let first = error.connectionErrors.first {
        return .unreachable((first.error as? IOError).map { "\(Errno(rawValue: $0.errnoCode))" } ?? "\(first.error)")
      }
      return .unreachable("no address is known of \(error.host.quoted(limit: 80))")
    }
  }
#else
  func makeTransport(_ options: RemoteOptions) throws(RemoteSetupError) -> any HTTPTransport {
    throw .builtWithoutClient
  }
#endif
