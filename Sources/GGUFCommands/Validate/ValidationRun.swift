internal import Checkpoints
internal import Dispatch
internal import FileAccess
internal import RemoteAccess
internal import Synchronization
internal import TensorCore
internal import Validation

/// Validates models: small ones side by side, each on a thread, then large ones one after another, each on all threads.
struct ValidationRun: Sendable {
  /// Bytes of the files of a model that a single thread looks at.
  private static let smallest = 16 << 20

  let plan: ValidationPlan
  let rules: RuleArguments
  let lock: ModelLock?
  let options: ValidationOptions

  /// What is behind a URL has size 0 in the plan: its data is not read.
  private func isSmall(_ model: ValidationPlan.Model) -> Bool { !options.checksPayload || model.size < Self.smallest }

  /// About how many bytes will be read, for a bar of progress.
  var workBytes: Int {
    let passes = (options.checksPayload ? 1 : 0) + (lock == nil ? 0 : 1)
    return plan.models.lazy.map { model in
      let hashed = options.checksPayload && !model.configuration.demands.hashes.isEmpty
      return [Int](repeating: model.size, count: passes + (hashed ? 1 : 0)).clampedSum
    }.clampedSum
  }

  /// What became of each model, in their order.
  ///
  /// - Throws: ``StreamFailure/cancelled``.
  func results(_ monitor: LongWork.Monitor) throws(StreamFailure) -> [ModelResult] {
    let models = plan.models
    let results = Mutex([ModelResult?](repeating: nil, count: models.count))
    let small = models.indices.filter { isSmall(models[$0]) }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(options.threads, max(1, small.count))) { _ in
      while true {
        let number = next.add(1, ordering: .relaxed).oldValue
        guard number < small.count, !monitor.isCancelled() else { return }
        let result = result(models[small[number]], threads: 1, monitor)
        results.withLock { $0[small[number]] = result }
      }
    }
    for index in models.indices where !isSmall(models[index]) {
      if monitor.isCancelled() { break }
      let result = result(models[index], threads: options.threads, monitor)
      results.withLock { $0[index] = result }
    }
    // What is missing was cancelled.
    let all = results.withLock { $0 }.compactMap { $0 }
    guard all.count == models.count else { throw .cancelled }
    return all
  }

  /// nil where the work is to end.
  private func result(
    _ model: ValidationPlan.Model, threads: Int, _ monitor: LongWork.Monitor
  ) -> ModelResult? {
    func result(_ outcome: ModelResult.Outcome) -> ModelResult {
      ModelResult(
        path: model.path, profile: rules.profile(model.configuration),
        configurations: model.configuration.files.map(\.path), outcome: outcome)
    }
    if let failure = model.failure { return result(.unreadable(failure)) }
    var options = options
    options.threads = threads
    var files: any FileOpener = LocalFiles()
    if model.isRemote, let remote = plan.remoteFiles {
      options.checksPayload = false
      files = remote
    }
    let validator = Validator(
      options: options, files: files, severity: rules.severity(model.configuration, ofModelAt: model.path))
    do throws(StreamFailure) {
      return result(
        .report(
          try validator.validate(
            model.path, lock: lock, demands: model.configuration.demands, isCancelled: monitor.isCancelled,
            progress: monitor.progress)))
    } catch .cancelled {
      return nil
    } catch {
      return result(.unreadable(Failure(error)))
    }
  }
}
