extension GGUFMetadata {
  /// Bytes to whose multiples the data and each tensor are padded: `general.alignment`, or 32 where it is not there.
  ///
  /// - Throws: ``GGUFError`` where it is not a u32, not a power of two, or above ``GGUFLimits/alignment``.
  func alignment() throws(GGUFError) -> Int {
    guard let value = self["general.alignment"] else { return GGUFLimits.defaultAlignment }
    guard case .uint32(let bytes) = value else { throw .alignmentWrongType(value.type.name) }
    guard bytes.nonzeroBitCount == 1 else { throw .alignmentNotPowerOfTwo(bytes) }
    guard bytes <= GGUFLimits.alignment else { throw .alignmentTooLarge(bytes) }
    return Int(bytes)
  }
}

extension Int {
  /// The next multiple of an alignment, which is a power of two; the value is far below the largest `Int`.
  package func padded(to alignment: Int) -> Int { (self + alignment - 1) & ~(alignment - 1) }
}
