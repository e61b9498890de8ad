/// 32 four-bit codes in 16 bytes, as the types of blocks of 32 weights hold them: code i in the low half of byte i, code
/// i + 16 in its high half.
enum FourBitCodes {
  /// Stores the low four bits of each code.
  @inline(__always)
  static func store(_ codes: InlineArray<32, UInt8>, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for i in 0..<16 { bytes[offset + i] = codes[i] & 0x0F | codes[i + 16] << 4 }
  }

  /// The code of weight `index`, 0 to 31.
  @inline(__always)
  static func code(_ index: Int, in block: Span<UInt8>, at offset: Int) -> UInt8 {
    index < 16 ? block[offset + index] & 0x0F : block[offset + index - 16] >> 4
  }
}

extension FourBitCodes {
  /// Where the codes are, for people.
  static let meaning = "codes: i in the low half of byte i, i + 16 in its high half"

  /// All codes of a block.
  static func codes(_ block: Span<UInt8>, at offset: Int) -> [Int] {
    (0..<32).map { Int(code($0, in: block, at: offset)) }
  }
}
