internal import Quantization
internal import TensorCore

/// Counts what stands in blocks beside their codes: scales, mins, and the integers of sub-blocks.
enum BlockFieldCounting {
  static func count(_ blocks: Span<UInt8>, _ type: ElementType, into counts: inout TensorCounts) {
    if let field = type.scaleField { count(field, blocks, type, into: &counts.scales) }
    if let field = type.minField { count(field, blocks, type, into: &counts.mins) }
    if let codec = type.decoder as? any SubScaled.Type { count(codec, blocks, &counts.subScales, &counts.subMins) }
    if type == .nf4 { countNF4(blocks, into: &counts) }
  }

  private static func count(
    _ field: ScaleField, _ blocks: Span<UInt8>, _ type: ElementType, into counts: inout PatternCounts
  ) {
    for block in stride(from: field.offset, to: blocks.count, by: type.blockBytes) {
      switch field.encoding {
      case .binary16: counts.add(Int(blocks.load(UInt16.self, at: block)))
      case .e8m0, .ue4m3: for part in 0..<field.count { counts.add(Int(blocks[block + part])) }
      }
    }
  }

  private static func count<Codec: SubScaled>(
    _ codec: Codec.Type, _ blocks: Span<UInt8>, _ scales: inout [Int], _ mins: inout [Int]
  ) {
    let size = codec.elementType.blockBytes
    var scales = scales.mutableSpan
    var mins = mins.mutableSpan
    for block in 0..<(blocks.count / size) {
      codec.countSubScales(blocks.extracting((block * size)..<((block + 1) * size)), scales: &scales, mins: &mins)
    }
  }

  /// The codes of NF4, places in a table that are not integers to compute with; of which 7 is the zero.
  private static func countNF4(_ blocks: Span<UInt8>, into counts: inout TensorCounts) {
    let size = ElementType.nf4.blockBytes
    for block in stride(from: 0, to: blocks.count / size * size, by: size) {
      var isZero = true
      for byte in (block + 2)..<(block + size) {
        let pair = blocks[byte]
        counts.codes[Int(pair >> 4)] += 1
        counts.codes[Int(pair & 0x0F)] += 1
        if pair != 0x77 { isZero = false }
      }
      let scale = blocks.load(UInt16.self, at: block)
      if scale & 0x7FFF == 0 || isZero && Binary16.isFinite(scale) { counts.zeroBlocks += 1 }
    }
  }
}
