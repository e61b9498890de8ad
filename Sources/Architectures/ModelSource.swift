public import GGUF
public import TensorCore

/// A Hugging Face model as if it were one in GGUF: a view of its checkpoint, in which tensors have the names, shapes and
/// order of elements that readers of GGUF expect, with the metadata beside.
///
/// No tensor is held. A range of a tensor's payload is read where the checkpoint has it, in any order and from many
/// threads.
public struct ModelSource: DescribedSource {
  public let tensors: [TensorDescription]
  public internal(set) var metadata: GGUFMetadata
  /// What was decided where the folder leaves it open, a sentence each.
  public internal(set) var notes: [String]
  /// The name of the model's class in config.json.
  public let className: String
  /// The files besides the checkpoint that say what the model is.
  public let otherFiles: [String]

  /// The checkpoint that this is a view of.
  public let checkpoint: any TensorSource

  private let views: [ExactString: TensorView]

  public var files: [SourceFile] { checkpoint.files }
  public var formatName: String { checkpoint.formatName }

  init(
    _ checkpoint: any TensorSource, _ matches: [TensorMatching.Match], metadata: GGUFMetadata, notes: [String],
    className: String, otherFiles: [String]
  ) throws(ArchitectureError) {
    var tensors: [TensorDescription] = []
    for match in matches {
      let type = match.view.elementType
      guard let bytes = type.byteCount(elements: match.shape.elementCount) else { throw .tooLarge(tensor: match.name) }
      // Where the first of what it is made of stands: nothing depends on it but the order in which a disk is read.
      let origin = match.view.origin
      tensors.append(
        TensorDescription(
          name: match.name, elementType: type, shape: match.shape, file: origin?.file ?? 0, offset: origin?.offset ?? 0,
          byteCount: bytes))
    }
    self.checkpoint = checkpoint
    self.tensors = tensors
    self.metadata = metadata
    self.notes = notes
    self.className = className
    self.otherFiles = otherFiles
    views = Dictionary(matches.map { (ExactString($0.name), $0.view) }, uniquingKeysWith: { first, _ in first })
  }

  /// The most memory, in bytes, that a thread takes to read a part of a tensor besides the part itself.
  ///
  /// - Parameter elements: Of the part; each has 4 bytes at most.
  public func scratchBytes(readingElements elements: Int) -> Int {
    views.values.lazy.map { $0.scratchBytes(reading: 4 * elements) }.max() ?? 0
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try views[ExactString(tensor.name)]?.read(from: start, into: &buffer, in: checkpoint)
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    views[ExactString(tensor.name)]?.prefetch(bytes, in: checkpoint)
  }
}
