internal import GGUF
internal import Inspection
internal import TensorCore

extension ModelLock {
  /// Adds where a model is not what was locked.
  ///
  /// - Parameter digests: By SHA-256, of the tensors of the model whose data can be read.
  func addDrift(of model: ValidatedModel, _ digests: CheckpointDigests, to findings: inout FindingList) {
    if model.format.rawValue != format {
      findings.add(LockRules.format, "the model is \(model.format.rawValue), locked is \(format.printable)")
    }
    addDrift(ofTensors: model, digests, to: &findings)
    addDrift(ofMetadata: model, to: &findings)
  }

  private func addDrift(
    ofTensors model: ValidatedModel, _ digests: CheckpointDigests, to findings: inout FindingList
  ) {
    let locked = Dictionary(tensors.map { (ExactString($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    let data = Dictionary(
      digests.tensors.map { (ExactString($0.name), "\($0.data)") }, uniquingKeysWith: { first, _ in first })
    for tensor in tensors where model.tensor(tensor.name) == nil {
      findings.add(
        LockRules.tensorMissing, at: .init(tensor: tensor.name),
        "is not there, locked as \(tensor.type.printable) \(tensor.shape)")
    }
    for tensor in model.tensors {
      let place = ValidationFinding.Place(file: tensor.file, tensor: tensor.name, offset: tensor.offset)
      guard let expected = locked[ExactString(tensor.name)] else {
        findings.add(LockRules.tensorAdded, at: place, "is not in the lock")
        continue
      }
      if tensor.typeName != expected.type {
        findings.add(LockRules.type, at: place, "type \(tensor.typeName), locked is \(expected.type.printable)")
      }
      if tensor.shape.dimensions != expected.shape {
        findings.add(LockRules.shape, at: place, "shape \(tensor.shape.dimensions), locked is \(expected.shape)")
      }
      // What cannot be read has findings of its own.
      if let found = data[ExactString(tensor.name)], found != expected.sha256 {
        findings.add(
          LockRules.data, at: place, "SHA-256 \(found), locked is \(expected.sha256.printable.prefix(64))")
      }
    }
  }

  private func addDrift(ofMetadata model: ValidatedModel, to findings: inout FindingList) {
    let locked = Dictionary(metadata.map { (ExactString($0.key), $0) }, uniquingKeysWith: { first, _ in first })
    for pair in metadata where model.metadata[pair.key] == nil {
      findings.add(LockRules.keyMissing, at: .init(key: pair.key), "is not there, locked as \(pair.type.printable)")
    }
    for entry in model.metadata.entries {
      let place = ValidationFinding.Place(key: entry.key)
      guard let expected = locked[ExactString(entry.key)] else {
        findings.add(LockRules.keyAdded, at: place, "is not in the lock")
        continue
      }
      let found = Pair(entry.key, entry.value)
      if found.type != expected.type {
        findings.add(LockRules.value, at: place, "type \(found.type), locked is \(expected.type.printable)")
      } else if found.sha256 != expected.sha256 {
        findings.add(LockRules.value, at: place, "another value than is locked (\(found.type))")
      }
    }
  }
}
