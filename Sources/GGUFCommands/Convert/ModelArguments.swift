internal import Architectures
internal import ArgumentParser
internal import FileAccess
internal import FoundationEssentials
internal import GGUF
internal import SystemPackage
internal import TensorCore

/// What a user says of a model whose architecture is known.
struct ModelArguments: ParsableArguments {
  @Option(
    name: .customLong("metadata"),
    help: ArgumentHelp(
      "General keys such as general.name, in an object of JSON; they stand before what the folder says.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var metadata: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set a metadata key, as gguf set does. Repeatable.", valueName: "key=value"),
    transform: AssignmentArgument.init)
  var assignments: [AssignmentArgument] = []

  @Option(
    name: .customLong("pre-tokenizer"),
    help: ArgumentHelp(
      "How texts are cut before they become tokens, by llama.cpp's name; recognised where it is not given.",
      valueName: "name"))
  var preTokenizer: String?

  /// The first of the options that is given.
  var given: String? {
    if metadata != nil { return "--metadata" }
    if preTokenizer != nil { return "--pre-tokenizer" }
    return assignments.isEmpty ? nil : "--set"
  }

  /// Opens a model by its architecture, and anything but a Hugging Face model as it is.
  ///
  /// - Parameter excludes: Tensors of the checkpoint that are not looked at, by their names in it.
  func open(_ source: SourceArguments, excludes: @escaping (String) -> Bool) throws(Failure) -> any TensorSource {
    guard isModel(source.source), !source.raw.isGiven else { return try source.open() }
    var options = ModelOptions()
    options.excludes = excludes
    options.preTokenizer = preTokenizer
    options.folderName = Self.folderName(source.source)
    if let metadata { options.generalOverrides = try Self.overrides(metadata) }
    for assignment in assignments { options.edit.assignments.append(try assignment.assignment()) }
    return try Self.open(source.source, options)
  }

  private static func overrides(_ path: String) throws(Failure) -> GeneralOverrides {
    let limit = 16 << 20
    let bytes = try SmallFile.read(path, limit: limit)
    guard bytes.count <= limit else { throw Failure("\(path.printable): has more than \(limit) bytes", .badData) }
    do throws(GeneralOverridesError) {
      return try GeneralOverrides(parsing: bytes)
    } catch {
      throw Failure("\(path.printable): \(error)", .badData)
    }
  }

  private static func open(_ path: String, _ options: ModelOptions) throws(Failure) -> ModelSource {
    do throws(SourceError) {
      return try openModel(at: path, options: options)
    } catch {
      throw Failure(error)
    }
  }

  /// The names that tensors have in the output, and those in the checkpoint of a model.
  static func namesOfTensors(_ source: any TensorSource) -> [String] {
    source.tensors.map(\.name) + ((source as? ModelSource)?.checkpoint.tensors.map(\.name) ?? [])
  }

  /// Whether a checkpoint says of itself what it is.
  static func hasArchitecture(_ source: any TensorSource) -> Bool {
    guard let name = (source as? any DescribedSource)?.metadata.string("general.architecture") else { return false }
    return name != "unknown"
  }

  /// What is held against a checkpoint: where that is a model of an architecture and the path leads to another by its
  /// folder, this one as it is converted; anything else as it is.
  ///
  /// - Parameter excludes: Tensors of the folder's checkpoint that are not looked at, by their names in it.
  static func counterpart(
    of checkpoint: any TensorSource, at path: String, _ raw: RawArguments,
    excludes: @escaping (String) -> Bool = { _ in false }
  ) throws(Failure) -> any TensorSource {
    guard hasArchitecture(checkpoint), !raw.isGiven, isModel(path) else { return try raw.open(path) }
    var options = ModelOptions()
    options.includesVocabulary = false
    options.excludes = excludes
    return try open(path, options)
  }

  /// What the folder is called, also where its path ends with `.` or `..`, or is that of a file in it.
  private static func folderName(_ path: String) -> String? {
    var place = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(path))
    if FileStatus(ofPath: path)?.kind == .regular { place.removeLastComponent() }
    place.lexicallyNormalize()
    return place.lastComponent?.string
  }
}
