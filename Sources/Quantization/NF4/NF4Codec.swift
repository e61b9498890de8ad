public import TensorCore

/// NF4: 64 weights, one half-precision scale, four bits a weight that name a value of the NormalFloat table.
/// formats/nf4.md.
///
///     0   absmax   binary16
///     2   qs       32 bytes: weight 2 j in the high half of byte j, weight 2 j + 1 in the low half;
///                  weight = table[code] * absmax
///
/// The table is QLoRA's (Dettmers et al. 2023, appendix E), the thresholds between its values and the arithmetic are
/// those of bitsandbytes on the CPU.
public enum NF4Codec: BlockCodec {
  public static let elementType = ElementType.nf4
  public static let largestMagnitude = Binary16.greatestFinite

  /// The value of each code.
  public static let table: [Float] = [
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
    -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
    0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
  ]

  /// Threshold i lies between the codes i and i + 1; what equals it has the lower code.
  ///
  /// It is half of the sum of their values in binary32. The decimals that are in print for it are no substitute: some
  /// are exact ties between two binary32 numbers, and compilers round them to either.
  public static let thresholds: [Float] = zip(table, table.dropFirst()).map { ($0 + $1) / 2 }

  /// What the scale counts as where it is smaller, so that its reciprocal is finite.
  private static let smallestScale: Float = 1e-38

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let maximum = BlockArithmetic.absoluteMaximum(weights)
    let inverse = 1 / max(maximum, smallestScale)
    bytes.store(Binary16.bits(maximum), at: offset)
    storeCodes(weights, inverse, into: &bytes, at: offset + 2)
  }

  /// Stores the codes of weights times `inverse`.
  static func storeCodes(
    _ weights: Span<Float>, _ inverse: Float, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    for j in 0..<32 {
      bytes[offset + j] = code(weights[2 * j] * inverse) << 4 | code(weights[2 * j + 1] * inverse)
    }
  }

  /// The number of thresholds below `value`, by halving.
  static func code(_ value: Float) -> UInt8 {
    var low = 0
    var high = 15
    while low < high {
      let middle = (low + high) / 2
      if value > thresholds[middle] { low = middle + 1 } else { high = middle }
    }
    return UInt8(truncatingIfNeeded: low)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    let absmax = Binary16.value(block.load(UInt16.self, at: 0))
    for j in 0..<32 {
      weights[start + 2 * j] = table[Int(block[2 + j] >> 4)] * absmax
      weights[start + 2 * j + 1] = table[Int(block[2 + j] & 0x0F)] * absmax
    }
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}
