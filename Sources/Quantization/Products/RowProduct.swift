internal import TensorCore

/// Products of one row of weights with one vector of activations, in binary64. formats/products.md.
///
/// This is the specification that the kernels are held against: each sum has sixteen lanes, of which halves are added
/// until one is left, so that the bits are the same however many lanes a processor has.
public enum RowProduct {
  /// The sum of weights[i] * activations[i], term i in lane i mod 16; both have the same length.
  ///
  /// The products are exact; only the additions round.
  public static func floats(_ weights: Span<Float>, _ activations: Span<Float>) -> Double {
    var lanes = InlineArray<16, Double>(repeating: 0)
    for i in 0..<weights.count { lanes[i % 16] += Double(weights[i]) * Double(activations[i]) }
    return sumOfHalves(lanes)
  }

  /// The product of a row of blocks with vector `sample` of quantized activations.
  ///
  /// With the integer D, the sum of the products of the codes of sixteen weights g and of their activations, the term
  /// (step * scale) * D + offset * sum goes into lane g mod 16. The activations have been quantized for the type.
  public static func integers(
    _ blocks: Span<UInt8>, of type: any IntegerCoded.Type, _ activations: QuantizedActivations, sample: Int
  ) -> Double {
    let (length, size) = (type.elementType.blockLength, type.elementType.blockBytes)
    var lanes = InlineArray<16, Double>(repeating: 0)
    for number in 0..<(blocks.count / size) {
      let block = type.unpack(blocks.extracting((number * size)..<((number + 1) * size)))
      for sub in 0..<(length / 16) {
        let group = number * (length / 16) + sub
        let place = sample * activations.paddedColumns / 16 + group
        var dot: Int32 = 0
        for i in 0..<16 { dot += Int32(block.codes[sub * 16 + i]) * Int32(activations.codes[place * 16 + i]) }
        let product = Double(block.steps[sub]) * activations.scales[place] * Double(dot)
        lanes[group % 16] += product + Double(block.offsets[sub]) * activations.sums[place]
      }
    }
    return sumOfHalves(lanes)
  }

  private static func sumOfHalves(_ lanes: InlineArray<16, Double>) -> Double {
    var lanes = lanes
    for width in [8, 4, 2, 1] {
      for i in 0..<width { lanes[i] += lanes[i + width] }
    }
    return lanes[0]
  }
}
