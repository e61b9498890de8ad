internal import Checkpoints
internal import FileAccess
internal import GGUF
internal import Safetensors
internal import TensorCore

/// The files of a model, each read as far as it can be.
struct ModelSurvey: Sendable {
  /// Those that are there, in their order; a shard index stands behind its shards.
  let files: [SurveyedFile]
  /// nil for what is no model.
  let format: ValidatedModel.Format?
  /// How many files the model should have.
  private let expectedFiles: Int

  /// Opens what a path leads to, and adds what is wrong with its headers and with how the files belong together.
  ///
  /// - Throws: ``SourceError/file(_:)`` only.
  init(_ path: String, in opener: any FileOpener, _ findings: inout FindingList) throws(SourceError) {
    let named = try SurveyedFile(path: path, files: opener)
    switch named.content {
    case .gguf(let survey):
      format = .gguf
      let set = GGUFSet(around: survey, path: path, files: opener)
      let paths = set.paths(path)
      (files, expectedFiles) = (try Self.open(paths, besides: named, opener), set.count)
      try addFindingsOfFiles(&findings)
      set.addFindings(files, &findings)
    case .safetensors:
      format = .safetensors
      (files, expectedFiles) = ([named], 1)
      try addFindingsOfFiles(&findings)
      if !named.file.isRemote { findings.addFolder(beside: path) }
    case .shardIndex(let index, _):
      format = .safetensors
      let set = ShardSet(index, path: path, files: opener)
      (files, expectedFiles) = (try Self.open(set.paths, besides: named, opener) + [named], set.count + 1)
      try addFindingsOfFiles(&findings)
      set.addFindings(files, &findings)
      if !named.file.isRemote { findings.addFolder(beside: path) }
    case .damaged, .noModel:
      format = nil
      (files, expectedFiles) = ([named], 1)
      try addFindingsOfFiles(&findings)
    }
  }

  private static func open(
    _ paths: [String], besides named: SurveyedFile, _ opener: any FileOpener
  ) throws(SourceError) -> [SurveyedFile] {
    var files: [SurveyedFile] = []
    for path in paths { files.append(path == named.file.path ? named : try SurveyedFile(path: path, files: opener)) }
    return files
  }

  private func addFindingsOfFiles(_ findings: inout FindingList) throws(SourceError) {
    for (index, file) in files.enumerated() { try file.addFindings(file: index, to: &findings) }
  }

  /// Adds that a file, of which the header could be read, does not unpack.
  func add(_ violation: ZstandardError, path: String, to findings: inout FindingList) {
    let index = files.firstIndex { $0.file.path == path } ?? 0
    findings.add(FileRules.zstandard, at: .init(file: index), "\(violation)")
  }

  /// The tensors of all files; each says in which of them it is.
  var tensors: [TensorDescription] {
    files.enumerated().flatMap { index, file in file.tensors.map { $0.inFile(index) } }
  }

  /// Of GGUF that of the first file, of safetensors the pairs of all.
  private var metadata: GGUFMetadata {
    var pairs: [(key: String, value: String)] = []
    for file in files {
      switch file.content {
      case .gguf(let survey): return survey.file.metadata
      case .safetensors(let survey): pairs += survey.file.metadata
      case .shardIndex, .damaged, .noModel: break
      }
    }
    return GGUFMetadata(firstOf: pairs)
  }

  /// What rules look at; nil for what is no model.
  var model: ValidatedModel? {
    guard let format else { return nil }
    return ValidatedModel(
      format: format, files: files.map(\.file), metadata: metadata, tensors: tensors,
      isWhole: files.count == expectedFiles && files.allSatisfy(\.isWhole),
      headerBytes: files.lazy.map(\.headerBytes).clampedSum)
  }
}

extension TensorDescription {
  fileprivate func inFile(_ file: Int) -> TensorDescription {
    TensorDescription(
      name: name, elementType: elementType, shape: shape, byteOrder: byteOrder, file: file, offset: offset,
      byteCount: byteCount)
  }
}
