internal import GGUF
public import TensorCore

/// How a checkpoint is stored, and how much of what it holds: what a comparison says of each side as a whole.
public struct CheckpointFacts: Sendable {
  /// The path as the user gave it.
  public let name: String
  public let format: String
  /// GGUF only.
  public let version: UInt32?
  /// GGUF only.
  public let byteOrder: ByteOrder?
  /// Bytes; GGUF only.
  public let alignment: Int?
  public let files: Int
  /// Bytes of all files.
  public let size: Int
  public let mix: TypeMix

  public init(_ source: any TensorSource, name: String) {
    let gguf = (source as? any GGUFSource)?.parts.first
    self.name = name
    format = source.formatName
    version = gguf?.version
    byteOrder = gguf?.byteOrder
    alignment = gguf?.alignment
    files = source.files.count
    size = source.files.lazy.map(\.contentSize).clampedSum
    mix = TypeMix(source.tensors.map { ($0.elementType, $0.shape.elementCount, $0.byteCount) })
  }
}
