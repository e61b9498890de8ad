internal import ArgumentParser
internal import Checkpoints
internal import Digests
internal import GGUF
internal import Inspection
internal import TensorCore

/// `gguf hash`: digests of a checkpoint's tensors, and whether they are those of a manifest.
struct HashCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hash",
    abstract: "Prints a digest of every tensor and of the model, or checks them against a manifest.",
    discussion: """
      The lines are those of llama-gguf-hash: a digest of each tensor's data and of all data in its order; then one of the \
      model over the names, types, shapes and data of all tensors, which is the same in another order, with other metadata \
      or in another file format. With --header the digest is of what stands before the data in each file, and nothing else \
      is read; SOURCE may then be a URL (formats/remote.md). With --check the exit code is 1 where a digest differs, or a tensor is missing or not \
      expected.
      """)

  @OptionGroup var source: SourceArguments

  @Option(
    help: ArgumentHelp(
      """
      The hash function: sha256, xxh64 (faster, and only good against accidents) or all. Repeatable. (default: sha256; \
      with --check, the strongest that the manifest has)
      """, valueName: "name"), completion: .list(["sha256", "xxh64", "all"]), transform: AlgorithmArgument.init)
  var algorithm: [AlgorithmArgument] = []

  @Option(
    help: ArgumentHelp(
      "Write a manifest, which has lines that cover each tensor's type and shape too, and print the model's lines only.",
      valueName: "file"), completion: .file())
  var manifest: String?

  @Flag(help: "Replace a manifest that exists.")
  var force = false

  @Option(
    help: ArgumentHelp("Check against this manifest, which may be one of llama-gguf-hash.", valueName: "manifest"),
    completion: .file())
  var check: String?

  @Flag(help: "Print the digest of the header of each file: of all bytes before the data.")
  var header = false

  @Flag(help: "No lines of single tensors.")
  var noLayer = false

  @Flag(help: "No digest of all data in its order, which a single thread has to take.")
  var noWhole = false

  @OptionGroup var threads: ThreadArguments

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    if check != nil && (manifest != nil || noLayer || noWhole) {
      throw ValidationError("--check goes without --manifest, --no-layer and --no-whole")
    }
    if header && (check != nil || manifest != nil || noLayer || noWhole) {
      throw ValidationError("--header goes without --check, --manifest, --no-layer and --no-whole")
    }
    if manifest?.isEmpty == true || check?.isEmpty == true { throw ValidationError("the manifest's name is empty") }
    if force && manifest == nil { throw ValidationError("--force replaces a manifest; give one with --manifest") }
  }

  func run() throws {
    if header { return try runOfHeaders() }
    if let check { return try run(checking: check) }
    let checkpoint = try source.open()
    try requireSound(checkpoint)
    Interruption.watch()
    if let manifest { try refuseOutput(manifest, over: checkpoint) }
    let algorithms = AlgorithmArgument.all(algorithm, default: [.sha256])
    let digests = try hash(checkpoint, algorithms, hashesAllData: !noWhole)
    if let manifest {
      let lines = DigestManifest(digests, file: source.source, listsTensors: !noLayer, coversTypes: true)
      try OutputFile.write(lines.text, to: manifest, replaces: force)
    }
    if json { return try JSONOutput.print(HashJSON(source.source, checkpoint, digests, listsTensors: !noLayer)) }
    let lines = DigestManifest(
      digests, file: source.source, listsTensors: !noLayer && manifest == nil, coversTypes: false)
    try StandardOutput.write(lines.text)
  }

  private func runOfHeaders() throws {
    let checkpoint = try source.openHeaders()
    let algorithms = AlgorithmArgument.all(algorithm, default: [.sha256])
    let headers: [HeaderDigests]?
    do throws(SourceError) {
      // What is between the tensors is not looked at: it is no part of a header.
      if let model = checkpoint as? any GGUFSource { try model.requireSound() }
      headers = try HeaderDigests.all(of: checkpoint, algorithms)
    } catch {
      throw Failure(error)
    }
    guard let headers else {
      throw Failure("\(source.name.printable): is \(checkpoint.formatName), which has no header", .badData)
    }
    if json { return try JSONOutput.print(HeaderHashJSON(source.name, checkpoint, headers)) }
    try StandardOutput.write(headers.map(\.text).joined())
  }

  private func run(checking path: String) throws {
    let manifest = try Self.read(path)
    let checkpoint = try source.open()
    try requireSound(checkpoint)
    Interruption.watch()
    guard let file = manifest.name(ofFile: source.source) else {
      throw Failure("\(path.printable): says nothing of \(source.source.printable)", .badData)
    }
    let present = manifest.algorithms(ofFile: file)
    let algorithms = AlgorithmArgument.all(algorithm, default: Array(present.prefix(1)))
    if let absent = algorithms.first(where: { !present.contains($0) }) {
      throw Failure("\(path.printable): has no digests by \(absent.rawValue) of \(file)", .badData)
    }
    for (word, count) in manifest.unknown.sorted(by: { $0.key < $1.key }) {
      StandardError.write(
        "gguf: warning: \(path.printable): \(Numbers.counted(count, "line")) of \(word.printable.prefix(20)) are not checked\n"
      )
    }
    let digests = try hash(
      checkpoint, algorithms, hashesAllData: algorithms.contains { manifest.needsAllData(file, $0) })
    let checks = digests.map { ($0.algorithm, manifest.check($0, file: file)) }
    if json {
      try JSONOutput.print(HashCheckJSON(source.source, checkpoint, manifest: path, checks))
    } else {
      for (algorithm, check) in checks {
        try StandardOutput.write(
          ManifestCheckText(check, algorithm, source: source.source, manifest: path).rendered())
      }
    }
    if !checks.allSatisfy({ $0.1.isGood }) { throw FailureCode.findings }
  }

  private func hash(
    _ checkpoint: any TensorSource, _ algorithms: [DigestAlgorithm], hashesAllData: Bool
  ) throws(Failure) -> [CheckpointDigests] {
    let hasher = CheckpointHasher(
      source: checkpoint, algorithms: algorithms, hashesAllData: hashesAllData, threads: threads.count)
    let work = LongWork("hashing", total: hasher.workBytes, isSilent: quiet, hasOutput: manifest != nil)
    return try work.run { try hasher.run(isCancelled: $0.isCancelled, progress: $0.progress) }
  }

  /// Refuses what could not be written later, before the work begins.
  private func refuseOutput(_ path: String, over checkpoint: any TensorSource) throws(Failure) {
    try source.requireApart(path, from: checkpoint)
    try OutputFile.check(path, replaces: force)
  }

  private static func read(_ path: String) throws(Failure) -> DigestManifest {
    let bytes = try SmallFile.read(path, limit: DigestManifest.byteLimit)
    do throws(ManifestError) {
      return try DigestManifest(parsing: bytes)
    } catch {
      throw Failure("\(path.printable): \(error)", .badData)
    }
  }
}

/// `sha256`, `xxh64`, `all`.
struct AlgorithmArgument {
  let algorithms: [DigestAlgorithm]

  init(_ argument: String) throws {
    if argument.lowercased() == "all" {
      algorithms = DigestAlgorithm.allCases
    } else if let algorithm = DigestAlgorithm(rawValue: argument.lowercased()) {
      algorithms = [algorithm]
    } else {
      throw ValidationError("expected sha256, xxh64 or all, found \(argument.quoted())")
    }
  }

  /// Each algorithm once.
  static func all(_ arguments: [AlgorithmArgument], default fallback: [DigestAlgorithm]) -> [DigestAlgorithm] {
    let named = Set(arguments.flatMap(\.algorithms))
    return named.isEmpty ? fallback : DigestAlgorithm.allCases.filter(named.contains)
  }
}
