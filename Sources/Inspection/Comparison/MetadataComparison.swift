public import GGUF
internal import TensorCore

/// What changed from one list of metadata to another.
///
/// Keys and strings are compared byte by byte, floating-point numbers by their bits. A value of another type is changed,
/// even where it is the same number. The order of keys says nothing.
public struct MetadataComparison: Sendable, Equatable {
  /// A key that both have, with other values.
  public struct Change: Sendable, Equatable {
    public let key: String
    public let a: GGUFValue
    public let b: GGUFValue
    /// Which elements differ, where both are arrays of one element type.
    public let elements: GGUFArray.Difference?
    /// Where they differ first, where both are strings.
    public let text: TextDifference?
  }

  /// In B only, in its order.
  public private(set) var added: [GGUFMetadata.Entry] = []
  /// In A only, in its order.
  public private(set) var removed: [GGUFMetadata.Entry] = []
  /// In A's order.
  public private(set) var changed: [Change] = []
  /// Keys that have the same value in both.
  public private(set) var same = 0
  /// Keys that were not compared, counted once where both have them.
  public private(set) var ignored = 0

  public var isDifferent: Bool { !(added.isEmpty && removed.isEmpty && changed.isEmpty) }

  /// - Parameters:
  ///   - a: Each key once.
  ///   - b: Each key once.
  ///   - ignores: Keys that are not compared.
  public init(_ a: [GGUFMetadata.Entry], _ b: [GGUFMetadata.Entry], ignores: (String) -> Bool = { _ in false }) {
    let values = Dictionary(b.map { (ExactString($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
    for entry in a {
      let other = values[ExactString(entry.key)]
      if ignores(entry.key) {
        ignored += 1
      } else if let other {
        compare(entry, other)
      } else {
        removed.append(entry)
      }
    }
    let keys = Set(a.map { ExactString($0.key) })
    for entry in b where !keys.contains(ExactString(entry.key)) {
      if ignores(entry.key) { ignored += 1 } else { added.append(entry) }
    }
  }

  private mutating func compare(_ entry: GGUFMetadata.Entry, _ other: GGUFValue) {
    if entry.value.isIdentical(to: other) {
      same += 1
      return
    }
    var elements: GGUFArray.Difference?
    var text: TextDifference?
    switch (entry.value, other) {
    case (.array(let a), .array(let b)): elements = a.difference(to: b)
    case (.string(let a), .string(let b)): text = TextDifference(a, b)
    default: break
    }
    changed.append(Change(key: entry.key, a: entry.value, b: other, elements: elements, text: text))
  }
}

/// Where two strings differ first.
public struct TextDifference: Sendable, Equatable {
  /// Counted from 1.
  public let line: Int
  /// Counted from 1, in Unicode scalars.
  public let column: Int
  /// The scalars before the place, from the start of both strings.
  public let offset: Int

  /// nil where both have the same scalars.
  public init?(_ a: String, _ b: String) {
    var (line, column, offset) = (1, 1, 0)
    var (left, right) = (a.unicodeScalars.makeIterator(), b.unicodeScalars.makeIterator())
    while true {
      let (x, y) = (left.next(), right.next())
      guard x == y else { break }
      guard let x else { return nil }
      offset += 1
      (line, column) = x == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    (self.line, self.column, self.offset) = (line, column, offset)
  }
}

extension GGUFValue {
  /// Whether type and bits are the same: other than `==`, a NaN is what it is, and strings are bytes.
  func isIdentical(to other: GGUFValue) -> Bool {
    switch (self, other) {
    case (.float32(let a), .float32(let b)): a.bitPattern == b.bitPattern
    case (.float64(let a), .float64(let b)): a.bitPattern == b.bitPattern
    case (.string(let a), .string(let b)): ExactString(a) == ExactString(b)
    default: self == other
    }
  }
}
