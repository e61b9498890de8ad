internal import TensorCore

/// The tensors that a model should have, each kind once with the layers in which it is looked for.
struct ExpectedTensors {
  /// One kind of tensor: `blk.*.attn_q.weight`.
  struct Kind {
    let tensor: ExpectedTensor
    /// In front of the tensor's name, for each layer; "" for what belongs to no layer.
    let places: [String]
    /// Lengths in the order of the file; nil where the metadata does not say it. Rows that tokens have are not compared:
    /// ``EmbeddingRows`` speaks of them.
    let lengths: [Int?]

    func name(_ place: String) -> String { place + tensor.name }
  }

  let kinds: [Kind]

  init(_ expectations: Architecture, _ model: ValidatedModel) {
    let parameters = model.hyperParameters
    var kinds: [Kind] = []
    func add(_ tensor: ExpectedTensor, _ places: [String]) {
      guard !places.isEmpty else { return }
      let lengths = tensor.extents.map { extent -> Int? in
        if case .vocabulary = extent { return nil }
        return extent.length(parameters)
      }
      kinds.append(Kind(tensor: tensor, places: places, lengths: lengths))
    }
    for tensor in expectations.tensors { add(tensor, [""]) }
    for stack in expectations.stacks {
      guard let count = model.layerCount(stack) else { continue }
      let present = model.layers(under: stack.prefix)
      let layers = (0..<count).filter(present.contains)
      let sparse = layers.filter { expectations.isSparse($0, parameters) }
      let dense = layers.filter { !expectations.isSparse($0, parameters) }
      for tensor in stack.tensors {
        let own =
          switch tensor.layers {
          case .all: layers
          case .dense: dense
          case .sparse: sparse
          }
        add(tensor, own.map { "\(stack.prefix).\($0)." })
      }
    }
    self.kinds = kinds
  }
}

extension ExpectedTensors.Kind {
  /// Whether the model has to have the tensor in a place.
  func isRequired(_ place: String, _ model: ValidatedModel) -> Bool {
    switch tensor.presence {
    case .required: true
    case .optional: false
    case .unless(let other): model.tensor(place + other) == nil
    case .given(let parameter): (model.hyperParameters.value(parameter) ?? 0) > 0
    }
  }

  /// Whether a tensor has the lengths, as far as they are known; dimensions that it has beyond have to be 1.
  func accepts(_ shape: Shape) -> Bool {
    let found = Array(shape.dimensions.reversed())
    for index in 0..<max(found.count, lengths.count) {
      let expected = index < lengths.count ? lengths[index] : 1
      let own = index < found.count ? found[index] : 1
      if let expected, expected != own { return false }
    }
    return true
  }

  /// `[?, 2048]`, outermost first.
  var expectedShape: String {
    "[" + lengths.reversed().map { $0.map(String.init) ?? "?" }.joined(separator: ", ") + "]"
  }
}

enum TensorMissing: ModelRule {
  static let rule = Rule(
    "GGUF-A016", "tensor-missing", .llamaCpp(.error, spec: .warning),
    demand: "Every tensor that the architecture needs is there.",
    reason: "llama.cpp refuses the model; other programs compute without it.",
    remedy: "Download the whole model again; where it is so at its source, convert the model again.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isWhole, let expected = model.expectedTensors else { return }
    for kind in expected.kinds {
      let missing = kind.places.filter { place in
        model.tensor(kind.name(place)) == nil && kind.isRequired(place, model)
      }
      guard let first = missing.first else { continue }
      findings.add(
        rule, at: .init(tensor: kind.name(first)),
        "the architecture \(model.architecture ?? "") needs it, and it is not there"
          + (missing.count > 1 ? "; so in \(missing.count) of \(kind.places.count) layers" : ""))
    }
  }
}

enum TensorShape: ModelRule {
  static let rule = Rule(
    "GGUF-A017", "tensor-shape", .llamaCpp(.error, spec: .warning),
    demand: "Every tensor has the shape that the hyper-parameters give.",
    reason: "llama.cpp refuses the model; a program that does not look reads behind the tensor, or askew.",
    remedy: "Find out which is right, with the original model's config.json; set hyper-parameters with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let expected = model.expectedTensors else { return }
    for kind in expected.kinds {
      let wrong = kind.places.lazy.compactMap { model.tensor(kind.name($0)) }.filter { !kind.accepts($0.shape) }
      guard let first = wrong.first else { continue }
      findings.add(
        rule, at: .init(file: first.file, tensor: first.name),
        "the shape is \(first.shape), expected \(kind.expectedShape) by the hyper-parameters"
          + (wrong.count > 1 ? "; so in \(wrong.count) of \(kind.places.count) layers" : ""))
    }
  }
}
