internal import Synchronization
internal import TensorCore

/// Asks servers for ranges of files: follows redirects, tries again what may pass, and holds every answer against what
/// was asked. formats/remote.md is the normative page.
final class RemoteSession: Sendable {
  let options: RemoteOptions
  let cache = RangeCache()

  private let transport: any HTTPTransport
  private let used = Mutex((requests: 0, bytes: 0))

  init(_ options: RemoteOptions, _ transport: any HTTPTransport) {
    self.options = options
    self.transport = transport
  }

  /// Why one try came to nothing.
  private enum Failed: Error {
    /// It would be so the next time.
    case final(RemoteError)
    case failure(HTTPFailure)
    case status(Int, retryAfter: Int?)

    var text: String {
      switch self {
      case .final(let error): "\(error)"
      case .failure(.timedOut): "no answer in time"
      case .failure(.broken(let reason)), .failure(.unreachable(let reason)), .failure(.untrusted(let reason)): reason
      case .failure(.bodyTooLong): "too long an answer"
      case .status(let status, _): "HTTP \(status)"
      }
    }

    /// What is said after so many tries.
    func error(tries: Int, limit: Int) -> RemoteError {
      switch self {
      case .final(let error): error
      case .failure(.unreachable(let reason)): .unreachable(reason)
      case .failure(.untrusted(let reason)): .untrusted(reason)
      case .failure(.broken(let reason)): .broken(reason, tries: tries)
      case .failure(.timedOut): .timedOut(tries: tries)
      case .failure(.bodyTooLong): .bodyTooLong(limit: limit)
      case .status(let status, _): .serverFailed(status: status, tries: tries)
      }
    }

    var mayPass: Bool {
      switch self {
      case .failure(.broken), .failure(.timedOut), .status: true
      case .final, .failure: false
      }
    }
  }

  /// The bytes of a range of a file.
  ///
  /// - Parameters:
  ///   - range: Not empty; of a file that is shorter, the bytes that are there.
  ///   - version: What an earlier answer said of the file, which it must still be.
  /// - Complexity: As many requests as tries and redirects; at most ``RemoteOptions/longestDelay`` between them.
  func bytes(
    _ range: Range<Int>, of url: RemoteURL, version: RemoteVersion?
  ) throws(RemoteError) -> (bytes: [UInt8], version: RemoteVersion) {
    var delay = options.firstDelay
    var tries = 1
    while true {
      do throws(Failed) {
        return try once(range, of: url, version)
      } catch {
        guard error.mayPass, tries < options.tries else { throw error.error(tries: tries, limit: range.count) }
        var wait = delay
        if case .status(let status, let seconds?) = error {
          guard seconds <= options.longestDelay else {
            throw .waitTooLong(status: status, seconds: seconds, limit: options.longestDelay)
          }
          wait = max(wait, Double(seconds))
        }
        options.willRetry(url, error.text, wait)
        options.sleep(wait)
        delay = min(delay * 2, Double(options.longestDelay))
        tries += 1
      }
    }
  }

  private func once(
    _ range: Range<Int>, of url: RemoteURL, _ version: RemoteVersion?
  ) throws(Failed) -> (bytes: [UInt8], version: RemoteVersion) {
    var headers = [
      ("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"), ("Accept-Encoding", "identity"),
      ("User-Agent", "swift-gguf"),
    ]
    // A server that sees another version then sends the whole, which is an error below.
    if let tag = version?.strongTag { headers.append(("If-Range", tag)) }
    let check = AnswerCheck(range: range, version: version)
    let (answer, use) = try follow(url, headers, check)
    let head = answer.head
    do throws(RemoteError) {
      if try check.isEmptyFile(head) { return ([], RemoteVersion(head, size: 0)) }
      switch head.status {
      case 206: break
      case 401, 403, 407: throw .forbidden(status: head.status, use)
      case 404, 410: throw .notFound(status: head.status)
      default: throw .statusUnexpected(head.status)
      }
      let (answered, now) = try check.part(head)
      guard answer.body.count == answered.count else {
        throw .broken("it ended after \(answer.body.count) of \(answered.count) bytes", tries: 1)
      }
      return (answer.body, now)
    } catch .broken(let reason, _) {
      throw .failure(.broken(reason))
    } catch {
      throw .final(error)
    }
  }

  /// Sends a request, and again to wherever it is redirected.
  ///
  /// - Returns: An answer that is no redirect and does not ask to try again.
  private func follow(
    _ url: RemoteURL, _ headers: [(String, String)], _ check: AnswerCheck
  ) throws(Failed) -> (HTTPAnswer, AuthorizationUse) {
    let authorization = options.authorizations.first { $0.origin == url.origin }
    var current = url
    var seen: Set<RemoteURL> = [url]
    var hasLeft = false
    for _ in 0...options.mostRedirects {
      let use = authorization?.use(for: current, hasLeft: hasLeft) ?? .none
      var sent = headers
      if let authorization, use == .sent { sent.append(("Authorization", authorization.value)) }
      try count(bytes: check.range.count)
      let answer = try send(sent, to: current, check)
      let status = answer.head.status
      switch status {
      case 301, 302, 303, 307, 308:
        let next: RemoteURL
        do throws(RemoteError) {
          next = try Self.target(of: answer.head, from: current)
          guard seen.insert(next).inserted else { throw .redirectLoop(to: next.description) }
        } catch {
          throw .final(error)
        }
        if next.origin != url.origin { hasLeft = true }
        current = next
      case 408, 429, 500...599:
        throw .status(status, retryAfter: answer.head["retry-after"].flatMap { ContentRange.number($0[...]) })
      default: return (answer, use)
      }
    }
    throw .final(.redirectsTooMany(limit: options.mostRedirects))
  }

  private func send(
    _ headers: [(String, String)], to url: RemoteURL, _ check: AnswerCheck
  ) throws(Failed) -> HTTPAnswer {
    let request = HTTPRequest(
      url: url, headers: headers.map { (name: $0.0, value: $0.1) }, silence: options.silentSeconds,
      duration: options.answerSeconds + Double(check.range.count) / options.leastRate)
    do throws(HTTPFailure) {
      return try transport.send(request) { check.bodyLimit($0) }
    } catch {
      throw .failure(error)
    }
  }

  /// Where a redirect leads.
  private static func target(of head: HTTPHead, from url: RemoteURL) throws(RemoteError) -> RemoteURL {
    guard let location = head["location"] else { throw .redirectInvalid("the answer has no Location") }
    let next: RemoteURL
    do throws(RemoteURLError) {
      next = try url.resolving(location)
    } catch {
      throw .redirectInvalid("\(error)")
    }
    if url.scheme == .https && next.scheme == .http { throw .redirectInsecure(to: next.description) }
    return next
  }

  /// Counts a request for so many bytes.
  private func count(bytes: Int) throws(Failed) {
    let (requests, total) = used.withLock { used in
      used.requests += 1
      used.bytes = [used.bytes, bytes].clampedSum
      return used
    }
    guard requests <= options.mostRequests else { throw .final(.requestsTooMany(limit: options.mostRequests)) }
    guard total <= options.mostBytes else { throw .final(.bytesTooMany(limit: options.mostBytes)) }
  }
}
