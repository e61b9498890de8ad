internal import TensorCore

// The grids of superblocks, and where their codes stand.

extension Q4_KCodec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(AffineSuperblock(block), highestCode: 15)
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let superblock = AffineSuperblock(bytes.span.extracting(offset..<(offset + elementType.blockBytes)))
    store(superblock.with(codes), into: &bytes, at: offset)
  }
}

extension Q5_KCodec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    BlockGrid(AffineSuperblock(block), highestCode: 31)
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let superblock = AffineSuperblock(bytes.span.extracting(offset..<(offset + elementType.blockBytes)))
    store(superblock.with(codes), into: &bytes, at: offset)
  }
}

extension BlockGrid {
  /// Of Q4_K and Q5_K.
  fileprivate init(_ superblock: AffineSuperblock, highestCode: Float) {
    self.init(CodeValues(lowest: 0, highest: highestCode), length: 32, of: 256, subBlock: superblock.stepAndShift)
  }
}

extension Q2_KCodec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    let superblock = Superblock(block)
    return BlockGrid(
      CodeValues(lowest: 0, highest: 3), length: 16, of: 256, subBlock: superblock.stepAndShift)
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var superblock = Superblock(bytes.span.extracting(offset..<(offset + elementType.blockBytes)))
    superblock.codes = InlineArray { codes[$0] }
    superblock.store(into: &bytes, at: offset)
  }
}

extension Q3_KCodec: FeedbackCodec {
  private static func scales(in block: Span<UInt8>) -> (d: UInt16, SixBitScales) {
    var scales = SixBitScales()
    for i in 0..<12 { scales.bytes[i] = block[96 + i] }
    return (block.load(UInt16.self, at: 108), scales)
  }

  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    let (d, scales) = scales(in: block)
    return BlockGrid(CodeValues(lowest: -4, highest: 3), length: 16, of: 256) { sub in
      (Binary16.value(d) * Float(Int32(scales.get(sub)) - 32), 0)
    }
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    let (d, scales) = scales(in: bytes.span.extracting(offset..<(offset + elementType.blockBytes)))
    store(codes: InlineArray { codes[$0] }, scales: scales, d: d, into: &bytes, at: offset)
  }
}

extension Q6_KCodec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    let d = Binary16.value(block.load(UInt16.self, at: 208))
    var scales = InlineArray<16, Float>(repeating: 0)
    for sub in 0..<16 { scales[sub] = Float(Int8(bitPattern: block[192 + sub])) }
    return BlockGrid(CodeValues(lowest: -32, highest: 31), length: 16, of: 256) { (d * scales[$0], 0) }
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    store(codes: InlineArray { codes[$0] }, into: &bytes, at: offset)
  }
}

extension IQ4_XSCodec: FeedbackCodec {
  public static func grid(of block: Span<UInt8>) -> BlockGrid {
    let d = Binary16.value(block.load(UInt16.self, at: 0))
    var levels = InlineArray<8, Float>(repeating: 0)
    for sub in 0..<8 { levels[sub] = Float(level(sub, in: block)) }
    return BlockGrid(.iq4, length: 32, of: 256) { (d * levels[$0], 0) }
  }

  public static func storeCodes(_ codes: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for sub in 0..<8 {
      FourBitCodes.store(InlineArray { codes[sub * 32 + $0] }, into: &bytes, at: offset + 8 + sub * 16)
    }
  }
}
