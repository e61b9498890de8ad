/// A request: always a GET.
struct HTTPRequest: Sendable {
  let url: RemoteURL
  let headers: [(name: String, value: String)]
  /// How long the connection may be silent, and how long the whole request may take, in seconds.
  let silence: Double
  let duration: Double
}

/// What comes in front of an answer's body.
struct HTTPHead: Sendable {
  let status: Int
  let headers: [(name: String, value: String)]

  /// The value of a header; nil where there is none, or several that differ.
  subscript(name: String) -> String? {
    let values = headers.filter { $0.name.lowercased() == name }.map(\.value)
    guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
    return first
  }

  func has(_ name: String) -> Bool { headers.contains { $0.name.lowercased() == name } }
}

struct HTTPAnswer: Sendable {
  let head: HTTPHead
  /// Empty where it was not wanted.
  let body: [UInt8]
}

/// Sends requests: a client that does neither follow redirects, nor unpack, nor try again.
protocol HTTPTransport: Sendable {
  /// Sends a request and waits for the answer.
  ///
  /// - Parameter bodyLimit: Says of an answer's head how many bytes of the body are wanted; nil to leave the body and
  ///   drop the connection.
  /// - Throws: ``HTTPFailure``; `.bodyTooLong` as soon as more comes than is wanted.
  func send(_ request: HTTPRequest, bodyLimit: @escaping @Sendable (HTTPHead) -> Int?) throws(HTTPFailure) -> HTTPAnswer
}

/// Why there is no answer, or no whole one.
enum HTTPFailure: Error, Sendable, Hashable {
  /// No connection; trying again at once would be of no use.
  case unreachable(String)
  /// The certificate does not hold, or TLS could not be agreed on.
  case untrusted(String)
  /// The connection came to nothing or broke.
  case broken(String)
  case timedOut
  case bodyTooLong
}
