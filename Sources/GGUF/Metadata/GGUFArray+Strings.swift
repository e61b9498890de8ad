internal import TensorCore

extension GGUFArray {
  /// Where the strings of an array of strings stand in ``bytes``, one after another.
  ///
  /// Ends early where the bytes do, which checked bytes never do; empty for arrays of anything else.
  ///
  /// - Complexity: O(*n*) for *n* strings, whatever their lengths.
  package func forEachString(_ body: (Range<Int>) -> Void) {
    guard elementType == .string else { return }
    let span = bytes.span
    var position = 0
    for _ in 0..<count {
      guard span.count - position >= 8, let length = Int(exactly: span.load(UInt64.self, at: position)),
        length <= span.count - position - 8
      else { return }
      let start = position + 8
      position = start + length
      body(start..<position)
    }
  }
}
