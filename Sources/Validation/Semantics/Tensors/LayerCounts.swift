internal import TensorCore

enum LayersMissing: ModelRule {
  static let rule = Rule(
    "GGUF-A013", "layers-missing", .llamaCpp(.error, spec: .warning),
    demand: "Every layer that block_count counts has tensors.",
    reason: "A layer without tensors cannot be computed; llama.cpp refuses the model.",
    remedy: "Download the whole model again; where only the count is wrong, set it with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isWhole, let expectations = model.expectations else { return }
    for stack in expectations.stacks {
      guard let expected = model.layerCount(stack) else { continue }
      let present = model.layers(under: stack.prefix)
      let missing = (0..<expected).filter { !present.contains($0) }
      guard let first = missing.first else { continue }
      findings.add(
        rule, at: .init(key: model.hyperParameters.key(stack.count ?? "block_count")),
        "no tensor \"\(stack.prefix).\(first).*\", expected \(Numbers.counted(expected, "layer"))"
          + (missing.count > 1 ? "; \(Numbers.counted(missing.count, "layer")) are missing" : ""))
    }
  }
}

enum LayersSuperfluous: ModelRule {
  static let rule = Rule(
    "GGUF-A014", "layers-superfluous", .llamaCpp(.error, spec: .warning),
    demand: "No tensor is of a layer beyond those that block_count counts.",
    reason:
      "llama.cpp refuses a model with tensors that it does not use; other programs run it without its last layers.",
    remedy: "Set the count with `gguf set`, or remove the tensors that do not belong to the model.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, let count = model.hyperParameters.value("block_count"), count > 0 else { return }
    let beyond = model.layers(under: "blk").filter { $0 >= count }
    guard let first = beyond.min() else { return }
    findings.add(
      rule, at: .init(key: model.hyperParameters.key("block_count")),
      "tensors of layer \(first), and \(Numbers.counted(count, "layer"))"
        + (beyond.count > 1 ? "; \(Numbers.counted(beyond.count, "layer")) are too many" : ""))
  }
}

enum LayersFewer: ModelRule {
  static let rule = Rule(
    "GGUF-A015", "layers-fewer", .everywhere(.warning),
    demand:
      "A model of an architecture that is not described here has tensors of as many layers as block_count counts.",
    reason: "Layers may be missing. This program does not know whether the architecture has layers without tensors.",
    remedy: "Compare the file with the original model.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isRunnable, model.isWhole, model.expectations == nil,
      let expected = model.hyperParameters.trunkLayers
    else { return }
    let present = model.layers(under: "blk").count { $0 < expected }
    guard present > 0, present < expected else { return }
    findings.add(
      rule, at: .init(key: model.hyperParameters.key("block_count")),
      "tensors of \(Numbers.counted(present, "layer")), and the metadata counts \(Numbers.grouped(expected))")
  }
}

extension ValidatedModel {
  /// The numbers of the layers that have tensors: `PREFIX.7.attn_q.weight` is of layer 7.
  func layers(under prefix: String) -> Set<Int> {
    let start = Array("\(prefix).".utf8)
    var layers: Set<Int> = []
    for tensor in tensors {
      guard tensor.name.utf8.starts(with: start) else { continue }
      let digits = tensor.name.utf8.dropFirst(start.count).prefix { (0x30...0x39).contains($0) }
      if let layer = Int(String(decoding: digits, as: UTF8.self)) { layers.insert(layer) }
    }
    return layers
  }

  /// How many layers of a kind there should be; nil where the metadata does not say it, or says what no model has.
  func layerCount(_ stack: Architecture.Stack) -> Int? {
    guard let key = stack.count, let count = hyperParameters.value(key) else { return hyperParameters.trunkLayers }
    return (1...HyperParameters.mostLayers).contains(count) ? count : nil
  }
}
