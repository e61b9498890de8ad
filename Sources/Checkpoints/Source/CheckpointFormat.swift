package import FileAccess
internal import GGUF
internal import Safetensors
package import TensorCore

/// What a file is, from its first bytes; its name only decides where these do not.
package enum CheckpointFormat: Sendable {
  case gguf
  case safetensors
  /// `model.safetensors.index.json`.
  case shardIndex
  case unreadable(UnreadableCheckpoint)

  package init(of file: InputFile) throws(SourceError) {
    let name = file.isCompressed && file.path.hasSuffix(".zst") ? file.path.dropLast(".zst".count) : file.path[...]
    let start = try file.bytes(in: 0..<min(file.size, 64))
    if name.hasSuffix(".index.json") {
      self = name.hasSuffix(".bin.index.json") ? .unreadable(.indexOfPickles) : .shardIndex
    } else if start.span.starts(with: Array("GGUF".utf8)) {
      self = .gguf
    } else if Self.isSafetensors(start.span, fileSize: file.size) {
      // Before the others: the length that a safetensors file begins with may look like anybody's magic number.
      self = .safetensors
    } else if let what = UnreadableCheckpoint.recognise(start.span) {
      self = .unreadable(what)
    } else if name.hasSuffix(".gguf") {
      self = .gguf
    } else if name.hasSuffix(".safetensors") {
      self = .safetensors
    } else {
      self = .unreadable(.unknown(firstBytes: Array(start.prefix(8))))
    }
  }

  /// A safetensors header begins with an object behind its eight bytes of length, and the file is longer than both.
  private static func isSafetensors(_ start: Span<UInt8>, fileSize: Int) -> Bool {
    guard start.count > 8, start[8] == UInt8(ascii: "{") else { return false }
    return start.load(UInt64.self, at: 0) <= UInt64(fileSize - 8)
  }
}
