public import TensorCore

/// A block taken apart for people: what each of its bytes belongs to, and how its weights follow from that.
///
/// The names are those of the type's page in formats/. ``formulas`` evaluated in binary32, each operation rounded, give
/// the decoder's weights bit for bit.
public struct BlockAnatomy: Sendable {
  /// Bytes of a block that have a name.
  public struct Field: Sendable {
    public let name: String
    /// Within the block.
    public let bytes: Range<Int>
    /// What the bytes are, in a few words: `binary16`.
    public let meaning: String
    /// The number that the name stands for in ``BlockAnatomy/formulas``; nil for a field of many numbers.
    public let value: Float?
  }

  /// Weights of a block that share a scale of their own: a sub-block.
  public struct Group: Sendable {
    /// Within the block.
    public let weights: Range<Int>
    /// The integer (of NVFP4: the bits) that the block stores.
    public let scale: Int
    /// The integer that the block stores; nil for types without minimums.
    public let minimum: Int?
    /// What a code is multiplied with.
    public let step: Float
    /// What is subtracted; nil for types without minimums.
    public let shift: Float?
  }

  /// In the order of their bytes, of which each belongs to one field.
  public let fields: [Field]
  /// `NAME = EXPRESSION`, the weight last. Names are those of fields with a value, `scale`, `minimum`, `step` and `shift`
  /// of the weight's group, `code`, `value[code]`, and the parts of ``FloatParts``. Empty where there is no number.
  public let formulas: [String]
  /// In the order of their weights; empty where the whole block has one scale.
  public let groups: [Group]
  /// One a weight; empty for floats.
  public let codes: [Int]
  /// What each code stands for, as `value[code]`; empty where it stands for itself.
  public let values: [Float]
  /// Of a float.
  public let float: FloatParts?

  init(
    fields: [Field], formulas: [String], groups: [Group] = [], codes: [Int] = [], values: [Float] = [],
    float: FloatParts? = nil
  ) {
    self.fields = fields
    self.formulas = formulas
    self.groups = groups
    self.codes = codes
    self.values = values
    self.float = float
  }
}

/// A decoder whose blocks can be taken apart.
public protocol BlockDissector: BlockDecoder {
  /// Takes a block apart, of any bytes.
  static func anatomy(of block: Span<UInt8>) -> BlockAnatomy
}

extension ElementType {
  /// How blocks of this type are taken apart; nil where they are not decoded.
  public var dissector: (any BlockDissector.Type)? { decoder as? any BlockDissector.Type }
}

extension BlockAnatomy.Field {
  /// A field of several numbers.
  init(_ name: String, _ bytes: Range<Int>, _ meaning: String) {
    self.init(name: name, bytes: bytes, meaning: meaning, value: nil)
  }

  /// A half-precision number.
  static func half(_ name: String, at offset: Int, _ block: Span<UInt8>) -> Self {
    Self(
      name: name, bytes: offset..<(offset + 2), meaning: "binary16",
      value: Binary16.value(block.load(UInt16.self, at: offset)))
  }
}

extension BlockAnatomy {
  /// One a weight.
  static func codes<let count: Int>(_ codes: InlineArray<count, UInt8>) -> [Int] {
    codes.indices.map { Int(codes[$0]) }
  }

  /// The values of a table.
  static func values(_ table: InlineArray<16, Float>) -> [Float] { table.indices.map { table[$0] } }
}
