internal import ArgumentParser
internal import Conversion
internal import Digests
internal import Inspection
internal import TensorCore
internal import Validation
internal import Verification

/// `gguf lock`: writes down what a model is, so that `gguf validate --lock` finds every drift.
struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Writes down what a model is, so that gguf validate --lock finds whatever changes.",
    discussion: """
      The lock is a JSON file with the name, type, shape and SHA-256 of every tensor and the metadata, meant to be kept \
      under version control. With --against it also has what every tensor lost of its source, as gguf verify measures it, \
      and is not written where that finds an error.
      """)

  @Argument(
    help: "A .gguf or .safetensors file (of a split one, any part), a folder, or an index.", completion: .file())
  var file: String

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where to write it. (default: FILE.lock.json)", valueName: "lock"), completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp("What the file was made of; its losses are measured against it.", valueName: "source"),
    completion: .file())
  var against: String?

  @Flag(help: "Replace a lock that exists.")
  var force = false

  @OptionGroup var threads: ThreadArguments

  @OptionGroup var kernels: KernelArguments

  @Flag(help: "Print the lock, and write no file but one that -o names.")
  var json = false

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    try RawArguments.validate(path: file, "the file")
    if let against { try RawArguments.validate(path: against, "the source") }
    if output?.isEmpty == true { throw ValidationError("the lock's name is empty") }
  }

  /// Where the lock goes; nil where it is only printed.
  private var destination: String? { output ?? (json ? nil : Self.defaultPath(file)) }

  private static func defaultPath(_ path: String) -> String {
    var stem = path[...]
    while stem.count > 1, stem.hasSuffix("/") { stem.removeLast() }
    return stem + ".lock.json"
  }

  func run() throws {
    let checkpoint = try RawArguments.open(file)
    let source = try against.map { path throws(Failure) in try RawArguments.open(path) }
    try requireSound(checkpoint)
    if let source { try requireSound(source) }
    Interruption.watch()
    if let destination { try OutputFile.check(destination, replaces: force) }
    let losses = try measureLosses(checkpoint, source)
    let hasher = CheckpointHasher(
      source: checkpoint, algorithms: [.sha256], hashesAllData: false, threads: threads.count)
    let digests = try LongWork("hashing", total: hasher.workBytes, isSilent: quiet, hasOutput: destination != nil).run {
      try hasher.run(isCancelled: $0.isCancelled, progress: $0.progress)
    }
    for digests in digests {
      let text = try JSONOutput.text(ModelLock(checkpoint, digests, losses: losses, source: against))
      if json { try StandardOutput.write(text) }
      guard let destination else { continue }
      try OutputFile.write(text, to: destination, replaces: force)
      guard !json else { continue }
      try StandardOutput.write(
        "\(destination.printable): \(Numbers.counted(digests.tensors.count, "tensor")), model \(digests.model)\n")
    }
  }

  private func measureLosses(
    _ checkpoint: any TensorSource, _ source: (any TensorSource)?
  ) throws -> [String: ModelLock.Loss] {
    guard let source, let against else { return [:] }
    let plan = VerificationPlan(file: checkpoint, source: source, options: VerificationOptions())
    let verifier = Verifier(
      plan: plan, file: checkpoint, source: source, options: VerificationOptions(), activations: nil,
      threads: threads.count, kernels: try kernels.set())
    let outcome = try LongWork("verifying", total: verifier.workBytes, isSilent: quiet, hasOutput: true).run {
      try verifier.run(isCancelled: $0.isCancelled, progress: $0.progress)
    }
    let report = verifier.report(outcome, fileName: file, sourceName: against, seconds: nil)
    if let error = report.findings.first(where: { $0.severity == .error }) {
      let count = report.findings.lazy.filter { $0.severity == .error }.count
      throw Failure(
        "\(file.printable): is not what \(against.printable) gives: "
          + "\(error.tensor.map { "tensor \($0.quoted()): " } ?? "")\(error.message)"
          + (count > 1 ? ", and \(count - 1) more; see gguf verify" : ""), .findings)
    }
    var losses: [String: ModelLock.Loss] = [:]
    for tensor in report.tensors {
      guard let figures = tensor.figures else { continue }
      losses[tensor.name] = .init(nmse: figures.nmse, rmse: figures.rmse, maximumError: figures.maximumError)
    }
    return losses
  }
}
