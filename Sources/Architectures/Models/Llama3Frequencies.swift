#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Glibc
#endif

/// How Llama 3.1 stretches the rotation of positions: a factor for each pair, by its wavelength
/// (`_compute_llama3_parameters` of transformers; `generate_extra_tensors` of the reference converter).
enum Llama3Frequencies {
  /// A head has a few hundred dimensions.
  private static let largestDimension = 1 << 16

  /// - Parameter dimension: Of a head.
  static func factors(_ rope: RopeParameters, dimension: Int) throws(ArchitectureError) -> [Float] {
    guard dimension <= largestDimension else {
      throw .wrongValue(key: "head_dim", found: "\(dimension)", expected: "\(largestDimension) at most")
    }
    let base = try rope.global.optionalNumber(["rope_theta"]) ?? 10_000
    let factor = try rope.global.optionalNumber(["factor"]) ?? 8
    let low = try rope.global.optionalNumber(["low_freq_factor"]) ?? 1
    let high = try rope.global.optionalNumber(["high_freq_factor"]) ?? 4
    let context = try rope.global.optionalNumber(["original_max_position_embeddings"]) ?? 8192
    var factors: [Float] = []
    for index in stride(from: 0, to: dimension, by: 2) {
      factors.append(Self.factor(index, dimension, base: base, factor: factor, low: low, high: high, context: context))
    }
    guard factors.allSatisfy(\.isFinite) else {
      throw .notSupported(key: "rope_type", found: "\"llama3\"", reason: "its factors are not finite")
    }
    return factors
  }

  /// In single precision, operation by operation as PyTorch does it; the power alone is taken in double and rounded.
  private static func factor(
    _ index: Int, _ dimension: Int, base: Double, factor: Double, low: Double, high: Double, context: Double
  ) -> Float {
    let exponent = Float(index) / Float(dimension)
    let frequency = 1 / Float(pow(Double(Float(base)), Double(exponent)))
    let wavelength = 1 / frequency * Float(2 * Double.pi)
    if wavelength < Float(context / high) { return 1 }
    if wavelength > Float(context / low) { return Float(factor) }
    let smooth = (1 / wavelength * Float(context) - Float(low)) / Float(high - low)
    return 1 / ((1 - smooth) / Float(factor) + smooth)
  }
}
