internal import SystemPackage
public import TensorCore

/// Finds and opens the files of a checkpoint, by their paths or by their URLs.
public protocol FileOpener: Sendable {
  /// Opens a file.
  ///
  /// - Throws: As ``InputFile/init(path:)``.
  func open(_ path: String) throws(SourceError) -> InputFile

  /// The last part of a path.
  func name(of path: String) -> String

  /// The path of the file `name` in the folder of another, or of that with `.zst` behind its name; nil where neither is
  /// there. Where that cannot be known without opening it, opening it fails.
  func neighbour(_ name: String, of path: String) -> String?
}

/// The files that the system has.
public struct LocalFiles: FileOpener {
  public init() {}

  public func open(_ path: String) throws(SourceError) -> InputFile { try InputFile(path: path) }

  public func name(of path: String) -> String { FilePath(path).lastComponent?.string ?? path }

  public func neighbour(_ name: String, of path: String) -> String? {
    existingFile(FilePath(path).removingLastComponent().appending(name).string)
  }
}
