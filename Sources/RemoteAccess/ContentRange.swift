/// The header `Content-Range` (RFC 9110, section 14.4).
enum ContentRange: Equatable {
  /// The bytes of the answer, and how many the whole has; nil where the server does not say it.
  case bytes(Range<Int>, size: Int?)
  /// No byte of the range is there: the answer of status 416.
  case unsatisfied(size: Int?)

  /// nil for what is no such header, or has numbers that cannot be.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let halves = words[1].split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    var size: Int?
    if halves[1] != "*" {
      guard let number = Self.number(halves[1]) else { return nil }
      size = number
    }
    if halves[0] == "*" {
      self = .unsatisfied(size: size)
      return
    }
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last,
      last < .max,
      last < size ?? .max
    else { return nil }
    self = .bytes(first..<(last + 1), size: size)
  }

  /// Digits alone.
  static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}
