internal import FileAccess
internal import StrictYAML
internal import SystemPackage
public import TensorCore

/// What holds of one model: the configurations of its folder and of those above it.
public struct Configuration: Sendable, Equatable {
  /// The nearest first.
  public let files: [ConfigurationFile]

  /// - Parameter files: The nearest first; each holds where those before it say nothing.
  public init(files: [ConfigurationFile] = []) { self.files = files }

  /// nil where none names one.
  public var profile: Profile? { files.lazy.compactMap(\.profile).first }

  /// All demands; of two about the same, the nearer's.
  public var demands: ModelDemands { files.reduce(ModelDemands()) { $0.over($1.demands) } }

  /// How serious a finding in a model is; nil where it is none. For ``Validator``.
  ///
  /// - Parameter model: The path of the model's file, as the user named it.
  public func severity(
    _ profile: Profile, ofModelAt model: String
  ) -> @Sendable (Rule, ValidationFinding.Place) -> Severity? {
    let levels = files.reduce(into: [String: ConfigurationFile.Level]()) { all, file in
      all.merge(file.levels) { nearer, _ in nearer }
    }
    let location = ModelLocation(model)
    let ignores = files.flatMap { file in file.ignores.filter { location.isMatched(by: $0.path, from: file.folder) } }
    return { rule, place in
      let severity = if let level = levels[rule.id] { level.severity } else { profile.severity(of: rule) }
      guard let severity, !ignores.contains(where: { $0.covers(rule, place) }) else { return nil }
      return severity
    }
  }
}

extension ConfigurationFile.Ignore {
  /// Whether it is about a finding of a model whose path it matches.
  fileprivate func covers(_ rule: Rule, _ place: ValidationFinding.Place) -> Bool {
    func holds(_ pattern: NameRegex?, of name: String?) -> Bool {
      guard let pattern else { return true }
      return name.map(pattern.matches) ?? false
    }
    return (rules.isEmpty || rules.contains(rule.id)) && holds(tensor, of: place.tensor) && holds(key, of: place.key)
  }
}

/// Where a model's file is.
private struct ModelLocation {
  private let name: String
  private let components: [Substring]

  init(_ path: String) {
    name = FilePath(path).lastComponent?.string ?? path
    components = PathGlob.components(of: canonicalFolder(ofFileAt: path)) + [name[...]]
  }

  /// - Parameter pattern: nil for any file.
  func isMatched(by pattern: String?, from folder: String) -> Bool {
    guard let pattern else { return true }
    let glob = PathGlob(pattern)
    if !pattern.contains("/") { return glob.matches(components: [name[...]]) }
    let base = PathGlob.components(of: folder)
    return components.starts(with: base) && glob.matches(components: Array(components.dropFirst(base.count)))
  }
}

/// Finds the configurations of models, and reads each once.
public struct ConfigurationFinder {
  private var filesOfFolder: [String: [ConfigurationFile]] = [:]
  private let workingFolder: String

  /// - Parameter workingFolder: Where the program runs, without symbolic links: what is below it is named from there on.
  public init(workingFolder: String? = nil) { self.workingFolder = workingFolder.map { $0 + "/" } ?? "" }

  /// The configuration of a model: the files ``ConfigurationFile/name`` in its folder and in all folders above it, up to
  /// one that says that it is the root.
  ///
  /// - Parameter model: The path of the model's file.
  /// - Throws: As ``ConfigurationFile/init(path:)``.
  public mutating func configuration(ofModelAt model: String) throws(SourceError) -> Configuration {
    let folder = canonicalFolder(ofFileAt: model)
    if let files = filesOfFolder[folder] { return Configuration(files: files) }
    var files: [ConfigurationFile] = []
    var current = FilePath(folder)
    while true {
      var path = current.appending(ConfigurationFile.name).string
      if path.hasPrefix(workingFolder) { path.removeFirst(workingFolder.count) }
      if FileStatus(ofPath: path) != nil {
        let file = try ConfigurationFile(path: path)
        files.append(file)
        if file.isRoot { break }
      }
      guard current.removeLastComponent() else { break }
    }
    filesOfFolder[folder] = files
    return Configuration(files: files)
  }
}
