internal import TensorCore

/// A checkpoint's tensors held against an architecture's rules.
struct TensorMatching {
  struct Match {
    let name: String
    let view: TensorView
    let shape: Shape
  }

  /// The tensors of the model, in the order of the reference converter: those that are computed, then as the checkpoint's
  /// names are sorted; experts stand where the last of them does.
  private(set) var matches: [Match] = []
  private(set) var notes: [String] = []

  private let description: ModelDescription
  private let className: String
  private var sourceOfName: [ExactString: String] = [:]

  /// - Parameters:
  ///   - className: What the architecture is called in errors.
  ///   - excludes: Tensors of the checkpoint that are not looked at.
  init(
    _ description: ModelDescription, _ tensors: [TensorDescription], className: String,
    excludes: (String) -> Bool
  ) throws(ArchitectureError) {
    (self.description, self.className) = (description, className)
    // A configuration may ask for any number of layers, which are gone through below.
    guard description.layers <= max(tensors.count, 1) else {
      throw .layersBeyondTensors(layers: description.layers, tensors: tensors.count)
    }
    for (name, values) in description.computed {
      try append(name, .floats(values), [values.count], source: name)
    }
    let rules = Dictionary(
      description.rules.enumerated().map { (ExactString($1.source), $0) }, uniquingKeysWith: { first, _ in first })
    var found: [[[Int]: TensorDescription]] = Array(repeating: [:], count: description.rules.count)
    var expertsFound: [[Int: Int]] = Array(repeating: [:], count: description.rules.count)
    var leftOut: [(reason: String, names: [String])] = []
    var excluded: [String] = []
    for tensor in tensors.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      if excludes(tensor.name) {
        excluded.append(tensor.name)
        continue
      }
      let kind = TensorKind(description.alias(tensor.name))
      guard let index = rules[kind.pattern] else {
        throw .tensorUnexpected(tensor.name, architecture: className)
      }
      let rule = description.rules[index]
      if case .leftOut(let reason) = rule.presence {
        if let group = leftOut.firstIndex(where: { $0.reason == reason }) {
          leftOut[group].names.append(tensor.name)
        } else {
          leftOut.append((reason, [tensor.name]))
        }
        continue
      }
      try check(tensor, kind.numbers, rule)
      if let other = found[index].updateValue(tensor, forKey: kind.numbers) {
        throw .nameTaken(tensor: tensor.name, other: other.name, name: rule.outputs.first?.name ?? rule.source)
      }
      if let count = rule.experts {
        let layer = kind.numbers.first ?? 0
        expertsFound[index][layer, default: 0] += 1
        guard expertsFound[index][layer] == count else { continue }
        try stack((0..<count).compactMap { found[index][[layer, $0]] }, layer: layer, rule)
      } else {
        for output in rule.outputs {
          let view = try output.arrange(ArrayView(tensor))
          try append(
            TensorKind.name(output.name, kind.numbers), .arrays([view]), view.shape, source: tensor.name)
        }
      }
    }
    try requireAll(found)
    for group in leftOut { note(group.names, "left out, \(group.reason)") }
    if !excluded.isEmpty { note(excluded, "left out, excluded") }
  }

  private mutating func note(_ names: [String], _ text: String) {
    let shown = names.prefix(3).map { $0.quoted(limit: 70) }.joined(separator: ", ")
    notes.append("\(Numbers.counted(names.count, "tensor")) \(text): \(shown)\(names.count > 3 ? ", ..." : "")")
  }

  private func check(
    _ tensor: TensorDescription, _ numbers: [Int], _ rule: TensorRule
  ) throws(ArchitectureError) {
    if let layer = numbers.first, layer >= description.layers {
      throw .layerBeyondCount(tensor: tensor.name, count: description.layers)
    }
    if let count = rule.experts, numbers.count > 1, numbers[1] >= count {
      throw .expertBeyondCount(tensor: tensor.name, count: count)
    }
    if let shape = rule.shape, shape != tensor.shape.dimensions {
      throw .shape(tensor: tensor.name, found: tensor.shape, expected: shape)
    }
  }

  private mutating func stack(
    _ tensors: [TensorDescription], layer: Int, _ rule: TensorRule
  ) throws(ArchitectureError) {
    guard let first = tensors.first, let output = rule.outputs.first else { return }
    var views: [ArrayView] = []
    for tensor in tensors {
      guard tensor.elementType == first.elementType else {
        throw .typesDiffer(
          tensor: tensor.name, found: tensor.elementType, other: first.name, otherType: first.elementType)
      }
      views.append(try output.arrange(ArrayView(tensor)))
    }
    try append(
      TensorKind.name(output.name, [layer]), .arrays(views), [tensors.count] + views[0].shape, source: first.name)
  }

  private mutating func append(
    _ name: String, _ content: TensorView.Content, _ shape: [Int], source: String
  ) throws(ArchitectureError) {
    if let other = sourceOfName.updateValue(source, forKey: ExactString(name)) {
      throw .nameTaken(tensor: source, other: other, name: name)
    }
    guard let shape = Shape(checking: shape.map { UInt64(clamping: $0) }) else { throw .tooLarge(tensor: source) }
    matches.append(Match(name: name, view: TensorView(try kept(content, name, shape)), shape: shape))
  }

  /// What the reference converter keeps in 32 bits whatever is asked for is widened here, so that it stays so in every
  /// type of output.
  private func kept(
    _ content: TensorView.Content, _ name: String, _ shape: Shape
  ) throws(ArchitectureError) -> TensorView.Content {
    guard case .arrays(let arrays) = content else { return content }
    var result: [ArrayView] = []
    for array in arrays {
      let type = array.tensor.elementType
      guard type.kind == .float else {
        throw .elementType(tensor: array.tensor.name, found: type, expected: "floating-point numbers")
      }
      if case .none = array.operation, type != .f32, FullPrecision.includes(name, dimensions: shape.dimensions.count) {
        result.append(array.applying(.widened))
      } else {
        result.append(array)
      }
    }
    return .arrays(result)
  }

  private func requireAll(_ found: [[[Int]: TensorDescription]]) throws(ArchitectureError) {
    for (rule, found) in zip(description.rules, found) {
      guard case .required = rule.presence else { continue }
      guard rule.source.split(separator: ".").contains("*") else {
        if found.isEmpty { throw .tensorMissing(rule.source, key: nil) }
        continue
      }
      for layer in 0..<description.layers {
        guard let count = rule.experts else {
          if found[[layer]] == nil { throw .tensorMissing(TensorKind.name(rule.source, [layer]), key: nil) }
          continue
        }
        for expert in 0..<count where found[[layer, expert]] == nil {
          throw .tensorMissing(TensorKind.name(rule.source, [layer, expert]), key: nil)
        }
      }
    }
  }
}

/// What stays in 32 bits, by the rules of the reference converter (`prepare_tensors` in conversion/base.py): vectors,
/// norms, what is no weight, and a few small matrices that readers want so.
enum FullPrecision {
  private static let names: Set<String> = ["position_embd.weight", "token_types.weight"]
  private static let endings = [".ffn_gate_inp.weight", ".ffn_gate_inp_shexp.weight"]

  static func includes(_ name: String, dimensions: Int) -> Bool {
    dimensions <= 1 || name.hasSuffix("_norm.weight") || !name.hasSuffix(".weight") || names.contains(name)
      || endings.contains { name.hasSuffix($0) }
  }
}
