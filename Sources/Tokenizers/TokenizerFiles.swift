internal import FileAccess
internal import TensorCore

/// The files of a tokenizer: a folder in the layout of Hugging Face, or files in memory.
public struct TokenizerFiles: Sendable {
  private enum Storage {
    case folder
    case memory([String: [UInt8]])
  }

  /// The folder's path, in front of the names in messages.
  public let folder: String
  private let storage: Storage

  /// The files of a folder; each is opened when it is needed.
  public init(folder: String) {
    self.folder = folder
    storage = .folder
  }

  /// Files by their names in a folder.
  public init(_ contents: [String: [UInt8]], folder: String = "") {
    self.folder = folder
    storage = .memory(contents)
  }

  func path(_ name: String) -> String { folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name }

  func has(_ name: String) -> Bool {
    switch storage {
    case .folder: FileStatus(ofPath: path(name))?.kind == .regular
    case .memory(let contents): contents[name] != nil
    }
  }

  /// The bytes of a file; nil where it is not there.
  ///
  /// - Throws: ``SourceError/file(_:)``; `.invalid` with ``TokenizerError/fileTooLarge(limit:)``.
  func bytes(_ name: String) throws(SourceError) -> [UInt8]? {
    let limit: Int
    switch name {
    case "tokenizer.json": limit = TokenizerLimits.definitionBytes
    case "tokenizer.model", "sentencepiece.bpe.model": limit = TokenizerLimits.sentencePieceBytes
    default: limit = TokenizerLimits.otherBytes
    }
    let bytes: [UInt8]
    switch storage {
    case .folder:
      guard has(name) else { return nil }
      bytes = try InputFile.contents(ofFileAt: path(name), limit: limit)
    case .memory(let contents):
      guard let found = contents[name] else { return nil }
      bytes = found
    }
    guard bytes.count <= limit else { throw violation(name, .fileTooLarge(limit: limit)) }
    return bytes
  }

  /// The names of the files of a folder inside this one that end with `suffix`, sorted; none where it is not there.
  func names(inFolder name: String, suffix: String) -> [String] {
    switch storage {
    case .folder: return ((try? directoryEntries(path(name))) ?? []).filter { $0.hasSuffix(suffix) }
    case .memory(let contents):
      let prefix = name + "/"
      return contents.keys.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
        .map { String($0.dropFirst(prefix.count)) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
  }

  /// A file made into a value; nil where it is not there.
  func read<Value>(
    _ name: String, _ body: ([UInt8]) throws(TokenizerError) -> Value
  ) throws(SourceError) -> Value? {
    guard let bytes = try bytes(name) else { return nil }
    do throws(TokenizerError) {
      return try body(bytes)
    } catch {
      throw violation(name, error)
    }
  }

  /// A rule that a file breaks; an empty name is the folder.
  func violation(_ name: String, _ error: TokenizerError) -> SourceError {
    .invalid(path: name.isEmpty ? (folder.isEmpty ? "." : folder) : path(name), error)
  }
}
