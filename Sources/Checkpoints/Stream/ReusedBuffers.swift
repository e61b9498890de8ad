extension Array where Element: Numeric {
  /// Changes the count and keeps the memory; new elements are zero.
  @inlinable
  package mutating func resize(to count: Int) {
    if self.count > count {
      removeLast(self.count - count)
    } else if self.count < count {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }
}

extension [Float] {
  /// The weights as little-endian bytes, to be filled.
  package mutating func withBytes<Failure: Error>(
    _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var span = mutableSpan
    var failure: Failure?
    // Safe: any bytes are floats, and the memory is bound to bytes within the closure only.
    unsafe span.withUnsafeMutableBytes { raw in
      unsafe raw.withMemoryRebound(to: UInt8.self) { bytes in
        var bytes = unsafe MutableSpan(_unsafeElements: bytes)
        do throws(Failure) {
          try body(&bytes)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
  }
}
