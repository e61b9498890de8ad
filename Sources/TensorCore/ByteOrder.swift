/// The order of the bytes of a number in a file.
public enum ByteOrder: String, Sendable, Hashable {
  case little
  case big
}

/// Fixed-width integers in a span of bytes.
///
/// The bounds are checked by precondition: a caller that takes an offset from a file checks it first, with an error of
/// its own.
extension Span where Element == UInt8 {
  /// The integer at `offset`, of which `offset ..< offset + T.bitWidth / 8` must be inside the span.
  @inlinable
  public func load<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, at offset: Int, _ order: ByteOrder = .little
  ) -> T {
    precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    // Safe: the precondition keeps the read inside the span, and an integer has no invalid bit pattern.
    let raw = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: T.self)
    return order == .little ? T(littleEndian: raw) : T(bigEndian: raw)
  }
}

extension MutableSpan where Element == UInt8 {
  /// Stores `value`, little-endian, at `offset`, which must leave room for it.
  @inlinable
  public mutating func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, at offset: Int) {
    precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
    let little = value.littleEndian
    // Safe: the precondition keeps the write inside the span, and a byte has no invalid bit pattern.
    var bytes = unsafe mutableBytes
    unsafe bytes.storeBytes(of: little, toUncheckedByteOffset: offset, as: T.self)
  }

  /// Reverses the bytes of every element of `width` bytes, from byte `start` on: what turns a big-endian payload into a
  /// little-endian one.
  ///
  /// A rest shorter than `width` is left as it is.
  public mutating func reverseBytes(ofElements width: Int, from start: Int = 0) {
    guard width > 1 else { return }
    var start = start
    while start <= count - width {
      for i in 0..<(width / 2) { swapAt(start + i, start + width - 1 - i) }
      start += width
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends `value`, little-endian.
  @inlinable
  package mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> T(shift))) }
  }
}
