internal import TensorCore

extension BlockCodec {
  /// Whether ``fakeQuantize(_:)`` applied twice gives the numbers that it gives once, for any weights. formats/fake-quantize.md.
  ///
  /// So it is where the largest weight of a block keeps its place on the grid, and the scale is found in it again. Zeros may
  /// change their sign. The other types search, or fit two numbers to a block: Q4_1 and Q5_1 move weights once more that vary
  /// little around a number far from zero (their minimum is rounded to a half), NVFP4 those whose scale is subnormal.
  public static var isFakeQuantizationIdempotent: Bool {
    switch elementType {
    case .f32, .f16, .bf16, .q4_0, .q5_0, .q8_0, .nf4, .tq1_0, .tq2_0, .q1_0, .q2_0, .mxfp4: true
    default: false
    }
  }
}
