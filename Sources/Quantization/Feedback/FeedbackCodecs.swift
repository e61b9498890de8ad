internal import TensorCore

// The grids of blocks with one scale, and one minimum perhaps, and where their codes stand.

extension Q8_0Codec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(CodeValues(lowest: -127, highest: 127), of: 32, step: Binary16.value(block.load(UInt16.self, at: 0)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for i in 0..<32 { bytes[offset + 2 + i] = codes[i] &- 127 }
  }
}

extension Q4_0Codec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(CodeValues(lowest: -8, highest: 7), of: 32, step: Binary16.value(block.load(UInt16.self, at: 0)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    FourBitCodes.store(InlineArray { codes[$0] }, into: &bytes, at: offset + 2)
  }
}

extension Q4_1Codec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(
      CodeValues(lowest: 0, highest: 15), of: 32, step: Binary16.value(block.load(UInt16.self, at: 0)),
      shift: -Binary16.value(block.load(UInt16.self, at: 2)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    FourBitCodes.store(InlineArray { codes[$0] }, into: &bytes, at: offset + 4)
  }
}

extension Q5_0Codec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(CodeValues(lowest: -16, highest: 15), of: 32, step: Binary16.value(block.load(UInt16.self, at: 0)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    FiveBitCodes.store(InlineArray { codes[$0] }, into: &bytes, at: offset + 2)
  }
}

extension Q5_1Codec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(
      CodeValues(lowest: 0, highest: 31), of: 32, step: Binary16.value(block.load(UInt16.self, at: 0)),
      shift: -Binary16.value(block.load(UInt16.self, at: 2)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    FiveBitCodes.store(InlineArray { codes[$0] }, into: &bytes, at: offset + 4)
  }
}

extension IQ4_NLCodec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(.iq4, of: 32, step: Binary16.value(block.load(UInt16.self, at: 0)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    FourBitCodes.store(InlineArray { codes[$0] }, into: &bytes, at: offset + 2)
  }
}

extension NF4Codec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(.nf4, of: 64, step: Binary16.value(block.load(UInt16.self, at: 0)))
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for j in 0..<32 { bytes[offset + 2 + j] = codes[2 * j] << 4 | codes[2 * j + 1] }
  }
}
