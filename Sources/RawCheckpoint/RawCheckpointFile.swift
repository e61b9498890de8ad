package import FileAccess
public import TensorCore

/// A checkpoint in a headerless file of fp32 numbers, which a ``RawDescription`` describes.
public struct RawCheckpointFile: TensorSource {
  public let tensors: [TensorDescription]
  public let files: [SourceFile]
  public var formatName: String { "raw fp32" }

  private let file: InputFile

  /// Opens a file; its size must be what the description says, exactly.
  ///
  /// - Throws: ``SourceError``: `.file`, or `.invalid` with a ``RawCheckpointError``.
  public init(path: String, description: RawDescription) throws(SourceError) {
    try self.init(InputFile(path: path), description: description)
  }

  /// Reads a file that is open.
  package init(_ file: InputFile, description: RawDescription) throws(SourceError) {
    self.file = file
    do throws(RawCheckpointError) {
      tensors = try description.layout(size: file.size)
    } catch {
      throw .invalid(path: file.path, error)
    }
    files = [file.sourceFile]
  }

  /// Opens a file that the JSON at `descriptionPath` describes.
  public init(path: String, descriptionPath: String) throws(SourceError) {
    try self.init(InputFile(path: path), descriptionPath: descriptionPath)
  }

  /// Reads a file that is open.
  package init(_ data: InputFile, descriptionPath: String) throws(SourceError) {
    let file = try InputFile(path: descriptionPath)
    guard file.size <= RawDescription.maximumSize else {
      throw .invalid(
        path: descriptionPath,
        RawCheckpointError.descriptionTooLarge(size: file.size, limit: RawDescription.maximumSize))
    }
    let json = try file.bytes(in: 0..<file.size)
    let description: RawDescription
    do throws(RawCheckpointError) {
      description = try RawDescription(json: json)
    } catch {
      throw .invalid(path: descriptionPath, error)
    }
    try self.init(data, description: description)
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    try file.read(at: tensor.offset + start, into: &buffer)
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    file.prefetch((tensor.offset + bytes.lowerBound)..<(tensor.offset + bytes.upperBound))
  }
}
