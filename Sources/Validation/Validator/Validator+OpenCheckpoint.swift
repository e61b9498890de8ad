public import Checkpoints
internal import GGUF
public import TensorCore

/// What a checkpoint that somebody has opened already is held against.
extension Validator {
  /// Holds a checkpoint against the rules about headers, as far as they cost nothing: no vocabulary is gone through, no
  /// template read, and nothing read from the files.
  ///
  /// What ``validate(_:lock:demands:isCancelled:progress:)`` finds besides: what vocabularies and chat templates hold,
  /// names that are taken for each other, the order of data, padding that is not zero, more than the first hundred
  /// violations of a format, and the data.
  ///
  /// - Parameters:
  ///   - source: Of a format without rules there is nothing to find.
  ///   - path: As the user named it.
  public func glance(at source: any TensorSource, named path: String) -> ModelReport {
    let clock = ContinuousClock()
    let start = clock.now
    var findings = FindingList(severity: severity)
    let model = ValidatedModel(source)
    if let gguf = source as? any GGUFSource {
      for (index, part) in gguf.parts.enumerated() {
        for violation in part.deviations { findings.add(violation, violation.rule, file: index) }
        part.addRemarks(file: index, to: &findings)
      }
    }
    if let model {
      if model.format == .safetensors, let file = model.files.first, !file.isRemote {
        findings.addFolder(beside: file.path)
      }
      for rule in RuleCatalog.modelRules where !rule.isThorough { rule.check(model, &findings) }
    }
    return ModelReport(
      path: path, format: model?.format.rawValue, files: source.files, tensorCount: source.tensors.count,
      payloadBytes: nil, findings: findings, duration: clock.now - start)
  }

  /// Reads the data of some tensors, and holds it against the rules about data.
  ///
  /// - Parameters:
  ///   - tensors: Tensors of the source.
  ///   - isCancelled: Asked before every chunk.
  /// - Throws: ``StreamFailure``.
  public func payloadFindings(
    of tensors: [TensorDescription], in source: any TensorSource, isCancelled: @Sendable () -> Bool = { false }
  ) throws(StreamFailure) -> FindingList {
    var findings = FindingList(severity: severity)
    let pass = PayloadPass(source: source, tensors: tensors, threads: options.threads, kernels: options.kernels)
    try pass.run(isCancelled: isCancelled).addFindings(to: &findings)
    return findings
  }
}
