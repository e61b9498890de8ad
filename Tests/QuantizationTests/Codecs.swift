import Quantization
import TensorCore

/// The types that weights are quantized to.
let encodedTypes = ElementType.allCases.filter { $0.codec != nil }
/// Those whose blocks have scales: all but the float types.
let blockTypes = encodedTypes.filter { $0.kind == .quantized }

/// Those of which a block is not finite where the exponent of the weight or of a half is all ones: not the types of
/// four-bit floats, whose scales have eight bits (`FourBitFloatTests`).
let overflowingTypes = encodedTypes.filter { $0.kind == .float || !halfScaleOffsets(of: $0).isEmpty }

/// Those whose quantizer takes the importance of columns.
let importanceTypes = encodedTypes.filter { $0.codec is any ImportanceCodec.Type }

/// Where in a block of a type its half-precision scales stand; in F16 the weight itself is looked at as one.
func halfScaleOffsets(of type: ElementType) -> [Int] {
  switch type {
  case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
  case .q2_K: [80, 82]
  case .q3_K: [108]
  case .q6_K: [208]
  case .tq1_0: [52]
  case .tq2_0: [64]
  case .f32, .bf16, .mxfp4, .nvfp4: []
  default: [0]
  }
}

extension BlockEncoder {
  /// The blocks of weights, whose count is a multiple of the block's.
  static func blocks(of weights: [Float]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: weights.count / elementType.blockLength * elementType.blockBytes)
    var span = bytes.mutableSpan
    encode(weights.span, into: &span)
    return bytes
  }

  static func isFinite(_ block: [UInt8]) -> Bool { isFinite(block.span) }

  static func firstWeightBeyondBound(_ original: [Float], _ block: [UInt8]) -> WeightBeyondBound? {
    firstWeightBeyondBound(original: original.span, block: block.span)
  }

  static func blocksBeyondBound(_ original: [Float], _ blocks: [UInt8]) -> (count: Int, first: Int?) {
    blocksBeyondBound(original: original.span, blocks: blocks.span)
  }

  static func firstNonFiniteBlock(in blocks: [UInt8]) -> Int? { firstNonFiniteBlock(in: blocks.span) }
}

extension ImportanceCodec {
  /// The blocks of rows whose columns have this importance.
  static func blocks(of weights: [Float], importance: [Float]) -> [UInt8] {
    let rowBytes = importance.count / elementType.blockLength * elementType.blockBytes
    let rows = weights.count / importance.count
    var bytes = [UInt8](repeating: 0, count: rows * rowBytes)
    for row in 0..<rows {
      let row = weights[(row * importance.count)..<((row + 1) * importance.count)]
      let offset = row.startIndex / importance.count * rowBytes
      let values = Array(row)
      var span = bytes.mutableSpan
      encodeRow(values.span, importance: importance.span, into: &span, at: offset)
    }
    return bytes
  }
}

extension BlockDecoder {
  /// The weights of blocks.
  static func weights(of blocks: [UInt8]) -> [Float] {
    var weights = [Float](repeating: .nan, count: blocks.count / elementType.blockBytes * elementType.blockLength)
    var span = weights.mutableSpan
    decode(blocks.span, into: &span)
    return weights
  }
}

/// Where two arrays differ first; nil where they are equal. A failure that shows both whole shows nothing.
func firstDifference<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int? {
  zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset
    ?? (left.count == right.count ? nil : min(left.count, right.count))
}

/// Floats are compared by their bits: -0 is not 0.
func bits(_ weights: [Float]) -> [UInt32] { weights.map(\.bitPattern) }

/// The number in a block's half-precision field.
func half(_ block: [UInt8], at offset: Int) -> Float { Binary16.value(block.span.load(UInt16.self, at: offset)) }
