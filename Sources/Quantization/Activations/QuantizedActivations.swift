public import TensorCore

/// Vectors of activations, quantized to eight bits and taken apart for integer arithmetic.
///
/// Each vector is filled up with zeros to a multiple of 256 values, so that weights can be multiplied 256 at a time.
public struct QuantizedActivations: Sendable {
  /// The values of a vector with the zeros behind them.
  public let paddedColumns: Int
  /// How many vectors there are.
  public let samples: Int
  /// One a value, vector by vector.
  public private(set) var codes: [Int8]
  /// For each sixteen values, what a code counts for.
  public private(set) var scales: [Double]
  /// For each sixteen values, what they add up to, as the engine has it: in Q8_1 the stored sum of 32, which counts with
  /// the first sixteen; 0 in Q8_0, beside whose weights no offset stands.
  public private(set) var sums: [Double]

  /// Quantizes vectors.
  ///
  /// - Parameters:
  ///   - activations: Vectors of `columns` finite values each, one behind the other.
  ///   - columns: A multiple of the type's block length.
  ///   - type: Q8_0, Q8_1 or Q8_K; nil comes of any other.
  public init?(_ activations: Span<Float>, columns: Int, type: ElementType) {
    let codec: any BlockEncoder.Type
    switch type {
    case .q8_0: codec = Q8_0Codec.self
    case .q8_1: codec = Q8_1Codec.self
    case .q8_K: codec = Q8_KCodec.self
    default: return nil
    }
    guard columns > 0, columns % type.blockLength == 0, activations.count % columns == 0 else { return nil }
    samples = activations.count / columns
    paddedColumns = (columns + 255) / 256 * 256
    codes = Array(repeating: 0, count: samples * paddedColumns)
    scales = Array(repeating: 0, count: samples * paddedColumns / 16)
    sums = scales
    var block = [UInt8](repeating: 0, count: type.blockBytes)
    for sample in 0..<samples {
      for start in stride(from: 0, to: columns, by: type.blockLength) {
        let first = sample * columns + start
        var bytes = block.mutableSpan
        codec.encodeBlock(activations.extracting(first..<(first + type.blockLength)), into: &bytes, at: 0)
        enter(bytes.span, type, at: sample * paddedColumns + start)
      }
    }
  }

  /// Takes a block apart, whose values stand from `start` on.
  private mutating func enter(_ block: Span<UInt8>, _ type: ElementType, at start: Int) {
    let first = type == .q8_0 ? 2 : 4
    for i in 0..<type.blockLength { codes[start + i] = Int8(bitPattern: block[first + i]) }
    let scale =
      type == .q8_K
      ? Float(bitPattern: block.load(UInt32.self, at: 0)) : Binary16.value(block.load(UInt16.self, at: 0))
    for sub in 0..<(type.blockLength / 16) { scales[start / 16 + sub] = Double(scale) }
    switch type {
    case .q8_1: sums[start / 16] = Double(Binary16.value(block.load(UInt16.self, at: 2)))
    case .q8_K:
      // Exact: 24 bits times 12.
      for sub in 0..<16 { sums[start / 16 + sub] = Double(scale) * Double(block.load(Int16.self, at: 260 + 2 * sub)) }
    default: break
    }
  }
}
