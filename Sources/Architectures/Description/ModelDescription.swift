internal import GGUF
internal import TensorCore

/// A model as its architecture has it for one configuration: metadata, the tensors that the checkpoint must have, and what
/// becomes of each.
struct ModelDescription {
  /// `general.architecture`: what readers of GGUF call it.
  let architecture: String
  /// How many layers there are: the first `*` of a name is a number below it.
  let layers: Int
  private(set) var rules: [TensorRule] = []
  /// Tensors that no checkpoint holds, first in the file.
  private(set) var computed: [(name: String, values: [Float])] = []
  private(set) var metadata: [GGUFMetadata.Entry] = []
  /// What was decided where the folder leaves it open, a sentence each.
  var notes: [String] = []
  /// Names that tensors have under another name: applied to every tensor's name before the rules.
  var alias: @Sendable (String) -> String = { $0 }

  /// - Parameter config: What it is described from, if it has any; what was assumed of it becomes a note.
  init(_ architecture: String, layers: Int, of config: ModelConfig? = nil) {
    self.architecture = architecture
    self.layers = layers
    notes = config?.assumptions.map { [$0] } ?? []
  }

  // MARK: Tensors

  /// A tensor that becomes one under another name, in another order where `arrange` says so.
  mutating func tensor(
    _ source: String, _ name: String, _ shape: [Int], _ presence: TensorRule.Presence = .required,
    arrange: @escaping @Sendable (ArrayView) throws(ArchitectureError) -> ArrayView = { $0 }
  ) {
    rules.append(
      TensorRule(
        source: source, shape: shape, presence: presence, experts: nil,
        outputs: [.init(name: name, arrange: arrange)]))
  }

  /// A matrix and its bias, which are ordered alike: names without `.weight` and `.bias`, the shape of the matrix.
  mutating func linear(
    _ source: String, _ name: String, _ shape: [Int], _ presence: TensorRule.Presence = .required,
    bias: TensorRule.Presence? = .optional,
    arrange: @escaping @Sendable (ArrayView) throws(ArchitectureError) -> ArrayView = { $0 }
  ) {
    tensor("\(source).weight", "\(name).weight", shape, presence, arrange: arrange)
    if let bias { tensor("\(source).bias", "\(name).bias", Array(shape.prefix(1)), bias, arrange: arrange) }
  }

  /// The tensors of a layer's experts, `count` of them, as one with a dimension more. The second `*` of `source` is the
  /// expert's number.
  mutating func experts(_ source: String, _ name: String, count: Int, _ shape: [Int]) {
    rules.append(
      TensorRule(
        source: source, shape: shape, presence: .required, experts: count,
        outputs: [.init(name: name) { (view) throws(ArchitectureError) in view }]))
  }

  /// A tensor that becomes several: each takes a part of it.
  mutating func split(_ source: String, _ shape: [Int], into outputs: [TensorRule.Output]) {
    rules.append(
      TensorRule(source: source, shape: shape, presence: .required, experts: nil, outputs: outputs))
  }

  /// Tensors that are not part of the model as it runs.
  mutating func leaveOut(_ sources: String..., because reason: String) {
    for source in sources {
      rules.append(
        TensorRule(source: source, shape: nil, presence: .leftOut(because: reason), experts: nil, outputs: []))
    }
  }

  mutating func compute(_ name: String, _ values: [Float]) { computed.append((name, values)) }

  // MARK: Metadata

  /// A key of the architecture: `llama.` stands before it. Of a key that is set twice the last value stands, in its
  /// first place.
  mutating func set(_ key: String, _ value: GGUFValue) { setPlain("\(architecture).\(key)", value) }

  /// A size; nothing where it is nil.
  mutating func set(_ key: String, size: Int?) {
    // The configuration's sizes have 31 bits.
    if let size { set(key, .uint32(UInt32(clamping: size))) }
  }

  mutating func set(_ key: String, number: Double?) {
    if let number { set(key, .float32(Float(number))) }
  }

  mutating func setPlain(_ key: String, _ value: GGUFValue) {
    if let index = metadata.firstIndex(where: { $0.key == key }) {
      metadata[index].value = value
    } else {
      metadata.append(.init(key: key, value: value))
    }
  }
}
