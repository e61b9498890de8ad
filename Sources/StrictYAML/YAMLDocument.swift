internal import Yams

/// A document of YAML as far as configurations and recipes need it: texts, lists and mappings from texts, each with its line.
///
/// Nothing in it is resolved, made into an object, or referred to: `off` is a text, and anchors are refused, so that a
/// document is never larger than its file.
package struct YAMLDocument {
  package struct Node {
    /// From 1 on.
    package let line: Int
    package let content: Content
  }

  package enum Content {
    /// - Parameter isPlain: Whether it stands there without quotes.
    case text(String, isPlain: Bool)
    case list([Node])
    case mapping([(key: String, line: Int, value: Node)])
  }

  static let depthLimit = 8
  /// A composed entry takes a few hundred bytes.
  static let entryLimit = 1 << 16

  /// nil for an empty document.
  package let root: Node?

  /// - Throws: ``YAMLError``.
  package init(parsing text: String) throws(YAMLError) {
    let bytes = Array(text.utf8)
    try Self.refuseAnchors(bytes)
    guard Self.entries(bytes) <= Self.entryLimit else { throw .tooManyEntries(limit: Self.entryLimit) }
    let composed: Yams.Node?
    do {
      composed = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8).singleRoot()
    } catch {
      throw Self.refusal(error)
    }
    root = try composed.map { node throws(YAMLError) in try Self.node(node, depth: 0) }
  }

  /// Before anything is composed: a key that refers to what refers to others is compared with them, however large they
  /// are together.
  ///
  /// An anchor is a `&` and a letter or digit at the start of a token. Quotes and comments are not looked at, so that
  /// nothing in them can hide one.
  private static func refuseAnchors(_ bytes: [UInt8]) throws(YAMLError) {
    var line = 1
    for (index, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "&"), index + 1 < bytes.count, isNameByte(bytes[index + 1]) else { continue }
      guard index > 0, !startsToken(after: bytes[index - 1]) else {
        let end = bytes[(index + 1)...].firstIndex { !isNameByte($0) } ?? bytes.count
        throw .anchor(line: line, text: String(decoding: bytes[index..<end], as: UTF8.self))
      }
    }
  }

  /// At least as many as there will be nodes, but for a few in a row: whatever separates two of them is counted, in quotes
  /// and comments too.
  private static func entries(_ bytes: [UInt8]) -> Int {
    var count = 0
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): count += 1
      case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
        if index + 1 == bytes.count || bytes[index + 1] <= 0x20 { count += 1 }
      default: break
      }
    }
    return count
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Whether a token may begin behind this byte: a blank, a line break (some have several bytes), an indicator.
  private static func startsToken(after byte: UInt8) -> Bool {
    byte <= 0x20 || byte >= 0x7F || "[]{},:?-\"'".utf8.contains(byte)
  }

  private static func node(_ node: Yams.Node, depth: Int) throws(YAMLError) -> Node {
    let line = node.mark?.line ?? 1
    guard depth <= depthLimit else { throw .tooDeep(line: line, limit: depthLimit) }
    switch node {
    case .scalar(let scalar):
      return Node(line: line, content: .text(scalar.string, isPlain: scalar.style == .plain))
    case .sequence(let sequence):
      var list: [Node] = []
      for element in sequence { list.append(try Self.node(element, depth: depth + 1)) }
      return Node(line: line, content: .list(list))
    case .mapping(let mapping):
      var pairs: [(key: String, line: Int, value: Node)] = []
      for (key, value) in mapping {
        let line = key.mark?.line ?? line
        guard case .scalar(let name) = key else {
          throw .unexpected(line: line, field: "a key", expected: "a text", found: "a list or a mapping")
        }
        pairs.append((name.string, line, try Self.node(value, depth: depth + 1)))
      }
      return Node(line: line, content: .mapping(pairs))
    case .alias:
      throw .anchor(line: line, text: "*")
    }
  }

  private static func refusal(_ error: any Error) -> YAMLError {
    guard let error = error as? YamlError else { return .notYAML(line: nil, problem: "\(error)") }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // `while scanning a simple key`, `could not find expected ':'`.
      return .notYAML(line: mark.line, problem: (context.map { "\($0.text), " } ?? "") + problem)
    case .duplicatedKeysInMapping(let keys, let context):
      return .keyTwice(line: context.mark.line, key: keys.first ?? "")
    case .reader(let problem, _, _, _): return .notYAML(line: nil, problem: problem)
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return .notYAML(line: nil, problem: "it cannot be read")
    }
  }
}
