public import TensorCore

/// Bytes that stand somewhere and are read at any place by many threads at once: a file on the disk, or one behind a URL.
public protocol StoredBytes: Sendable {
  /// What errors, and lists of files, call it.
  var path: String { get }
  /// Bytes, when it was opened.
  var size: Int { get }
  /// Whether a read may take a round trip through a network: what can be done without is then not read.
  var isRemote: Bool { get }

  /// Fills `buffer` from `offset` on.
  ///
  /// - Throws: ``SourceError/file(_:)`` where that cannot be read, or the bytes end before the buffer is full.
  func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError)

  /// Says that a range will be read soon; nothing depends on it.
  func prefetch(_ range: Range<Int>)
}

extension StoredBytes {
  public func prefetch(_ range: Range<Int>) {}

  /// The bytes of `range`, which must be inside.
  func bytes(in range: Range<Int>) throws(SourceError) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: range.count)
    var span = result.mutableSpan
    try read(at: range.lowerBound, into: &span)
    return result
  }
}
