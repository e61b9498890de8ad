/// The strings of a template, and what can be put together of them: `"__cl" ~ "ass__"`, `["__cl", "ass__"]|join`,
/// `"%s%s"|format("__cl", "ass__")`, `"__ssalc__"[::-1]`.
///
/// - Complexity: O(*n*) for strings of *n* bytes; a few kilobytes of memory.
struct TemplateFragments {
  /// The longest of ``TemplateNames/internals``.
  private static let longest = TemplateNames.internals.map(\.count).max() ?? 0
  private static let mostPieces = 64
  /// A template of nothing but short strings is not to take for ever.
  private static let mostCandidates = 1000

  /// The end of all strings so far, one behind the other.
  private var tail: [UInt8] = []
  /// Ends of strings that an internal name may begin with, starts that it may end with.
  private var lefts: [[UInt8]] = []
  private var rights: [[UInt8]] = []
  private var last: [UInt8] = []
  private var candidates = 0

  init() {}

  /// Takes the next string.
  ///
  /// - Returns: An internal name that is in it, or that it completes.
  mutating func append(_ string: [UInt8]) -> String? {
    last = string.count <= 2 * Self.longest ? string : []
    defer { tail = Array((tail + string.suffix(Self.longest)).suffix(Self.longest)) }
    if let name = TemplateNames.firstInternal(in: string) { return name }
    if let name = TemplateNames.firstInternal(in: string.reversed()) { return name }
    return joined(string) ?? paired(string)
  }

  /// The last string stands there so many times: `"_" * 2`.
  mutating func repeatLast(_ times: Int) -> String? {
    guard times > 1, times <= 16, !last.isEmpty else { return nil }
    let string = last
    for _ in 1..<times {
      if let name = append(string) { return name }
    }
    return nil
  }

  /// What begins at the end of the strings before.
  private func joined(_ string: [UInt8]) -> String? {
    let border = tail.count
    let both = tail + string.prefix(Self.longest)
    for start in 0..<border where both[start] == 0x5F {
      if let length = TemplateNames.lengthOfInternal(in: both, at: start), start + length > border {
        return String(decoding: both[start..<(start + length)], as: UTF8.self)
      }
    }
    return nil
  }

  /// What the string and any one before it are together, in whatever order.
  private mutating func paired(_ string: [UInt8]) -> String? {
    guard string.count <= Self.longest, string.contains(0x5F), candidates < Self.mostCandidates else { return nil }
    candidates += 1
    let isLeft = TemplateNames.internals.contains { name in
      (3..<name.count).contains { string.suffix($0).elementsEqual(name.prefix($0)) }
    }
    let isRight = TemplateNames.internals.contains { name in
      (3..<name.count).contains { string.prefix($0).elementsEqual(name.suffix($0)) }
    }
    if isLeft, lefts.count < Self.mostPieces, !lefts.contains(string) { lefts.append(string) }
    if isRight, rights.count < Self.mostPieces, !rights.contains(string) { rights.append(string) }
    if isLeft, let name = rights.lazy.compactMap({ TemplateNames.firstInternal(in: string + $0) }).first {
      return name
    }
    if isRight, let name = lefts.lazy.compactMap({ TemplateNames.firstInternal(in: $0 + string) }).first {
      return name
    }
    return nil
  }
}
