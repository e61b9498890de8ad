internal import FileAccess
public import StrictYAML
internal import SystemPackage
public import TensorCore

/// A configuration of validation: one file `.gguf-validate.yml`. formats/validate.md.
public struct ConfigurationFile: Sendable, Equatable {
  public static let name = ".gguf-validate.yml"
  /// Bytes of the longest file that is read.
  public static let byteLimit = 1 << 20
  /// Of all regular expressions, which are looked for in the name of each finding.
  static let instructionLimit = 10_000

  /// How serious a rule is.
  public enum Level: String, Sendable, Hashable, CaseIterable {
    case off, note, warning, error

    public var severity: Severity? { Severity(rawValue: rawValue) }
  }

  /// Findings that nobody wants to know of: those that every condition holds of.
  public struct Ignore: Sendable, Equatable {
    /// Ids of rules; empty for any.
    public var rules: Set<String> = []
    public var tensor: NameRegex?
    public var key: NameRegex?
    /// Of the model's file; without a slash that of its name, otherwise of its path from the configuration's folder on.
    public var path: String?
    public var reason: String?
  }

  /// As it was found or named.
  public let path: String
  /// Whether configurations in folders above this one do not hold.
  public internal(set) var isRoot = false
  public internal(set) var profile: Profile?
  /// By the rule's id.
  public internal(set) var levels: [String: Level] = [:]
  public internal(set) var ignores: [Ignore] = []
  public internal(set) var demands = ModelDemands()

  /// The folder that it is in, behind all symbolic links.
  let folder: String

  /// A configuration that says nothing.
  init(path: String, folder: String) {
    self.path = path
    self.folder = folder
  }

  /// Reads a file.
  ///
  /// - Throws: ``SourceError``: `.file` where the system refuses; `.invalid` with a ``YAMLError``.
  public init(path: String) throws(SourceError) {
    let bytes = try InputFile.contents(ofFileAt: path, limit: Self.byteLimit)
    do throws(YAMLError) {
      try self.init(parsing: bytes, path: path)
    } catch {
      throw .invalid(path: path, error)
    }
  }

  /// Parses a configuration.
  ///
  /// - Parameter path: Where it stands; patterns for paths begin at its folder.
  /// - Throws: ``YAMLError``.
  public init(parsing bytes: [UInt8], path: String) throws(YAMLError) {
    guard bytes.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    let document = try YAMLDocument(parsing: text)
    self.init(path: path, folder: canonicalFolder(ofFileAt: path))
    if let root = document.root { try read(root) }
    guard patterns.lazy.map(\.stepCount).reduce(0, +) <= Self.instructionLimit else {
      throw .patternsTooLarge(limit: Self.instructionLimit)
    }
  }

  private var patterns: [NameRegex] {
    ignores.flatMap { [$0.tensor, $0.key].compactMap { $0 } }
      + demands.metadata.compactMap { if case .matching(let pattern) = $0.value { pattern } else { nil } }
  }
}

/// The folder of a file behind all symbolic links, whether the file is there or not; as it stands where there is no such
/// folder.
func canonicalFolder(ofFileAt path: String) -> String {
  let folder = FilePath(path).removingLastComponent().string
  return resolvedPath(folder.isEmpty ? "." : folder) ?? folder
}
