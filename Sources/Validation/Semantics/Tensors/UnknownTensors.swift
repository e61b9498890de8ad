internal import TensorCore

enum TensorUnknown: ModelRule {
  static let rule = Rule(
    "GGUF-A018", "tensor-unknown", .llamaCpp(.error, spec: .warning),
    demand: "Every tensor of a model is one that its architecture has.",
    reason: "llama.cpp refuses a model with tensors that it does not use; other programs run it without them.",
    remedy: "Find out what the tensor is: a misspelt name, a part of another model, or something that is hidden there.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let name = model.architecture, let expectations = model.expectations else { return }
    let known = expectations.kinds.union(Architecture.furtherKinds[name] ?? [])
    var unknown: [(kind: String, first: TensorDescription, count: Int)] = []
    var places: [String: Int] = [:]
    for tensor in model.tensors {
      let kind = LayerName(tensor.name).kind
      guard !known.contains(kind), !isScale(kind, of: known) else { continue }
      if let place = places[kind] {
        unknown[place].count += 1
      } else {
        places[kind] = unknown.count
        unknown.append((kind, tensor, 1))
      }
    }
    for (_, tensor, count) in unknown {
      findings.add(
        rule, at: .init(file: tensor.file, tensor: tensor.name),
        "the architecture \(name) has no such tensor" + (count > 1 ? "; so in \(count) layers" : ""))
    }
  }

  /// What llama.cpp reads beside any matrix: one scale of a tensor whose blocks have no range of their own, of its
  /// weights or of what it is multiplied with.
  private static func isScale(_ kind: String, of known: Set<String>) -> Bool {
    for ending in [".scale", ".input_scale"] where kind.hasSuffix(ending) {
      return known.contains(kind.dropLast(ending.count) + ".weight")
    }
    return false
  }
}

extension Architecture {
  /// The kinds of the tensors that are described: `output.weight`, `blk.*.attn_q.weight`.
  fileprivate var kinds: Set<String> {
    var kinds = Set(tensors.map(\.name))
    for stack in stacks { kinds.formUnion(stack.tensors.map { "\(stack.prefix).*.\($0.name)" }) }
    return kinds
  }
}
