/// The value of an `Authorization` header, and who may see it. It has no description that shows it.
public struct Authorization: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The scheme, host and port that it is for.
  public let origin: String
  let value: String

  public var description: String { "Authorization for \(origin)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["origin": origin]) }

  /// Longer ones are refused; tokens have a few thousand bytes at most.
  static let longest = 16_384

  /// - Parameters:
  ///   - value: The header's value, whole: `Bearer hf_...`.
  ///   - url: It is sent to the origin of this URL and to nobody else, and only where the connection is encrypted or does
  ///     not leave this machine.
  /// - Returns: nil for what is no value of a header: empty, too long, or with a character that is not visible ASCII or a
  ///   blank, as one that ends the line and begins another header.
  public init?(_ value: String, for url: RemoteURL) {
    guard (1...Self.longest).contains(value.utf8.count), value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }),
      !value.hasPrefix(" "), !value.hasSuffix(" ")
    else { return nil }
    self.value = value
    origin = url.origin
  }

  /// What becomes of it in a request.
  ///
  /// - Parameter hasLeft: Whether a redirect has led to another origin before: what came of another server is not trusted
  ///   to lead back.
  func use(for url: RemoteURL, hasLeft: Bool) -> AuthorizationUse {
    if hasLeft || url.origin != origin { return .withheldFromOtherHost }
    return url.scheme == .https || url.isLoopback ? .sent : .withheldOverHTTP
  }
}
