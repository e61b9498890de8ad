internal import SystemPackage

extension FileDescriptor {
  /// Fills `buffer` with the file's bytes from `offset` on.
  ///
  /// - Returns: How many there were: fewer than the buffer has room for where the file ends.
  /// - Throws: `Errno`.
  func fill(_ buffer: inout MutableSpan<UInt8>, from offset: Int) throws -> Int {
    var done = 0
    let count = buffer.count
    while done < count {
      // Safe: the pointer is used within the closure only, for at most the bytes behind it.
      let read = try unsafe buffer.withUnsafeMutableBytes { bytes in
        try unsafe self.read(
          fromAbsoluteOffset: Int64(offset + done), into: UnsafeMutableRawBufferPointer(rebasing: bytes[done...]))
      }
      if read == 0 { break }
      done += read
    }
    return done
  }
}
