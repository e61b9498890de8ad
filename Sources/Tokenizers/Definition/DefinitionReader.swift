internal import StrictJSON
internal import TensorCore

/// The JSON scanner, with the errors of tokenizers.
struct DefinitionReader {
  private var scanner: JSONScanner
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    scanner = JSONScanner(bytes)
  }

  private mutating func scan<Value>(
    _ body: (inout JSONScanner) throws(JSONError) -> Value
  ) throws(TokenizerError) -> Value {
    do throws(JSONError) {
      return try body(&scanner)
    } catch {
      throw .notJSON(error)
    }
  }

  mutating func begin() throws(TokenizerError) { try scan { s throws(JSONError) in try s.beginObject() } }
  mutating func beginArray() throws(TokenizerError) { try scan { s throws(JSONError) in try s.beginArray() } }
  mutating func nextKey() throws(TokenizerError) -> String? { try scan { s throws(JSONError) in try s.nextKey() } }
  mutating func nextElement() throws(TokenizerError) -> Bool {
    try scan { s throws(JSONError) in try s.nextElement() }
  }
  mutating func skip() throws(TokenizerError) { try scan { s throws(JSONError) in try s.skipValue() } }
  mutating func end() throws(TokenizerError) { try scan { s throws(JSONError) in try s.end() } }

  mutating func isArray() throws(TokenizerError) -> Bool {
    let kind = try scan { s throws(JSONError) in try s.peek() }
    return kind == .array
  }

  /// A value as a tree.
  mutating func tree() throws(TokenizerError) -> JSONValue {
    _ = try scan { s throws(JSONError) in try s.peek() }
    let start = scanner.position
    try skip()
    do throws(JSONError) {
      return try JSONValue(parsing: Array(bytes[start..<scanner.position]))
    } catch {
      throw .notJSON(error)
    }
  }

  mutating func string(_ name: String) throws(TokenizerError) -> String {
    let kind = try scan { s throws(JSONError) in try s.peek() }
    guard kind == .string else { throw .wrongType(name, found: "\(kind)", expected: "a string") }
    return try scan { s throws(JSONError) in try s.string() }
  }

  mutating func optionalString(_ name: String) throws(TokenizerError) -> String? {
    try isNull() ? nil : try string(name)
  }

  /// A number as a double; one that is beyond its range is infinite.
  mutating func number(_ name: String) throws(TokenizerError) -> Double {
    let kind = try scan { s throws(JSONError) in try s.peek() }
    guard kind == .number else { throw .wrongType(name, found: "\(kind)", expected: "a number") }
    let text = try scan { s throws(JSONError) in try s.number() }
    return Double(text) ?? .nan
  }

  mutating func whole(_ name: String) throws(TokenizerError) -> UInt64 {
    let kind = try scan { s throws(JSONError) in try s.peek() }
    guard kind == .number else { throw .wrongType(name, found: "\(kind)", expected: "a whole number") }
    let text = try scan { s throws(JSONError) in try s.number() }
    guard let value = UInt64(text) else { throw .idNotWhole(token: name, text: text) }
    return value
  }

  mutating func optionalWhole(_ name: String) throws(TokenizerError) -> UInt64? {
    try isNull() ? nil : try whole(name)
  }

  /// `true` or `false`; `null` is false.
  mutating func flag(_ name: String) throws(TokenizerError) -> Bool {
    if try isNull() { return false }
    let kind = try scan { s throws(JSONError) in try s.peek() }
    guard kind == .boolean else { throw .wrongType(name, found: "\(kind)", expected: "true or false") }
    return try scan { s throws(JSONError) in try s.boolean() }
  }

  /// `{"piece": id, ...}`
  mutating func vocabulary() throws(TokenizerError) -> Vocabulary {
    var vocabulary = Vocabulary()
    try begin()
    while let piece = try nextKey() { try vocabulary.insert(piece, id: try whole(piece)) }
    return vocabulary
  }

  /// `["a b", ...]` or `[["a", "b"], ...]`
  mutating func merges() throws(TokenizerError) -> [TokenizerDefinition.Merge] {
    var merges: [TokenizerDefinition.Merge] = []
    try beginArray()
    while try nextElement() {
      let index = merges.count
      guard index < TokenizerLimits.merges else { throw .tooManyMerges(limit: TokenizerLimits.merges) }
      if try isArray() {
        try beginArray()
        guard try nextElement() else { throw .mergeMalformed(index: index) }
        let left = try string("merges")
        guard try nextElement() else { throw .mergeMalformed(index: index) }
        let right = try string("merges")
        guard try !nextElement() else { throw .mergeMalformed(index: index) }
        merges.append(.init(pair: left, right))
      } else {
        guard let merge = TokenizerDefinition.Merge(line: try string("merges")) else {
          throw .mergeMalformed(index: index)
        }
        merges.append(merge)
      }
    }
    return merges
  }

  private mutating func isNull() throws(TokenizerError) -> Bool {
    let kind = try scan { s throws(JSONError) in try s.peek() }
    guard kind == .null else { return false }
    try skip()
    return true
  }
}

extension TokenizerDefinition.Merge {
  /// Two parts with one blank between them; nil for anything else.
  init?(line: String) {
    let parts = line.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    self.init(left: String(Substring(parts[0])), right: String(Substring(parts[1])), written: line)
  }

  init(pair left: String, _ right: String) {
    func escaped(_ part: String) -> String {
      guard part.utf8.contains(UInt8(ascii: " ")) else { return part }
      var text = String.UnicodeScalarView()
      for scalar in part.unicodeScalars { text.append(scalar == " " ? "\u{120}" : scalar) }
      return String(text)
    }
    self.init(left: left, right: right, written: escaped(left) + " " + escaped(right))
  }
}
