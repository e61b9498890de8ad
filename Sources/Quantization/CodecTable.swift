public import TensorCore

extension ElementType {
  /// Every decoder of this module: one line a type.
  private static let decoders: [ElementType: any BlockDecoder.Type] = Dictionary(
    uniqueKeysWithValues: ([
      F32Codec.self, F16Codec.self, BF16Codec.self, F64Decoder.self,
      F8E4M3Decoder.self, F8E5M2Decoder.self, F8E8M0Decoder.self,
      Q4_0Codec.self, Q4_1Codec.self, Q5_0Codec.self, Q5_1Codec.self, Q8_0Codec.self,
      Q2_KCodec.self, Q3_KCodec.self, Q4_KCodec.self, Q5_KCodec.self, Q6_KCodec.self,
      IQ4_NLCodec.self, IQ4_XSCodec.self, TQ1_0Codec.self, TQ2_0Codec.self,
      MXFP4Codec.self, NVFP4Codec.self, Q1_0Codec.self, Q2_0Codec.self, NF4Codec.self,
    ] as [any BlockDecoder.Type]).map { ($0.elementType, $0) })

  /// How blocks of this type are decoded; nil where that is not known (yet).
  public var decoder: (any BlockDecoder.Type)? { Self.decoders[self] }

  /// How weights are quantized to this type; nil where that is not known (yet).
  public var codec: (any BlockCodec.Type)? { decoder as? any BlockCodec.Type }
}
