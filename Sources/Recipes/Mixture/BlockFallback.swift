public import TensorCore

extension ElementType {
  /// The type that a tensor gets in place of this one where its rows may not divide into blocks.
  ///
  /// A type of about as many bits with blocks of 32; F16 where 32 does not divide the row either, and for types with blocks
  /// of 64 and 128 that have no such neighbour, for which llama-quantize stops.
  /// Source: `tensor_type_fallback` of llama.cpp's llama-quant.cpp.
  public func fitting(rowLength: Int) -> ElementType {
    if rowLength % blockLength == 0 { return self }
    let neighbour: ElementType =
      switch self {
      case .iq1_s, .iq1_m, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s, .iq4_xs: .iq4_nl
      case .q2_0, .q2_K, .q3_K, .tq1_0, .tq2_0: .q4_0
      case .q4_K: .q5_0
      case .q5_K: .q5_1
      case .q6_K: .q8_0
      default: .f16
      }
    return rowLength % neighbour.blockLength == 0 ? neighbour : .f16
  }
}
