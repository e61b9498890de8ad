public import Checkpoints
internal import Digests
public import FileAccess
internal import Inspection
public import TensorCore

/// Holds models against the rules.
///
///     let validator = Validator(options: ValidationOptions(), profile: .spec)
///     let report = try validator.validate("model.gguf")
public struct Validator: Sendable {
  public let options: ValidationOptions
  /// Opens the files of models.
  public let files: any FileOpener

  let severity: @Sendable (Rule, ValidationFinding.Place) -> Severity?

  /// - Parameter severity: How serious it is that a rule is broken at a place; nil to leave the finding out. Called from
  ///   one thread at a time for one model.
  public init(
    options: ValidationOptions, files: any FileOpener = LocalFiles(),
    severity: @escaping @Sendable (Rule, ValidationFinding.Place) -> Severity?
  ) {
    self.options = options
    self.files = files
    self.severity = severity
  }

  public init(options: ValidationOptions, profile: Profile) {
    self.init(options: options) { rule, _ in profile.severity(of: rule) }
  }

  /// Looks at the model of which `path` is a file: a GGUF file (of a split one, any part), a safetensors file or a shard
  /// index; compressed with Zstandard or not.
  ///
  /// - Parameters:
  ///   - lock: What the model was; where it is not so any more, that is a finding. The data is read a second time for it.
  ///   - demands: What configurations demand of the model. Files whose digest is demanded are read once more, where
  ///     ``ValidationOptions/checksPayload`` is set.
  ///   - isCancelled: Asked before every chunk of payload.
  ///   - progress: Told of every chunk of payload: bytes, and the tensor's name. Called from many threads.
  /// - Throws: ``StreamFailure``: `.source` with `.file` where the system refuses to open or read a file; `.cancelled`.
  ///   Whatever is wrong with a file itself is a finding.
  /// - Complexity: O(*n*) for *n* bytes of header, and of payload where ``ValidationOptions/checksPayload`` is set. Memory
  ///   is bounded by the headers and threads x chunk.
  public func validate(
    _ path: String, lock: ModelLock? = nil, demands: ModelDemands = ModelDemands(),
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> ModelReport {
    let clock = ContinuousClock()
    let start = clock.now
    var findings = FindingList(severity: severity)
    let survey: ModelSurvey
    do throws(SourceError) {
      survey = try ModelSurvey(path, in: files, &findings)
    } catch {
      throw .source(error)
    }
    var payloadBytes: Int?
    if let model = survey.model {
      for rule in RuleCatalog.modelRules { rule.check(model, &findings) }
      demands.check(model, &findings)
      if options.checksPayload {
        payloadBytes = try checkPayload(of: survey, isCancelled, progress, &findings)
      }
      if let lock { try checkDrift(of: survey, model, from: lock, isCancelled, progress, &findings) }
    }
    if options.checksPayload {
      for (index, file) in survey.files.enumerated() {
        try demands.checkHash(of: file.file, index, isCancelled, progress, &findings)
      }
    }
    return ModelReport(
      path: path, format: survey.format?.rawValue, files: survey.files.map(\.file),
      tensorCount: survey.model?.tensors.count ?? 0, payloadBytes: payloadBytes, findings: findings,
      duration: clock.now - start)
  }

  /// The files of the model of which `path` is one, as far as they are there: of a split GGUF file its parts, of a shard
  /// index the shards and the index itself.
  ///
  /// - Throws: As ``validate(_:lock:demands:isCancelled:progress:)``.
  public func files(ofModelAt path: String) throws(StreamFailure) -> [SourceFile] {
    var findings = FindingList { _, _ in nil }
    do throws(SourceError) {
      return try ModelSurvey(path, in: files, &findings).files.map(\.file)
    } catch {
      throw .source(error)
    }
  }

  private func checkPayload(
    of survey: ModelSurvey, _ isCancelled: @Sendable () -> Bool, _ progress: @Sendable (Int, String) -> Void,
    _ findings: inout FindingList
  ) throws(StreamFailure) -> Int {
    let source = PayloadSource(survey)
    let pass = PayloadPass(
      source: source, tensors: source.tensors, threads: options.threads, kernels: options.kernels)
    do throws(StreamFailure) {
      let found = try pass.run(isCancelled: isCancelled, progress: progress)
      found.addFindings(to: &findings)
      return pass.workBytes
    } catch .source(.invalid(let path, let error as ZstandardError)) {
      survey.add(error, path: path, to: &findings)
      return 0
    }
  }

  private func checkDrift(
    of survey: ModelSurvey, _ model: ValidatedModel, from lock: ModelLock,
    _ isCancelled: @escaping @Sendable () -> Bool, _ progress: @escaping @Sendable (Int, String) -> Void,
    _ findings: inout FindingList
  ) throws(StreamFailure) {
    let hasher = CheckpointHasher(
      source: PayloadSource(survey), algorithms: [.sha256], hashesAllData: false, threads: options.threads)
    do throws(StreamFailure) {
      let digests = try hasher.run(isCancelled: isCancelled, progress: progress)
      for digests in digests { lock.addDrift(of: model, digests, to: &findings) }
    } catch .source(.invalid(let path, let error as ZstandardError)) {
      survey.add(error, path: path, to: &findings)
    }
  }
}
