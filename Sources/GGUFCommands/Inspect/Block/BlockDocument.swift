internal import Inspection
internal import Quantization
internal import TensorCore

/// What `gguf inspect --block` tells.
struct BlockDocument: Encodable {
  let schema = "gguf-inspect-block-1"
  let source: String
  let tensor: Tensor
  let block: Int
  let blocks: Int
  let elements: Int
  let row: Int
  let column: Int
  let offset: Int
  let file: String
  let fileOffset: Int
  let bytes: String
  let fields: [Field]?
  let formulas: [String]?
  let groups: [Group]?
  let codes: [Int]?
  let valueOfCode: [Float]?
  let float: FloatJSON?
  let weights: [Float]?
  let integers: [IntegerJSON]?

  struct Tensor: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let byteOrder: String

    init(_ tensor: TensorDescription) {
      name = tensor.name
      type = tensor.elementType.name
      shape = tensor.shape.dimensions
      byteOrder = tensor.byteOrder.rawValue
    }

    /// `tensor "a", Q4_K, [64, 512]`.
    var text: String {
      "tensor \(name.quoted()), \(byteOrder == "big" ? "big-endian " : "")\(type), "
        + "[\(shape.map(String.init).joined(separator: ", "))]"
    }
  }

  struct Field: Encodable {
    let name: String
    let offset: Int
    let bytes: String
    let meaning: String
    let value: Float?
  }

  struct Group: Encodable {
    let firstWeight: Int
    let weights: Int
    let scale: Int
    let minimum: Int?
    let step: Float
    let shift: Float?
  }

  init(_ block: TensorBlock, of source: String, in files: any TensorSource) {
    self.source = source
    tensor = Tensor(block.tensor)
    (self.block, blocks) = (block.index, block.count)
    elements = block.tensor.elementType.blockLength
    (row, column) = (block.row, block.column)
    (offset, fileOffset) = (block.offset, block.fileOffset)
    file = files.files[block.tensor.file].path
    bytes = Self.hexadecimal(block.bytes[...])
    let anatomy = block.anatomy
    fields = anatomy?.fields.map { field in
      Field(
        name: field.name, offset: field.bytes.lowerBound, bytes: Self.hexadecimal(block.bytes[field.bytes]),
        meaning: field.meaning, value: field.value)
    }
    formulas = anatomy?.formulas
    groups = anatomy.flatMap { anatomy in
      anatomy.groups.isEmpty
        ? nil
        : anatomy.groups.map { group in
          Group(
            firstWeight: group.weights.lowerBound, weights: group.weights.count, scale: group.scale,
            minimum: group.minimum, step: group.step, shift: group.shift)
        }
    }
    codes = anatomy.flatMap { $0.codes.isEmpty ? nil : $0.codes }
    valueOfCode = anatomy.flatMap { $0.values.isEmpty ? nil : $0.values }
    float = (anatomy?.float).map(FloatJSON.init)
    (weights, integers) = block.values.map(IntegerJSON.split) ?? (nil, nil)
  }

  /// `1f 2c`.
  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.lazy.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}

/// The parts of a float.
struct FloatJSON: Encodable {
  let kind: FloatParts.Kind
  /// As they are stored, the highest bit first.
  let bits: String
  let sign: Int?
  let exponent: Int
  let fraction: UInt64
  let exponentBits: Int
  let fractionBits: Int
  let bias: Int

  init(_ parts: FloatParts) {
    kind = parts.kind
    sign = parts.layout.signBits == 0 ? nil : parts.sign
    (exponent, fraction) = (parts.exponent, parts.fraction)
    (exponentBits, fractionBits, bias) = (parts.layout.exponentBits, parts.layout.fractionBits, parts.layout.bias)
    let digits = [
      sign.map { String($0) }, Self.binary(UInt64(parts.exponent), exponentBits),
      fractionBits == 0 ? nil : Self.binary(fraction, fractionBits),
    ]
    bits = digits.compactMap { $0 }.joined(separator: " ")
  }

  private static func binary(_ value: UInt64, _ count: Int) -> String {
    let digits = String(value, radix: 2)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}

/// An integer of any type that tensors have.
struct IntegerJSON: Encodable {
  let value: Int128

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value = Int64(exactly: value) {
      try container.encode(value)
    } else {
      try container.encode(UInt64(clamping: value))
    }
  }

  static func split(_ values: ElementValues) -> (weights: [Float]?, integers: [IntegerJSON]?) {
    switch values {
    case .weights(let weights): (weights, nil)
    case .integers(let integers): (nil, integers.map(IntegerJSON.init))
    }
  }
}
