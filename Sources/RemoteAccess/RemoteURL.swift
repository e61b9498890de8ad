/// An `http` or `https` URL as this module takes it: absolute, in visible ASCII, without a user's name.
///
/// Its description leaves out the query, which of presigned URLs is a secret.
public struct RemoteURL: Sendable, Hashable, CustomStringConvertible {
  /// Longer ones are refused; servers take 8,000 bytes at least (RFC 9110, section 4.1).
  static let longest = 8_192

  public enum Scheme: String, Sendable {
    case http, https

    var port: Int { self == .http ? 80 : 443 }
  }

  public let scheme: Scheme
  /// In lower case; an IPv6 address in brackets.
  public let host: String
  public let port: Int
  /// Percent-encoded; begins with a slash.
  let path: String
  /// Behind the question mark.
  let query: String?

  /// Whether an argument is meant as one: it begins with `http://` or `https://`, in any case.
  public static func isURL(_ argument: String) -> Bool {
    let start = argument.prefix(8).lowercased()
    return start.hasPrefix("http://") || start == "https://"
  }

  /// - Throws: ``RemoteURLError``.
  public init(_ text: String) throws(RemoteURLError) {
    guard text.utf8.count <= Self.longest else { throw .tooLong(text.utf8.count) }
    guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()),
      text[colon...].hasPrefix("://")
    else { throw .scheme }
    let rest = text[text.index(colon, offsetBy: 3)...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    self.scheme = scheme
    (host, port) = try Self.authority(rest[..<end], scheme)
    (path, query) = try Self.pathAndQuery(rest[end...])
  }

  private init(_ base: RemoteURL, path: String, query: String?) {
    (scheme, host, port) = (base.scheme, base.host, base.port)
    self.path = path.isEmpty ? "/" : path
    self.query = query
  }

  private static func authority(
    _ text: Substring, _ scheme: Scheme
  ) throws(RemoteURLError) -> (host: String, port: Int) {
    guard !text.contains("@") else { throw .user }
    var host = text
    var port = scheme.port
    let behindBracket = text.lastIndex(of: "]").map(text.index(after:)) ?? text.startIndex
    if let colon = text[behindBracket...].firstIndex(of: ":") {
      host = text[..<colon]
      let digits = text[text.index(after: colon)...]
      if !digits.isEmpty {
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
          (1...65_535).contains(number)
        else { throw .port }
        port = number
      }
    }
    let isAddress = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
    let name = isAddress ? host.dropFirst().dropLast() : host
    guard !name.isEmpty, name.utf8.allSatisfy({ isNameByte($0) || isAddress && $0 == UInt8(ascii: ":") }) else {
      throw .host
    }
    return (host.lowercased(), port)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func pathAndQuery(_ text: Substring) throws(RemoteURLError) -> (String, String?) {
    // The fragment is the reader's.
    let sent = text.prefix { $0 != "#" }
    let mark = sent.firstIndex(of: "?")
    let path = try encoded(sent[..<(mark ?? sent.endIndex)])
    let query: String? =
      if let mark { try encoded(sent[sent.index(after: mark)...]) } else { nil }
    return (path.isEmpty ? "/" : path, query)
  }

  /// What must not stand in a request is percent-encoded; what could end a line is refused.
  private static func encoded(_ text: Substring) throws(RemoteURLError) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case 0..<0x20, 0x7F: throw .controlCharacter
      case 0x20, 0x80..., UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
        UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
        result += percentEncoded(byte)
      default: result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return result
  }

  private static func percentEncoded(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.utf8.count < 2 ? "0" : "") + digits
  }

  // MARK: Parts

  private var portText: String { port == scheme.port ? "" : ":\(port)" }

  /// Scheme, host and port: who gets what is sent.
  public var origin: String { "\(scheme.rawValue)://\(host)\(portText)" }

  /// Without the query.
  public var description: String { origin + path }

  /// With the query: for the client, not for people.
  var target: String { description + (query.map { "?" + $0 } ?? "") }

  /// The last part of the path as a file's name, decoded; empty where the path ends with a slash.
  public var fileName: String {
    let part = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? path.utf8[...]
    var bytes: [UInt8] = []
    var rest = Array(part)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether what is sent stays on this machine.
  var isLoopback: Bool {
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return host == "localhost" || host == "[::1]" || numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
  }

  // MARK: References

  /// The URL of a file beside this one. The query stays: where it is a signature, it may be that of the folder.
  ///
  /// - Parameter name: Without a slash.
  func neighbour(_ name: String) -> RemoteURL {
    var encoded = ""
    for byte in name.utf8 {
      if Self.isNameByte(byte) || byte == UInt8(ascii: "~") {
        encoded.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        encoded += Self.percentEncoded(byte)
      }
    }
    return RemoteURL(self, path: Self.folder(path) + encoded, query: query)
  }

  /// What a `Location` header leads to from here (RFC 3986, section 5.2).
  func resolving(_ reference: String) throws(RemoteURLError) -> RemoteURL {
    if let colon = reference.firstIndex(of: ":"), Self.isScheme(reference[..<colon]) { return try RemoteURL(reference) }
    if reference.hasPrefix("//") { return try RemoteURL("\(scheme.rawValue):\(reference)") }
    guard reference.utf8.count <= Self.longest else { throw .tooLong(reference.utf8.count) }
    let end = reference.firstIndex { "?#".contains($0) } ?? reference.endIndex
    let path = reference[..<end]
    let (_, newQuery) = try Self.pathAndQuery(reference[end...])
    if path.isEmpty { return RemoteURL(self, path: self.path, query: newQuery ?? query) }
    let whole = path.hasPrefix("/") ? String(path) : Self.folder(self.path) + path
    return RemoteURL(self, path: Self.withoutDots(try Self.encoded(whole[...])), query: newQuery)
  }

  private static func isScheme(_ text: Substring) -> Bool {
    text.utf8.first.map { (0x41...0x5A).contains($0 & ~0x20) } ?? false
      && text.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: "_") || $0 == UInt8(ascii: "+") }
  }

  /// As far as the last slash.
  private static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
  }

  private static func withoutDots(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    var kept: [Substring] = []
    for part in parts where part != "." {
      if part == ".." { _ = kept.popLast() } else { kept.append(part) }
    }
    if let last = parts.last, last == "." || last == ".." { kept.append("") }
    return "/" + kept.joined(separator: "/")
  }
}

/// Why a URL is not taken.
public enum RemoteURLError: Error, Sendable, Hashable, CustomStringConvertible {
  case tooLong(Int)
  case scheme
  case user
  case host
  case port
  case controlCharacter

  public var description: String {
    switch self {
    case .tooLong(let count): "the URL has \(count) bytes, expected \(RemoteURL.longest) at most"
    case .scheme: "the URL is neither http:// nor https://"
    case .user: "the URL has a user's name or password in it, which would be shown and stored with it"
    case .host: "the URL's host is not a name in ASCII nor an address"
    case .port: "the URL's port is not a number from 1 to 65535"
    case .controlCharacter: "the URL has a control character in it"
    }
  }
}
