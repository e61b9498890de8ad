internal import TensorCore

/// A JSON document as a tree, for configuration files of a few kilobytes; ``JSONScanner`` reads large ones without.
///
/// As strict as the scanner. A tree has at most ``elementLimit`` values, so that its memory is bounded whatever the file.
public enum JSONValue: Sendable, Hashable {
  case object(JSONObject)
  case array([JSONValue])
  case string(String)
  /// As the file spells it: no digit is lost.
  case number(String)
  case boolean(Bool)
  case null

  /// More than any configuration has: the largest lists a few hundred layers and some thousand added tokens.
  public static let elementLimit = 1 << 20

  /// - Throws: ``JSONError``; `.tooManyValues` beyond ``elementLimit``.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var scanner = JSONScanner(bytes)
    var left = Self.elementLimit
    self = try Self.value(&scanner, left: &left)
    try scanner.end()
  }

  /// The scanner's limit of depth bounds the calls inside one another.
  private static func value(_ scanner: inout JSONScanner, left: inout Int) throws(JSONError) -> JSONValue {
    let kind = try scanner.peek()
    guard left > 0 else { throw .tooManyValues(limit: elementLimit, at: scanner.position) }
    left -= 1
    switch kind {
    case .object:
      var pairs: [(key: String, value: JSONValue)] = []
      try scanner.beginObject()
      while let key = try scanner.nextKey() { pairs.append((key, try value(&scanner, left: &left))) }
      return .object(JSONObject(pairs))
    case .array:
      var elements: [JSONValue] = []
      try scanner.beginArray()
      while try scanner.nextElement() { elements.append(try value(&scanner, left: &left)) }
      return .array(elements)
    case .string: return .string(try scanner.string())
    case .number: return .number(try scanner.number())
    case .boolean: return .boolean(try scanner.boolean())
    case .null:
      try scanner.null()
      return .null
    }
  }
}

/// The members of an object, in their order; each key once.
public struct JSONObject: Sendable, Hashable {
  public private(set) var keys: [String] = []
  private var values: [ExactString: JSONValue] = [:]

  public init() {}

  init(_ pairs: [(key: String, value: JSONValue)]) {
    for (key, value) in pairs { self[key] = value }
  }

  /// nil where the key is not there. Setting keeps the key's place or appends it.
  public subscript(key: String) -> JSONValue? {
    get { values[ExactString(key)] }
    set {
      if values.updateValue(newValue ?? .null, forKey: ExactString(key)) == nil { keys.append(key) }
      if newValue == nil {
        values[ExactString(key)] = nil
        keys.removeAll { ExactString($0) == ExactString(key) }
      }
    }
  }
}

extension JSONValue {
  /// A member of an object; nil for anything else.
  public subscript(key: String) -> JSONValue? {
    if case .object(let object) = self { object[key] } else { nil }
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

  /// A whole number, also one written with a fraction of zeros or an exponent, as programs in Python write some; nil for
  /// what is none or does not fit `Int`.
  public var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
  }

  /// The nearest double; nil for what is no number or beyond the range.
  public var double: Double? {
    guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// What it is, for messages: `a string`, `the number 3`.
  public var summary: String {
    switch self {
    case .object: "an object"
    case .array(let elements): "an array of \(Numbers.counted(elements.count, "value"))"
    case .string(let text): text.quoted(limit: 40)
    case .number(let text): text.count > 40 ? "a number of \(text.count) digits" : text
    case .boolean(let value): value ? "true" : "false"
    case .null: "null"
    }
  }
}
