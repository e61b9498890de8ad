/// What llama.cpp's loader asks of models of an architecture; what it asks of all of them stands in
/// ``Architecture/keysOfAll``.
struct Architecture: Sendable {
  /// Layers of one kind.
  struct Stack: Sendable {
    /// In front of a layer's number: `blk`.
    var prefix = "blk"
    /// The key that counts them where it is there, in place of `block_count`.
    var count: String?
    let tensors: [ExpectedTensor]
  }

  /// Which layers have experts, if the model has any.
  enum Experts: Sendable {
    case all
    /// Every so many layers, as this key says.
    case every(String)
    /// Those behind as many as this key says.
    case after(String)
  }

  /// Keys that the loader demands, without the architecture's name and the dot.
  let keys: [String]
  /// Keys that the GGUF document demands besides. Those that no converter of llama.cpp writes (MPT's alibi_bias_max and
  /// clip_kqv, which are called otherwise, and Falcon's use_norm) are left out.
  var documentKeys: [String] = []
  /// Keys that the loader demands and that do not begin with the architecture's name.
  var otherKeys: [String] = []
  let tensors: [ExpectedTensor]
  let stacks: [Stack]
  var experts = Experts.all

  static let keysOfAll = ["context_length", "embedding_length", "block_count"]
  static let rms = "attention.layer_norm_rms_epsilon"
  static let epsilon = "attention.layer_norm_epsilon"
  /// The loader takes them as 0 where they are missing, and then refuses every shape.
  static let attention = ["attention.head_count", "feed_forward_length"]

  static let rmsAttention = [rms] + attention
  static let epsilonAttention = [epsilon] + attention

  init(
    keys: [String], more: [String] = [], document: [String] = [], other: [String] = [], tensors: [[ExpectedTensor]],
    layer: [[ExpectedTensor]], experts: Experts = .all
  ) {
    self.init(
      keys: keys + more, document: document, other: other, tensors: tensors,
      stacks: [Stack(tensors: Array(layer.joined()))], experts: experts)
  }

  init(
    keys: [String], document: [String] = [], other: [String] = [], tensors: [[ExpectedTensor]], stacks: [Stack],
    experts: Experts = .all
  ) {
    (self.keys, documentKeys, otherKeys) = (keys, document, other)
    (self.tensors, self.stacks, self.experts) = (Array(tensors.joined()), stacks, experts)
  }

  /// Whether a layer has experts.
  func isSparse(_ layer: Int, _ parameters: HyperParameters) -> Bool {
    guard let count = parameters.value("expert_count"), count > 0 else { return false }
    switch experts {
    case .all: return true
    case .every(let key): return parameters.value(key).map { $0 > 0 && (layer + 1) % $0 == 0 } ?? false
    case .after(let key): return layer >= parameters.value(key) ?? 0
    }
  }

  /// By the name in `general.architecture`; llama.cpp knows more, see ``KnownArchitectures``.
  static let byName: [String: Architecture] = {
    var all: [String: Architecture] = [:]
    for group in [llamas, gemmas, gpts, qwens, encoders, recurrent, mixtures] {
      all.merge(group) { first, _ in first }
    }
    return all
  }()
}

extension ValidatedModel {
  /// What llama.cpp asks of this model; nil where the file is no model to be run, or the architecture is none of those
  /// that are described here.
  var expectations: Architecture? {
    isRunnable ? architecture.flatMap { Architecture.byName[$0] } : nil
  }
}
