internal import TensorCore

/// A checkpoint that a command reads, as JSON has it.
struct CheckpointJSON: Encodable {
  let name: String
  let format: String
  let files: [FileJSON]

  /// - Parameter name: As the user called it.
  init(_ source: any TensorSource, name: String) {
    self.name = name
    format = source.formatName
    files = source.files.map { FileJSON($0) }
  }
}

/// A file that is read or written.
struct FileJSON: Encodable {
  let path: String
  let size: Int
  let unpackedSize: Int?

  init(_ file: SourceFile) { (path, size, unpackedSize) = (file.path, file.size, file.unpackedSize) }

  init(path: String, size: Int) { (self.path, self.size, unpackedSize) = (path, size, nil) }
}
