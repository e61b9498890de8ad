public import Checkpoints
public import FileAccess
public import GGUF
public import TensorCore

/// Writes a GGUF model again as another number of files, version 3 and little-endian: the tensors in their order, each
/// byte of them as it was.
///
/// Chunks are copied on several threads; memory is bounded by threads x chunk.
public struct ModelCopier: Sendable {
  public let model: any GGUFSource
  public let layout: SplitLayout

  /// Splits a model, which may be split already.
  ///
  /// - Parameter name: What the model is called in errors: the path that the user gave.
  /// - Throws: ``SourceError/invalid(path:_:)`` with a ``SplitLayoutError``, a `GGUFError`, or a ``MetadataEditError`` for a
  ///   model that cannot be written: one that is big-endian, or whose header no reader takes.
  public init(splitting model: any GGUFSource, name: String, into split: SplitLayout.Split) throws(SourceError) {
    let tensors = try Self.tensors(of: model, name: name)
    do throws(SplitLayoutError) {
      layout = try SplitLayout(metadata: model.metadata, tensors: tensors, split: split)
    } catch {
      throw .invalid(path: name, error.violation)
    }
    self.model = model
    try checkHeaders(name: name)
  }

  /// Merges the parts of a model into one file.
  ///
  /// - Parameters:
  ///   - name: What the model is called in errors.
  ///   - keepsSplitKeys: Whether the keys of `split.` stay, with a count of 0, as llama-gguf-split leaves them.
  /// - Throws: As ``init(splitting:name:into:)``.
  public init(merging model: any GGUFSource, name: String, keepsSplitKeys: Bool = false) throws(SourceError) {
    let tensors = try Self.tensors(of: model, name: name)
    let metadata = keepsSplitKeys ? model.metadata.asMergedByLlama : model.metadata.withoutSplitKeys
    do throws(GGUFError) {
      layout = try SplitLayout(metadata: metadata, tensors: tensors)
    } catch {
      throw .invalid(path: name, error)
    }
    self.model = model
    try checkHeaders(name: name)
  }

  private static func tensors(of model: any GGUFSource, name: String) throws(SourceError) -> [GGUFLayout.Tensor] {
    // All numbers of the tensors would have to be turned around too.
    for part in model.parts where part.byteOrder == .big {
      throw .invalid(path: part.files.first?.path ?? name, MetadataEditError.bigEndian)
    }
    return model.tensors.map { .init(name: $0.name, elementType: $0.elementType, shape: $0.shape) }
  }

  private func checkHeaders(name: String) throws(SourceError) {
    for part in layout.parts where part.header.count > GGUFLimits.headerBytes {
      throw .invalid(path: name, MetadataEditError.headerTooLong(bytes: part.header.count))
    }
  }

  /// Bytes that will be copied.
  public var workBytes: Int { model.tensors.lazy.map(\.byteCount).clampedSum }

  /// Copies all tensors and then writes the headers into `outputs`, which the caller commits.
  ///
  /// - Parameters:
  ///   - outputs: A file of its size for each part of the layout, all zeros.
  ///   - threads: At least 1.
  ///   - isCancelled: Asked before every chunk.
  ///   - progress: Told of every chunk: bytes, and the tensor's name. Called from many threads.
  public func run(
    into outputs: [AtomicFileWriter], threads: Int, isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) {
    precondition(outputs.count == layout.parts.count)
    let model = model
    try ChunkList(model.tensors.map(\.shape)).forEachInParallel(threads: max(1, threads), isCancelled: isCancelled) {
      CopyWorker(model: model, layout: layout, outputs: outputs)
    } enter: { count, chunk, _ in
      progress(count, model.tensors[chunk.tensor].name)
    }
    do throws(FileError) {
      for (part, output) in zip(layout.parts, outputs) { try output.write(part.header.span, at: 0) }
    } catch {
      throw .output(error)
    }
  }
}

/// One thread's share of copying, and its buffer.
private struct CopyWorker: ChunkConsumer {
  let model: any GGUFSource
  let layout: SplitLayout
  let outputs: [AtomicFileWriter]
  var buffer: [UInt8] = []

  /// - Returns: The bytes that were copied.
  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> Int {
    let model = model
    let (tensor, place) = (model.tensors[chunk.tensor], layout.places[chunk.tensor])
    let range = chunk.bytes(of: tensor.elementType)
    buffer.resize(to: range.count)
    do throws(SourceError) {
      var span = buffer.mutableSpan
      try model.read(tensor, from: range.lowerBound, into: &span)
    } catch {
      throw .source(error)
    }
    do throws(FileError) {
      try outputs[place.part].write(buffer.span, at: place.offset + range.lowerBound)
    } catch {
      throw .output(error)
    }
    return range.count
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = model.tensors[chunk.tensor]
    model.prefetch(tensor, chunk.bytes(of: tensor.elementType))
  }
}
