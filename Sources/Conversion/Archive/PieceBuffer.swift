internal import FileAccess
internal import TensorCore

/// What a thread reads pieces of a file into, one after the other.
struct PieceBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func read(_ range: Range<Int>, of file: InputFile) throws(SourceError) {
    if bytes.count != range.count { bytes = [UInt8](repeating: 0, count: range.count) }
    var span = bytes.mutableSpan
    try file.read(at: range.lowerBound, into: &span)
  }
}
