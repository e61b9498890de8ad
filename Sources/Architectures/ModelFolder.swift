internal import FileAccess
internal import StrictJSON
internal import SystemPackage
internal import TensorCore

/// The files of a Hugging Face model that stand beside its weights.
struct ModelFolder: Sendable {
  /// Larger than any configuration, card or list of modules.
  static let largestFile = 16 << 20

  let path: String
  /// Whether the weights are ternary and packed.
  var isPackedTernary = false

  func path(of name: String) -> String { FilePath(path).appending(name).string }

  /// The files that are read where they are there, but for those that others name.
  var otherFiles: [String] {
    [
      "README.md", "added_tokens.json", "chat_template.jinja", "config.json", "generation_config.json", "merges.txt",
      "modules.json", "special_tokens_map.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json",
      "vocab.json", "vocab.txt",
    ].map(path(of:))
  }

  /// The bytes of a file; nil where it is not there.
  ///
  /// - Throws: ``ArchitectureError/fileTooLarge(_:size:limit:)``; a file that cannot be read counts as missing.
  func bytes(_ name: String) throws(ArchitectureError) -> [UInt8]? {
    // A name may come from a file of the folder: it does not lead out of it.
    let components = FilePath(name).components
    guard !FilePath(name).isAbsolute, components.allSatisfy({ $0.kind == .regular }),
      FileStatus(ofPath: path(of: name))?.kind == .regular, let file = try? InputFile(path: path(of: name))
    else { return nil }
    guard file.size <= Self.largestFile else {
      throw .fileTooLarge(name, size: file.size, limit: Self.largestFile)
    }
    return try? file.bytes(in: 0..<file.size)
  }

  /// A file as JSON; nil where it is not there.
  func json(_ name: String) throws(ArchitectureError) -> JSONValue? {
    guard let bytes = try bytes(name) else { return nil }
    do throws(JSONError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw .notJSON(name, reason: error.description)
    }
  }

  func text(_ name: String) throws(ArchitectureError) -> String? {
    guard let bytes = try bytes(name) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(name) }
    return text
  }

  /// config.json.
  func config() throws(ArchitectureError) -> ModelConfig {
    guard let value = try json("config.json") else { throw .fileMissing("config.json") }
    guard let object = value.object else {
      throw .notJSON("config.json", reason: "expected an object, found \(value.summary)")
    }
    return ModelConfig(object)
  }
}
