internal import Checkpoints
internal import FileAccess
internal import RemoteAccess
internal import SystemPackage
internal import TensorCore
internal import Validation

/// Which models are validated, and what holds of each.
struct ValidationPlan: Sendable {
  struct Model: Sendable {
    /// Of a URL what stands for it.
    let path: String
    let isRemote: Bool
    let configuration: Configuration
    /// Why there is nothing to look at.
    let failure: Failure?
    /// Bytes of all its files, unpacked, as far as they are known; 0 where they are not.
    let size: Int
  }

  /// In the order of the arguments. A set is there once.
  let models: [Model]
  /// All files that are read for them, as far as they are known.
  let files: [String]
  let skippedLinks: [String]
  /// Opens the models behind URLs; nil where there are none.
  let remoteFiles: RemoteFiles?

  /// - Throws: ``Failure`` where a configuration cannot be read.
  init(_ arguments: [String], _ rules: RuleArguments, checksPayload: Bool) throws(Failure) {
    let finder = ModelFinder(arguments)
    skippedLinks = finder.skippedLinks
    let urls = finder.found.map(\.path).filter(RemoteURL.isURL)
    let remote = urls.isEmpty ? nil : try RemoteSources.open(urls)
    remoteFiles = remote?.files
    let names = Dictionary(zip(urls, remote?.names ?? [])) { first, _ in first }
    let sets = ModelSets(finder.found.filter { $0.failure == nil && names[$0.path] == nil }.map(\.path))
    var named: Configuration?
    var configurations = ConfigurationFinder(workingFolder: resolvedPath("."))
    var models: [Model] = []
    do throws(SourceError) {
      if let path = rules.config { named = Configuration(files: [try ConfigurationFile(path: path)]) }
      if rules.noConfig { named = Configuration() }
      for (path, failure) in finder.found where !sets.isCovered(path) {
        let configuration =
          if let named { named } else if failure != nil || names[path] != nil { Configuration() } else {
            try configurations.configuration(ofModelAt: path)
          }
        models.append(
          Model(
            path: names[path] ?? path, isRemote: names[path] != nil, configuration: configuration, failure: failure,
            size: names[path] == nil ? sets.size(ofModelAt: path) : 0))
      }
    } catch {
      throw Failure(error)
    }
    self.models = models
    files = models.filter { !$0.isRemote }.flatMap { sets.files(ofModelAt: $0.path) }
  }
}

/// Which files belong to one model: the parts of a split GGUF file, a shard index and its shards.
private struct ModelSets {
  private var filesOfSet: [String: [SourceFile]] = [:]
  private var covered: Set<String> = []

  init(_ paths: [String]) {
    let validator = Validator(options: ValidationOptions(checksPayload: false), profile: .spec)
    var taken: [FileStatus.Identity: String] = [:]
    // The index first: its shards stand before it in a folder, and look like models of their own.
    for path in paths.filter(Self.isIndex) + paths.filter(Self.isPart) {
      if let identity = FileStatus(ofPath: path)?.identity, taken[identity] != nil { continue }
      guard let files = try? validator.files(ofModelAt: path), files.count > 1 else { continue }
      filesOfSet[path] = files
      for file in files {
        guard let identity = FileStatus(ofPath: file.path)?.identity, taken[identity] == nil else { continue }
        taken[identity] = path
      }
    }
    guard !taken.isEmpty else { return }
    for path in paths {
      guard let identity = FileStatus(ofPath: path)?.identity, let set = taken[identity] else { continue }
      if set != path { covered.insert(path) }
    }
  }

  private static func isIndex(_ path: String) -> Bool { withoutZst(path).hasSuffix(".index.json") }

  /// Whether a file is named as a part of several.
  private static func isPart(_ path: String) -> Bool {
    guard let name = FilePath(path).lastComponent?.string else { return false }
    return ShardName(withoutZst(name), ending: ".gguf").map { $0.total > 1 } ?? false
  }

  /// Whether a file is looked at with another one.
  func isCovered(_ path: String) -> Bool { covered.contains(path) }

  func files(ofModelAt path: String) -> [String] { filesOfSet[path]?.map(\.path) ?? [path] }

  func size(ofModelAt path: String) -> Int {
    files(ofModelAt: path).lazy.map(Self.contentSize).clampedSum
  }

  /// What a compressed file unpacks to is in its frames.
  private static func contentSize(_ path: String) -> Int {
    let unpacked = path.hasSuffix(".zst") ? try? InputFile(path: path).size : nil
    return unpacked ?? FileStatus(ofPath: path)?.size ?? 0
  }
}
