public import TensorCore

/// F32: binary32, little-endian. formats/float.md.
public enum F32Codec: BlockCodec {
  public static let elementType = ElementType.f32
  public static let largestMagnitude = Float.greatestFiniteMagnitude

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    bytes.store(weights[0].bitPattern, at: offset)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = Float(bitPattern: block.load(UInt32.self, at: 0))
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool {
    Float(bitPattern: block.load(UInt32.self, at: 0)).isFinite
  }
}

/// F16: binary16, little-endian, rounded to nearest even. formats/float.md.
public enum F16Codec: BlockCodec {
  public static let elementType = ElementType.f16
  public static let largestMagnitude = Binary16.greatestFinite

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    bytes.store(Binary16.bits(weights[0]), at: offset)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = Binary16.value(block.load(UInt16.self, at: 0))
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { Binary16.isFinite(block.load(UInt16.self, at: 0)) }
}

/// BF16: the upper half of binary32, little-endian, rounded to nearest even. formats/float.md.
public enum BF16Codec: BlockCodec {
  public static let elementType = ElementType.bf16
  /// (2 - 2^-7) x 2^127.
  public static let largestMagnitude = BFloat16.value(0x7F7F)

  public static func encodeBlock(_ weights: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    bytes.store(BFloat16.bits(weights[0]), at: offset)
  }

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = BFloat16.value(block.load(UInt16.self, at: 0))
  }

  public static func isFinite(_ block: Span<UInt8>) -> Bool { BFloat16.isFinite(block.load(UInt16.self, at: 0)) }
}

/// F64: binary64, little-endian, rounded to the nearest binary32. formats/float.md.
public enum F64Decoder: BlockDecoder {
  public static let elementType = ElementType.f64

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = Float(Double(bitPattern: block.load(UInt64.self, at: 0)))
  }
}

/// F8_E4M3, exact in binary32. formats/float.md.
public enum F8E4M3Decoder: BlockDecoder {
  public static let elementType = ElementType.f8_E4M3

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = Float8.e4m3(block[0])
  }
}

/// F8_E5M2, exact in binary32. formats/float.md.
public enum F8E5M2Decoder: BlockDecoder {
  public static let elementType = ElementType.f8_E5M2

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = Float8.e5m2(block[0])
  }
}

/// F8_E8M0, a power of two, exact in binary32. formats/float.md.
public enum F8E8M0Decoder: BlockDecoder {
  public static let elementType = ElementType.f8_E8M0

  public static func decodeBlock(_ block: Span<UInt8>, into weights: inout MutableSpan<Float>, at start: Int) {
    weights[start] = Float8.e8m0(block[0])
  }
}
