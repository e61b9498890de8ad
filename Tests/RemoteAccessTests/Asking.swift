#if HTTP
  import HTTPServer
  import Synchronization

  @testable import RemoteAccess

  /// What tests ask of a server, with waits that are only written down.
  final class Asking: Sendable {
    let waits = Mutex<[Double]>([])
    private let options: RemoteOptions

    init(_ change: (inout RemoteOptions) -> Void = { _ in }) {
      var options = RemoteOptions()
      options.certificates = TLSServer.certificate
      options.answerSeconds = 20
      options.silentSeconds = 20
      change(&options)
      self.options = options
    }

    var session: RemoteSession {
      get throws {
        var options = options
        options.sleep = { [self] seconds in waits.withLock { $0.append(seconds) } }
        return RemoteSession(options, try makeTransport(options))
      }
    }

    /// The first bytes of what is behind a URL.
    func start(of url: String, _ count: Int = 1000) throws -> (bytes: [UInt8], version: RemoteVersion) {
      try session.bytes(0..<count, of: RemoteURL(url), version: nil)
    }

    /// Why these cannot be read; nil where they can.
    func refusal(of url: String, _ count: Int = 1000) throws -> RemoteError? {
      do {
        _ = try start(of: url, count)
        return nil
      } catch let error as RemoteError {
        return error
      }
    }
  }

  /// A file of 5,000 bytes, no two parts of it alike.
  let contents = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 256) }
#endif
