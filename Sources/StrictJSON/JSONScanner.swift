internal import TensorCore

/// Reads JSON (RFC 8259) value by value, without building a tree.
///
/// Strict where readers commonly differ: a key given twice in one object is an error, as are bytes that are not UTF-8,
/// half a surrogate pair, nesting beyond ``depthLimit`` and anything behind the value. The caller says what comes next:
///
///     var scanner = JSONScanner(bytes)
///     try scanner.beginObject()
///     while let key = try scanner.nextKey() {
///       ...exactly one value: string(), unsignedInteger(), beginArray() ..., or skipValue()...
///     }
///     try scanner.end()
public struct JSONScanner {
  /// Deeper than any header or configuration file; keeps the stack small whatever the input.
  public static let depthLimit = 64

  /// What kind of value comes next.
  public enum Kind: Sendable {
    case object, array, string, number, boolean, null
  }

  /// Where the scanner stands, in bytes from the start.
  public private(set) var position = 0

  let bytes: [UInt8]
  private var containers: [Container] = []

  private struct Container {
    let isObject: Bool
    var isEmpty = true
    private var fewKeys: [ExactString] = []
    private var manyKeys: Set<ExactString> = []

    init(isObject: Bool) { self.isObject = isObject }

    /// Whether the key is new. Most objects have a few keys, which are not worth a table.
    mutating func insert(_ key: ExactString) -> Bool {
      if manyKeys.isEmpty {
        if fewKeys.contains(key) { return false }
        fewKeys.append(key)
        if fewKeys.count > 8 { manyKeys = Set(fewKeys) }
        return true
      }
      return manyKeys.insert(key).inserted
    }
  }

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Structure

  public mutating func beginObject() throws(JSONError) { try begin("{", isObject: true) }

  public mutating func beginArray() throws(JSONError) { try begin("[", isObject: false) }

  /// The next key of the object that was begun last, or nil at its end, which is then consumed.
  public mutating func nextKey() throws(JSONError) -> String? {
    guard try advance(closing: "}") else { return nil }
    let start = position
    let key = try string()
    guard containers[containers.count - 1].insert(ExactString(key)) else {
      throw .duplicateKey(key, at: start)
    }
    try expect(":", "':'")
    return key
  }

  /// Whether the array that was begun last has another element; its end is consumed.
  public mutating func nextElement() throws(JSONError) -> Bool { try advance(closing: "]") }

  /// Checks that nothing but white space is left.
  public mutating func end() throws(JSONError) {
    skipSpace()
    if position < bytes.count { throw .trailingBytes(at: position) }
  }

  private mutating func begin(_ opening: Unicode.Scalar, isObject: Bool) throws(JSONError) {
    try expect(opening, isObject ? "an object" : "an array")
    guard containers.count < Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit, at: position - 1) }
    containers.append(Container(isObject: isObject))
  }

  private mutating func advance(closing: Unicode.Scalar) throws(JSONError) -> Bool {
    let depth = containers.count - 1
    precondition(depth >= 0, "no container was begun")
    let next = try peekByte()
    if next == UInt8(ascii: closing) {
      position += 1
      containers.removeLast()
      return false
    }
    if !containers[depth].isEmpty { try expect(",", "',' or '\(closing)'") }
    containers[depth].isEmpty = false
    skipSpace()
    return true
  }

  // MARK: Values

  /// The kind of the value that comes next; consumes nothing but white space.
  public mutating func peek() throws(JSONError) -> Kind {
    let byte = try peekByte()
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    default: throw .unexpected(found: byte, expected: "a value", at: position)
    }
  }

  /// A whole number from 0 to 2^64 - 1, written without sign, fraction or exponent.
  public mutating func unsignedInteger() throws(JSONError) -> UInt64 {
    let byte = try peekByte()
    let start = position
    guard case .number = try peek() else { throw .unexpected(found: byte, expected: "a whole number", at: start) }
    try skipNumber()
    var value: UInt64 = 0
    for digit in bytes[start..<position] {
      guard digit >= 0x30, digit <= 0x39 else { throw .notAnUnsignedInteger(at: start) }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, carry) = tens.addingReportingOverflow(UInt64(digit - 0x30))
      if overflow || carry { throw .notAnUnsignedInteger(at: start) }
      value = next
    }
    return value
  }

  /// A number, as it is spelled.
  public mutating func number() throws(JSONError) -> String {
    let byte = try peekByte()
    let start = position
    guard case .number = try peek() else { throw .unexpected(found: byte, expected: "a number", at: start) }
    try skipNumber()
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// `true` or `false`.
  public mutating func boolean() throws(JSONError) -> Bool {
    let isTrue = try peekByte() == UInt8(ascii: "t")
    try literal(isTrue ? "true" : "false")
    return isTrue
  }

  /// `null`.
  public mutating func null() throws(JSONError) {
    _ = try peekByte()
    try literal("null")
  }

  /// Consumes one value of any kind, checking it.
  public mutating func skipValue() throws(JSONError) {
    let depth = containers.count
    repeat {
      // Inside a container that was begun here: go to its next value, or leave it.
      if containers.count > depth {
        let more = containers[containers.count - 1].isObject ? try nextKey() != nil : try nextElement()
        if !more { continue }
      }
      switch try peek() {
      case .object: try beginObject()
      case .array: try beginArray()
      case .string: _ = try string()
      case .number: try skipNumber()
      case .boolean: try literal(bytes[position] == UInt8(ascii: "t") ? "true" : "false")
      case .null: try literal("null")
      }
    } while containers.count > depth
  }

  private mutating func literal(_ word: StaticString) throws(JSONError) {
    for expected in word.description.utf8 {
      guard position < bytes.count else { throw .endsEarly(at: position) }
      guard bytes[position] == expected else {
        throw .unexpected(found: bytes[position], expected: word.description, at: position)
      }
      position += 1
    }
  }

  /// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
  private mutating func skipNumber() throws(JSONError) {
    let start = position
    if byte(is: "-") { position += 1 }
    if byte(is: "0") {
      position += 1
    } else {
      try skipDigits(since: start)
    }
    if byte(is: ".") {
      position += 1
      try skipDigits(since: start)
    }
    if byte(is: "e") || byte(is: "E") {
      position += 1
      if byte(is: "+") || byte(is: "-") { position += 1 }
      try skipDigits(since: start)
    }
    if position < bytes.count, (0x30...0x39).contains(bytes[position]) { throw .malformedNumber(at: start) }
  }

  private mutating func skipDigits(since start: Int) throws(JSONError) {
    let first = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    if position == first { throw .malformedNumber(at: start) }
  }

  // MARK: Bytes

  private func byte(is scalar: Unicode.Scalar) -> Bool {
    position < bytes.count && bytes[position] == UInt8(ascii: scalar)
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func peekByte() throws(JSONError) -> UInt8 {
    skipSpace()
    guard position < bytes.count else { throw .endsEarly(at: position) }
    return bytes[position]
  }

  mutating func expect(_ scalar: Unicode.Scalar, _ expected: String) throws(JSONError) {
    let byte = try peekByte()
    guard byte == UInt8(ascii: scalar) else { throw .unexpected(found: byte, expected: expected, at: position) }
    position += 1
  }

  mutating func move(to position: Int) { self.position = position }
}
