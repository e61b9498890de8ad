internal import Checkpoints
internal import FileAccess
public import GGUF
internal import StrictJSON
internal import SystemPackage
public import TensorCore
internal import Tokenizers

/// What a user says of a model besides its folder.
public struct ModelOptions {
  /// Tensors of the checkpoint, by their names in it, that are not looked at.
  public var excludes: (String) -> Bool = { _ in false }
  /// What the folder is called, where its path does not say it, as `.` does not.
  public var folderName: String?
  /// General keys and their values, which stand before those that the folder gives.
  public var generalOverrides = GeneralOverrides()
  /// What is changed of the metadata in the end.
  public var edit = MetadataEdit()
  /// Whether the tokenizer's keys are read too; what compares weights alone has no need of them.
  public var includesVocabulary = true
  /// The name of the pre-tokenizer; nil to recognise it.
  public var preTokenizer: String?

  public init() {}
}

/// Whether a path leads to a model that ``openModel(at:options:)`` opens: a Hugging Face folder, which has a config.json,
/// one of the files in it that `openCheckpoint` takes for the checkpoint, or a checkpoint of llama2.c.
public func isModel(_ path: String) -> Bool {
  if (try? isLlama2C(path)) ?? false { return true }
  guard let folder = modelFolder(path) else { return false }
  return FileStatus(ofPath: FilePath(folder).appending("config.json").string)?.kind == .regular
}

/// Opens a Hugging Face model, of which config.json says what it is, or a checkpoint of llama2.c with its tokenizer.bin.
///
/// - Parameter path: The folder, or its shard index or its file of safetensors, or a checkpoint of llama2.c.
/// - Throws: ``SourceError``: those of `openCheckpoint`; `.invalid` with an ``ArchitectureError``.
public func openModel(at path: String, options: ModelOptions = ModelOptions()) throws(SourceError) -> ModelSource {
  if let model = try ModelSource.llama2C(at: path, options) { return try edited(model, path, options.edit) }
  let checkpoint = try openCheckpoint(at: path)
  guard let folder = modelFolder(path) else { throw .invalid(path: path, ArchitectureError.notAFolder) }
  let model = try ModelSource(checkpoint, ModelFolder(path: folder), options, named: path)
  return try edited(model, path, options.edit)
}

private func edited(_ model: ModelSource, _ path: String, _ edit: MetadataEdit) throws(SourceError) -> ModelSource {
  do throws(MetadataEditError) {
    return try model.edited(edit)
  } catch {
    throw .invalid(path: path, error)
  }
}

private func isLlama2C(_ path: String) throws(SourceError) -> Bool {
  guard FileStatus(ofPath: path)?.kind == .regular else { return false }
  return try Llama2CFile(InputFile(path: path)) != nil
}

/// The folder that a path leads to, or in which the file stands that it leads to; nil where there are no safetensors: a
/// file in GGUF says itself what it is, whatever stands beside it.
private func modelFolder(_ path: String) -> String? {
  func isOfSafetensors(_ name: String) -> Bool {
    let name = withoutZst(name)
    return name.hasSuffix(".safetensors") || name.hasSuffix(".safetensors.index.json")
  }
  switch FileStatus(ofPath: path)?.kind {
  case .directory:
    return ((try? directoryEntries(path)) ?? []).contains(where: isOfSafetensors) ? path : nil
  case .regular where isOfSafetensors(path):
    let folder = FilePath(path).removingLastComponent().string
    return folder.isEmpty ? "." : folder
  default: return nil
  }
}

extension ModelSource {
  /// - Parameter name: What the model is called in errors.
  init(
    _ checkpoint: any TensorSource, _ folder: ModelFolder, _ options: ModelOptions, named name: String
  ) throws(SourceError) {
    let made: (model: ModelSource, style: VocabularyStyle, config: ModelConfig)
    do throws(ArchitectureError) {
      made = try Self.described(checkpoint, folder, options)
    } catch {
      throw .invalid(path: name, error)
    }
    self = made.model
    guard options.includesVocabulary else { return }
    let vocabulary = try Vocabulary(made.style, folder, made.config, preTokenizer: options.preTokenizer)
    for entry in vocabulary.entries { metadata[entry.key] = entry.value }
    notes += vocabulary.notes
  }

  /// The model but for its vocabulary.
  static func described(
    _ checkpoint: any TensorSource, _ folder: ModelFolder, _ options: ModelOptions
  ) throws(ArchitectureError) -> (ModelSource, VocabularyStyle, ModelConfig) {
    let config = try folder.config()
    guard let className = config.architecture else { throw .architectureMissing }
    guard let architecture = KnownArchitectures.named(className) else {
      let known = KnownArchitectures.classNames
      throw .architectureUnknown(className, known: known, nearest: Spelling.nearest(to: className, among: known))
    }
    var (source, folder) = (checkpoint, folder)
    if let method = config.values["quantization_config"]?["quant_method"]?.string {
      guard method == "bitnet" else {
        throw .notSupported(
          key: "quant_method", found: method.quoted(limit: 40), reason: "convert the model that it was made from")
      }
      let unpacking = try TernaryUnpacking(checkpoint)
      folder.isPackedTernary = unpacking.tensors.count < checkpoint.tensors.count
      source = unpacking
    }
    let description = try architecture.describe(config, className: className, folder: folder)
    let matching = try TensorMatching(
      description, source.tensors, className: className, excludes: options.excludes)
    let general = try GeneralMetadata(
      folder, config, name: options.folderName, ParameterCount(matching.matches), options.generalOverrides)

    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string(description.architecture)
    metadata["general.type"] = .string("model")
    for entry in general.entries + description.metadata { metadata[entry.key] = entry.value }
    metadata["general.quantization_version"] = .uint32(2)
    let model = try ModelSource(
      source, matching.matches, metadata: metadata, notes: description.notes + matching.notes + general.notes,
      className: className, otherFiles: folder.otherFiles)
    return (model, architecture.vocabulary, config)
  }

  /// The model under other metadata.
  fileprivate func edited(_ edit: MetadataEdit) throws(MetadataEditError) -> ModelSource {
    var model = self
    model.metadata = try edit.applied(to: metadata, hasQuantizedTensors: true)
    return model
  }
}
