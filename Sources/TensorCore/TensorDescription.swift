/// One tensor of a checkpoint, as the headers describe it: nothing of its payload is held.
public struct TensorDescription: Sendable, Hashable {
  public let name: String
  public let elementType: ElementType
  public let shape: Shape
  /// The order of the bytes of one number in the payload.
  public let byteOrder: ByteOrder
  /// Which of the source's files holds the payload: an index into ``TensorSource/files``.
  public let file: Int
  /// Where the payload starts, in bytes from the start of that file (of its contents, where it is compressed).
  public let offset: Int
  /// The payload's bytes.
  public let byteCount: Int

  public init(
    name: String, elementType: ElementType, shape: Shape, byteOrder: ByteOrder = .little, file: Int = 0, offset: Int,
    byteCount: Int
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.byteOrder = byteOrder
    self.file = file
    self.offset = offset
    self.byteCount = byteCount
  }
}

/// A file that a checkpoint consists of.
public struct SourceFile: Sendable, Hashable {
  /// The path as the user gave it, or as an index led to it; of a remote file its URL, without the query.
  public let path: String
  /// Bytes as it is stored.
  public let size: Int
  /// Bytes of the contents, where they are compressed on the disk.
  public let unpackedSize: Int?
  /// Whether it stands behind a network: the path is then a URL.
  public let isRemote: Bool

  public init(path: String, size: Int, unpackedSize: Int? = nil, isRemote: Bool = false) {
    self.path = path
    self.size = size
    self.unpackedSize = unpackedSize
    self.isRemote = isRemote
  }

  /// Bytes of the contents, which the offsets of tensors count.
  public var contentSize: Int { unpackedSize ?? size }
}

/// A checkpoint: its tensors listed from headers alone, its payload lent in ranges.
///
/// A source never holds a tensor. Many threads may read from one source at the same time.
public protocol TensorSource: Sendable {
  /// In the order of the payload: by file, then by offset.
  var tensors: [TensorDescription] { get }

  /// The files that hold the tensors.
  var files: [SourceFile] { get }

  /// What the format is called: "safetensors", "GGUF", "raw fp32".
  var formatName: String { get }

  /// Fills `buffer` with payload bytes of `tensor`, from byte `start` of the payload on.
  ///
  /// The range must be inside the payload. The bytes are as the file has them; ``TensorDescription/byteOrder`` says how
  /// numbers in them are stored.
  /// - Throws: ``SourceError`` where the file cannot be read or has become shorter.
  func read(_ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError)

  /// Says that these bytes of the payload will be read soon, so that a disk can begin; nothing depends on it.
  func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>)
}

extension TensorSource {
  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {}
}
