package import FileAccess
public import TensorCore

/// A checkpoint in one safetensors file.
public struct SafetensorsFile: TensorSource {
  public let tensors: [TensorDescription]
  public let files: [SourceFile]
  public var formatName: String { "safetensors" }
  /// The header's `__metadata__`, in the order of the file.
  public let metadata: [(key: String, value: String)]
  /// Bytes of header, its length included: where the data starts.
  public let dataStart: Int

  private let file: InputFile

  /// Opens a file and reads its header.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - index: What ``TensorDescription/file`` shall say: the file's place in a set of shards.
  /// - Throws: ``SourceError``: `.file`, or `.invalid` with a ``SafetensorsError``.
  public init(path: String, index: Int = 0) throws(SourceError) {
    try self.init(InputFile(path: path), index: index)
  }

  /// Reads the header of a file that is open.
  package init(_ file: InputFile, index: Int = 0) throws(SourceError) {
    let size = file.size
    let length = try Self.headerLength(of: file)
    let json = try file.bytes(in: 8..<(8 + length))
    let header: SafetensorsHeader
    do throws(SafetensorsError) {
      header = try SafetensorsHeader(
        json: json, dataStart: 8 + length, dataSize: size - 8 - length, file: index)
    } catch {
      throw .invalid(path: file.path, error)
    }
    self.init(file, header, dataStart: 8 + length)
  }

  /// What was read of a header.
  init(_ file: InputFile, _ header: SafetensorsHeader, dataStart: Int) {
    self.file = file
    self.dataStart = dataStart
    tensors = header.tensors
    metadata = header.metadata
    files = [file.sourceFile]
  }

  /// The header's length, checked against the limit and the file.
  static func headerLength(of file: InputFile) throws(SourceError) -> Int {
    func invalid(_ error: SafetensorsError) -> SourceError { .invalid(path: file.path, error) }
    guard file.size >= 8 else { throw invalid(.tooShort(size: file.size)) }
    let prefix = try file.bytes(in: 0..<8)
    let length = prefix.span.load(UInt64.self, at: 0)
    guard length <= UInt64(SafetensorsHeader.maximumLength) else {
      throw invalid(.headerTooLong(length: length, limit: SafetensorsHeader.maximumLength))
    }
    guard length <= UInt64(file.size - 8) else { throw invalid(.headerBeyondEnd(length: length, size: file.size)) }
    return Int(length)
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try file.read(at: tensor.offset + start, into: &buffer)
  }

  /// Fills `buffer` with bytes of the header, from `start` on; the range must be before ``dataStart``.
  package func readHeader(from start: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    try file.read(at: start, into: &buffer)
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    file.prefetch((tensor.offset + bytes.lowerBound)..<(tensor.offset + bytes.upperBound))
  }
}
