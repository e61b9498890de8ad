internal import TensorCore

extension E2M1 {
  /// In the unit of the doubled values. Beyond the largest it is left to the limit of the block.
  static let gaps: [TableGaps] = {
    let outwards: [Float] = [0.5, 0.5, 0.5, 0.5, 1, 1, 2, .infinity]
    let inwards: [Float] = [0.5, 0.5, 0.5, 0.5, 0.5, 1, 1, 2]
    return (0..<16).map { code in
      code < 8
        ? TableGaps(below: inwards[code], above: outwards[code])
        : TableGaps(below: outwards[code - 8], above: inwards[code - 8])
    }
  }()
}

extension MXFP4Codec {
  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    let half = halfScale(block[0])
    let bound = TableBound(
      scale: half,
      // Where eight is beyond the range, so is the neighbour of six.
      width: block[0] >= 253 ? half * 2 : half,
      // The largest weight is below eight times the scale, and the largest value is six times that.
      limit: half * 4 * (1 + 0x1p-20), tolerance: half * 0x1p-20)
    let values = E2M1.weights(halfScale: half)
    for i in 0..<32 {
      let code = Int(FourBitCodes.code(i, in: block, at: 1))
      bounds[i] = bound.bound(weights[i], decoded: values[code], E2M1.gaps[code])
    }
  }
}

extension NVFP4Codec {
  /// From here on the errors of a weight may all be rounded to the same number, so that any code is the first of them.
  private static let farAway: Float = 0x1p20

  public static func boundErrors(
    of weights: Span<Float>, in block: Span<UInt8>, into bounds: inout MutableSpan<Float>
  ) {
    for sub in 0..<4 {
      let scale = block[sub]
      let half = halfScale(scale)
      // Half of the widest gap is within the limit, too.
      let bound = TableBound(scale: half, limit: max(half * 2, overhang(scale)), tolerance: half * 0x1p-20)
      let values = E2M1.weights(halfScale: half)
      for i in 0..<16 {
        let byte = block[4 + sub * 8 + i % 8]
        let code = Int(i < 8 ? byte & 0x0F : byte >> 4)
        let weight = weights[sub * 16 + i]
        bounds[sub * 16 + i] =
          scale == 0x7E && abs(weight) >= farAway
          ? .greatestFiniteMagnitude : bound.bound(weight, decoded: values[code], E2M1.gaps[code])
      }
    }
  }

  /// How far weights can be beyond six times a scale: six times the spacing of the scales, and under the largest scale any
  /// distance.
  private static func overhang(_ scale: UInt8) -> Float {
    if scale == 0x7E { return .greatestFiniteMagnitude }
    // 0x7F stands for zero.
    let exponent = scale == 0x7F ? 0 : Int(scale >> 3 & 0x0F)
    return 6 * Float(sign: .plus, exponent: max(exponent, 1) - 10, significand: 1)
  }
}
