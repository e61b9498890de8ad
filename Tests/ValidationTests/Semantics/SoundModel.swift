@testable import GGUF
import TensorCore

@testable import Validation

/// A tiny model of an architecture with which everything is right: keys, tokenizer, tensors of the shapes that the
/// hyper-parameters give. Its tensors have no data.
struct SoundModel {
  struct Tensor {
    var name: String
    var type = ElementType.f32
    /// The row's length first.
    var dimensions: [Int]
  }

  var metadata = GGUFMetadata()
  var tensors: [Tensor] = []
  var fileName = "Sound-v1.0-F32.gguf"
  var isWhole = true
  var format = ValidatedModel.Format.gguf

  static let tokens = ["<unk>", "<s>", "</s>", "a", "b", "ab", "c", "<0x0A>"]

  /// Numbers that suit each other: four heads of 16, two for keys and values.
  private static let counts: [String: Int] = [
    "context_length": 128, "embedding_length": 64, "block_count": 2, "feed_forward_length": 96,
    "attention.head_count": 4, "attention.head_count_kv": 2, "rope.dimension_count": 16,
    "attention.sliding_window": 32, "attention.relative_buckets_count": 32, "ssm.conv_kernel": 4,
    "ssm.inner_size": 128, "ssm.state_size": 16, "ssm.time_step_rank": 4, "ssm.group_count": 2, "wkv.head_size": 16,
    "time_mix_extra_dim": 8, "time_decay_extra_dim": 8, "attention.kv_lora_rank": 24, "expert_shared_count": 1,
    "interleave_moe_layer_step": 2, "leading_dense_block_count": 1,
  ]
  private static let experts: [String: Int] = [
    "expert_count": 4, "expert_used_count": 2, "expert_feed_forward_length": 32,
  ]

  /// - Parameter values: In place of the usual ones, or besides; tensors have the shapes that they give.
  init(_ architecture: String, _ values: [String: GGUFValue] = [:]) {
    let described = Architecture.byName[architecture]
    metadata["general.architecture"] = .string(architecture)
    metadata["general.file_type"] = .uint32(0)
    metadata["general.quantization_version"] = .uint32(2)
    var counts = Self.counts
    if described?.keys.contains("expert_count") == true { counts.merge(Self.experts) { first, _ in first } }
    // Mixtures of the two kinds have heads that are unpacked, with other dimensions than those that are rotated.
    if architecture == "deepseek2" { counts["rope.dimension_count"] = 8 }
    for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
      metadata["\(architecture).\(name)"] = .uint32(UInt32(count))
    }
    for name in [Architecture.rms, Architecture.epsilon, "logit_scale"] {
      metadata["\(architecture).\(name)"] = .float32(1e-5)
    }
    metadata["\(architecture).use_parallel_residual"] = .bool(true)
    for (name, value) in values { metadata["\(architecture).\(name)"] = value }
    addTokenizer()
    if let described { addTensors(described) }
  }

  private mutating func addTokenizer() {
    metadata["tokenizer.ggml.model"] = .string("gpt2")
    metadata["tokenizer.ggml.pre"] = .string("default")
    metadata["tokenizer.ggml.tokens"] = .array(GGUFArray(Self.tokens))
    metadata["tokenizer.ggml.scores"] = .floats(Array(repeating: -1, count: Self.tokens.count))
    metadata["tokenizer.ggml.token_type"] = .integers([2, 3, 3, 1, 1, 1, 4, 6])
    metadata["tokenizer.ggml.token_type_count"] = .uint32(2)
    metadata["tokenizer.ggml.merges"] = .array(GGUFArray(["a b"]))
    metadata["tokenizer.ggml.bos_token_id"] = .uint32(1)
    metadata["tokenizer.ggml.eos_token_id"] = .uint32(2)
  }

  private mutating func addTensors(_ described: Architecture) {
    let parameters = model.hyperParameters
    func made(_ tensor: ExpectedTensor, _ place: String) -> Tensor? {
      switch tensor.presence {
      case .optional: return nil
      case .given(let key) where (parameters.value(key) ?? 0) == 0: return nil
      case .required, .unless, .given: break
      }
      return Tensor(name: place + tensor.name, dimensions: tensor.extents.map { $0.length(parameters) ?? 1 })
    }
    tensors += described.tensors.compactMap { made($0, "") }
    for stack in described.stacks {
      for layer in 0..<(parameters.trunkLayers ?? 0) {
        let left: ExpectedTensor.Layers = described.isSparse(layer, parameters) ? .dense : .sparse
        tensors += stack.tensors.filter { $0.layers != left }.compactMap { made($0, "\(stack.prefix).\(layer).") }
      }
    }
  }

  var model: ValidatedModel {
    var offset = 0
    let descriptions = tensors.map { tensor in
      let shape = Shape(checking: tensor.dimensions.reversed().map { UInt64($0) })
      let bytes = tensor.type.byteCount(elements: shape?.elementCount ?? 0) ?? 0
      defer { offset += bytes }
      return TensorDescription(
        name: tensor.name, elementType: tensor.type, shape: shape ?? emptyShape, offset: offset, byteCount: bytes)
    }
    return ValidatedModel(
      format: format, files: [SourceFile(path: "folder/\(fileName)", size: 4096)], metadata: metadata,
      tensors: descriptions, isWhole: isWhole, headerBytes: 1024)
  }

  private var emptyShape: Shape { Shape(checking: [UInt64]()) ?? model.tensors[0].shape }

  /// What the rules find.
  func findings(_ profile: Profile = .strict) -> [ValidationFinding] {
    var findings = FindingList(profile: profile)
    let model = model
    for rule in SemanticRules.all + NamingRules.all { rule.check(model, &findings) }
    return findings.findings
  }

  /// A tensor's place in ``tensors``.
  func index(_ name: String) -> Int? { tensors.firstIndex { $0.name == name } }

  mutating func setDimensions(_ name: String, _ dimensions: [Int]) {
    guard let index = index(name) else { return }
    tensors[index].dimensions = dimensions
  }
  mutating func setType(_ name: String, _ type: ElementType) {
    guard let index = index(name) else { return }
    tensors[index].type = type
  }
}

extension GGUFValue {
  static func floats(_ values: [Float]) -> GGUFValue {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    return .array(GGUFArray(elementType: .float32, count: values.count, bytes: bytes))
  }

  static func integers(_ values: [Int32]) -> GGUFValue {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: UInt32(bitPattern: value)) }
    return .array(GGUFArray(elementType: .int32, count: values.count, bytes: bytes))
  }

  static func strings(_ values: [String]) -> GGUFValue { .array(GGUFArray(values)) }
}
