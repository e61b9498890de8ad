internal import Architectures
internal import ArgumentParser
internal import Checkpoints
internal import Conversion
internal import FileAccess
internal import GGUF
internal import RawCheckpoint
internal import RemoteAccess
internal import Safetensors
internal import TensorCore

/// How a command's checkpoint is named.
struct SourceArguments: ParsableArguments {
  @Argument(
    help: """
      A .safetensors or .gguf file (of a split one, any part), a folder, a model.safetensors.index.json, or a file of \
      raw fp32 numbers; compressed with Zstandard (.zst) or not. For inspect and hash --header also an https:// URL.
      """, completion: .file())
  var source: String

  @OptionGroup var raw: RawArguments

  func validate() throws { try RawArguments.validate(path: source, "the source", mayBeURL: true) }

  func open() throws(Failure) -> any TensorSource { try raw.open(source) }

  /// Opens the source for a command that reads headers only, which may be behind a URL.
  func openHeaders() throws(Failure) -> any TensorSource {
    guard RemoteURL.isURL(source) else { return try open() }
    if raw.isGiven { throw Failure("--raw-tensor and --description go with files, not with URLs", .usage) }
    let (files, names) = try RemoteSources.open([source])
    return try RawArguments.open(names[0], files: files)
  }

  /// What the source is called in what is printed.
  var name: String { RemoteSources.name(of: source) }

  /// Refuses an output that is one of the files the source consists of, whatever led to them.
  func requireApart(_ output: String, from checkpoint: any TensorSource) throws(Failure) {
    var inputs = [source] + checkpoint.files.map(\.path)
    if let description = raw.description { inputs.append(description) }
    let model = checkpoint as? ModelSource
    if let index = ((model?.checkpoint ?? checkpoint) as? ShardedSafetensors)?.indexPath { inputs.append(index) }
    inputs += model?.otherFiles ?? []
    try OutputFile.requireApart(output, from: inputs)
  }
}

/// What a raw checkpoint holds, where SOURCE is one.
struct RawArguments: ParsableArguments {
  @Option(
    name: .customLong("raw-tensor"),
    help: ArgumentHelp(
      "SOURCE is raw little-endian fp32 and holds this tensor. Repeatable, in the order of the data.",
      valueName: "name:rowsxcols"), transform: RawTensorArgument.init)
  var rawTensors: [RawTensorArgument] = []

  @Option(
    help: ArgumentHelp("SOURCE is raw fp32, and this JSON file says what it holds.", valueName: "file"),
    completion: .file())
  var description: String?

  func validate() throws {
    if !rawTensors.isEmpty && description != nil {
      throw ValidationError("--raw-tensor and --description both say what the raw file holds; give one of them")
    }
  }

  /// Whether anything is said of raw numbers.
  var isGiven: Bool { !rawTensors.isEmpty || description != nil }

  /// - Parameters:
  ///   - what: What the path is, for the message.
  ///   - mayBeURL: Whether that is looked at later.
  static func validate(path: String, _ what: String, mayBeURL: Bool = false) throws {
    if !mayBeURL, let refusal = RemoteSources.refusal(of: path) { throw ValidationError(refusal) }
    if path == "-" { throw ValidationError("standard input is not read; name a file") }
    if path.isEmpty { throw ValidationError("\(what)'s name is empty") }
  }

  func open(_ path: String) throws(Failure) -> any TensorSource {
    var raw: RawLayout?
    if let description { raw = .file(description) }
    if !rawTensors.isEmpty { raw = .description(RawDescription(tensors: rawTensors.map(\.tensor))) }
    return try Self.open(path, raw: raw)
  }

  static func open(_ path: String, raw: RawLayout? = nil) throws(Failure) -> any TensorSource {
    if let refusal = RemoteSources.refusal(of: path) { throw Failure(refusal, .usage) }
    return try open(path, raw: raw, files: LocalFiles())
  }

  fileprivate static func open(
    _ path: String, raw: RawLayout? = nil, files: any FileOpener
  ) throws(Failure) -> any TensorSource {
    do throws(SourceError) {
      return try openCheckpoint(at: path, raw: raw, files: files)
    } catch {
      throw Failure(error)
    }
  }
}

/// Nothing is built on a GGUF file that breaks a rule, nor said of one.
func requireSound(_ source: any TensorSource) throws(Failure) {
  guard let file = source as? any GGUFSource else { return }
  do throws(SourceError) {
    try file.requireSound()
    try file.requireZeroPadding()
  } catch {
    throw Failure(error)
  }
}

/// `NAME:ROWSxCOLS`, with one to four dimensions; the name ends at the last colon.
struct RawTensorArgument {
  let tensor: RawDescription.Tensor

  init(_ argument: String) throws {
    let refusal = ValidationError("expected NAME:ROWSxCOLS with one to four sizes, found \(argument.quoted())")
    guard let colon = argument.lastIndex(of: ":"), colon > argument.startIndex else { throw refusal }
    let dimensions = argument[argument.index(after: colon)...].split(separator: "x", omittingEmptySubsequences: false)
    let sizes = dimensions.compactMap { UInt64($0) }
    guard sizes.count == dimensions.count, (1...4).contains(sizes.count) else { throw refusal }
    tensor = RawDescription.Tensor(name: String(argument[..<colon]), dimensions: sizes)
  }
}
