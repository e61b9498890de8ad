package import FileAccess
public import TensorCore

/// A GGUF file of version 2 or 3, little- or big-endian: its header in memory, its data read on demand.
///
/// What makes a header unreadable is thrown. What can be read past is collected in ``deviations``, so that a program
/// can show a damaged file; one that builds on the file calls ``GGUFSource/requireSound()`` first.
public struct GGUFFile: GGUFSource {
  /// 2 or 3.
  public let version: UInt32
  public let byteOrder: ByteOrder
  public let metadata: GGUFMetadata
  /// By where their data starts. Offsets count from the start of the file.
  public let tensors: [TensorDescription]
  public let files: [SourceFile]
  public var formatName: String { "GGUF" }
  public var parts: [GGUFFile] { [self] }
  /// Bytes; a power of two.
  public let alignment: Int
  /// Where the data starts: the header's end, aligned. The file's size where it has no tensors.
  public let dataStart: Int
  /// The rules that the file breaks without being unreadable, in the order in which they were met.
  public let deviations: [GGUFError]

  private let file: InputFile

  /// Opens a file and reads its header; nothing of the data is read.
  ///
  /// - Throws: ``SourceError``: `.file`, or `.invalid` with a ``GGUFError``.
  public init(path: String) throws(SourceError) { try self.init(InputFile(path: path)) }

  /// A hostile file breaks rules without end; where the first one is an error, these are enough.
  private static let mostDeviations = 100

  /// Reads the header of a file that is open.
  package init(_ file: InputFile) throws(SourceError) {
    var parser = HeaderParser(file, mostViolations: Self.mostDeviations)
    do throws(SourceError) {
      try parser.parse()
    } catch {
      throw parser.firstUndescribed.map(parser.invalid) ?? error
    }
    if let first = parser.firstUndescribed { throw parser.invalid(first) }
    self.init(parser)
  }

  /// What a parser has read so far.
  init(_ parser: HeaderParser) {
    file = parser.file
    version = parser.version
    byteOrder = parser.byteOrder
    metadata = parser.metadata
    tensors = parser.tensors
    files = [parser.file.sourceFile]
    alignment = parser.alignment
    dataStart = parser.dataStart
    deviations = parser.violations
  }

  /// Throws the first of the ``deviations``.
  func requireSoundPart() throws(SourceError) {
    if let first = deviations.first { throw .invalid(path: file.path, first) }
  }

  /// Checks that the bytes between the tensors are zero.
  func requireZeroPaddingOfPart() throws(SourceError) {
    var first: GGUFError?
    try forEachPadding { violation in
      first = violation
      return false
    }
    if let first { throw .invalid(path: file.path, first) }
  }

  /// Looks at the bytes between the tensors, which are zero in a sound file.
  ///
  /// - Parameter found: Called for each stretch that is not; returns whether to go on.
  /// - Complexity: O(*n*) short reads for *n* tensors.
  package func forEachPadding(notZero found: (GGUFError) -> Bool) throws(SourceError) {
    for (index, tensor) in tensors.enumerated() {
      let end = tensor.offset + tensor.byteCount
      let next = index + 1 < tensors.count ? tensors[index + 1].offset : file.size
      guard end < next, next <= file.size, next - end < alignment else { continue }
      let padding = try file.bytes(in: end..<next)
      if let first = padding.firstIndex(where: { $0 != 0 }) {
        guard found(GGUFError.paddingNotZero(tensor: tensor.name, at: end + first)) else { return }
      }
    }
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try file.read(at: tensor.offset + start, into: &buffer)
  }

  /// Fills `buffer` with bytes of what stands before the data, from `start` on; the range must be before ``dataStart``.
  package func readHeader(from start: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    try file.read(at: start, into: &buffer)
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    file.prefetch((tensor.offset + bytes.lowerBound)..<(tensor.offset + bytes.upperBound))
  }
}
