public import Checkpoints
public import FileAccess
public import GGUF
public import TensorCore

/// Writes a GGUF file again with other metadata: version 3, little-endian, the tensors in the order of their data and
/// each byte of them as it was.
///
/// Memory is bounded by a buffer.
public struct MetadataRewriter: Sendable {
  /// Bytes that are copied at a time.
  private static let bufferBytes = 1 << 20

  public let file: GGUFFile
  /// The metadata that will be written.
  public let metadata: GGUFMetadata
  public let layout: GGUFLayout

  /// - Throws: ``SourceError`` for a file that cannot be written: ``MetadataEditError/bigEndian`` or
  ///   ``MetadataEditError/headerTooLong(bytes:)``, or a ``GGUFError``.
  public init(file: GGUFFile, metadata: GGUFMetadata) throws(SourceError) {
    let path = file.files.first?.path ?? ""
    // All numbers of the tensors would have to be turned around too.
    guard file.byteOrder == .little else { throw .invalid(path: path, MetadataEditError.bigEndian) }
    do throws(GGUFError) {
      layout = try GGUFLayout(
        metadata: metadata,
        tensors: file.tensors.map { .init(name: $0.name, elementType: $0.elementType, shape: $0.shape) })
    } catch {
      throw .invalid(path: path, error)
    }
    guard layout.header.count <= GGUFLimits.headerBytes else {
      throw .invalid(path: path, MetadataEditError.headerTooLong(bytes: layout.header.count))
    }
    self.file = file
    self.metadata = metadata
  }

  /// Bytes that will be copied.
  public var workBytes: Int { file.tensors.lazy.map(\.byteCount).clampedSum }

  /// Copies all tensors and then writes the header into `output`, which the caller commits.
  ///
  /// - Parameters:
  ///   - output: A file of the layout's size, all zeros.
  ///   - isCancelled: Asked before every read.
  ///   - progress: Told of every write: bytes, and the tensor's name.
  public func run(
    into output: AtomicFileWriter, isCancelled: () -> Bool = { false }, progress: (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) {
    var buffer: [UInt8] = []
    for (tensor, place) in zip(file.tensors, layout.places) {
      var start = 0
      while start < tensor.byteCount {
        if isCancelled() { throw .cancelled }
        let count = min(Self.bufferBytes, tensor.byteCount - start)
        if buffer.count != count { buffer = [UInt8](repeating: 0, count: count) }
        do throws(SourceError) {
          var span = buffer.mutableSpan
          try file.read(tensor, from: start, into: &span)
        } catch {
          throw .source(error)
        }
        try Self.write(buffer, at: place.offset + start, to: output)
        progress(count, tensor.name)
        start += count
      }
    }
    try Self.write(layout.header, at: 0, to: output)
  }

  private static func write(_ bytes: [UInt8], at offset: Int, to output: AtomicFileWriter) throws(StreamFailure) {
    do throws(FileError) {
      try output.write(bytes.span, at: offset)
    } catch {
      throw .output(error)
    }
  }
}
