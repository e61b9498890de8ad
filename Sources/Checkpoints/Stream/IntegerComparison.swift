package import TensorCore

/// Compares integers as numbers, whatever their widths.
package enum IntegerComparison {
  /// The places of those that differ, the first of them counted as `start`. Both are little-endian.
  package static func differences(
    _ bytes: [UInt8], _ type: ElementType, _ other: [UInt8], _ otherType: ElementType, start: Int
  ) -> Sightings {
    var sightings = Sightings()
    for index in 0..<(bytes.count / type.blockBytes)
    where integer(bytes, index, type) != integer(other, index, otherType) {
      sightings.add(start + index)
    }
    return sightings
  }

  /// An integer of any type, with its sign.
  private static func integer(_ bytes: [UInt8], _ index: Int, _ type: ElementType) -> Int128 {
    let width = type.blockBytes
    var value: UInt64 = 0
    for byte in (0..<width).reversed() { value = value << 8 | UInt64(bytes[index * width + byte]) }
    switch type {
    case .i8, .i16, .i32, .i64:
      let unused = UInt64(64 - 8 * width)
      return Int128(Int64(bitPattern: value << unused) >> Int64(unused))
    default: return Int128(value)
    }
  }
}
