public import TensorCore

/// Which type each tensor of a model gets, as llama-quantize chooses.
///
/// formats/recipes.md has the rules as tables. Source: `llama_tensor_get_type` of llama.cpp's llama-quant.cpp, for the
/// presets whose types can be written.
public struct TypeMixture: Sendable {
  /// A tensor, as the output has it.
  public struct Tensor: Sendable {
    public let name: String
    public let shape: Shape
    /// The type that a user has given it by name; rules of presets then do not count it.
    public let named: ElementType?
    /// Whether only its own name was meant, not a pattern: then it gets that type even where presets leave it alone.
    public let isNamedAlone: Bool

    public init(name: String, shape: Shape, named: ElementType? = nil, isNamedAlone: Bool = false) {
      (self.name, self.shape, self.named, self.isNamedAlone) = (name, shape, named, isNamedAlone)
    }
  }

  /// What is decided for a tensor.
  public enum Choice: Sendable, Hashable {
    /// It keeps the source's type.
    case kept(NeverQuantized)
    /// - Parameter rule: The role for which the preset has chosen another type than its default one; nil for that, and
    ///   for what a user has named.
    case type(ElementType, rule: TensorRole?)
  }

  public let traits: ModelTraits
  /// nil for a type that is no preset's: then no rule holds.
  public let preset: QuantizationPreset?
  public let defaultType: ElementType
  /// Whether all tensors get the default type, but for those that are never quantized.
  public let isPure: Bool
  /// Of the output, and of the token embedding where that is the output too.
  public var outputType: ElementType?
  /// Of the token embedding.
  public var embeddingType: ElementType?
  /// Whether columns are weighed by importance.
  public var hasImportance = false

  public init(_ target: QuantizationTarget, traits: ModelTraits, isPure: Bool = false) {
    self.traits = traits
    preset = target.preset
    defaultType = target.elementType
    self.isPure = isPure || target.preset == nil
  }

  /// - Parameter tensors: All of the model's, in ``TensorOrder``, which the rules count in.
  /// - Returns: A choice for each. Whether rows divide into blocks is another matter
  ///   (``TensorCore/ElementType/fitting(rowLength:)``).
  /// - Throws: ``MixtureError``.
  public func choices(for tensors: [Tensor]) throws(MixtureError) -> [Choice] {
    let roles = tensors.map { TensorRole(of: $0.name) }
    var walk = MixtureWalk(
      mixture: self, isTied: !roles.contains(.output), values: roles.count(where: \.isLikeAttentionV))
    var choices: [Choice] = []
    for (tensor, role) in zip(tensors, roles) {
      choices.append(try choice(tensor, role, &walk))
    }
    return choices
  }

  private func choice(_ tensor: Tensor, _ role: TensorRole, _ walk: inout MixtureWalk) throws(MixtureError) -> Choice {
    if let reason = traits.neverQuantized(tensor.name, tensor.shape) {
      if let named = tensor.named, tensor.isNamedAlone { return .type(named, rule: nil) }
      return .kept(reason)
    }
    // A table for each layer is large; where it is named, that holds.
    let isOwnTable = tensor.name == "per_layer_token_embd.weight" && tensor.named != nil
    if let embeddingType, role == .tokenEmbedding, !isOwnTable { return .type(embeddingType, rule: nil) }
    if let outputType, role == .output { return .type(outputType, rule: nil) }
    if let named = tensor.named { return .type(named, rule: nil) }
    guard let preset, !isPure, defaultType.kind == .quantized else { return .type(defaultType, rule: nil) }
    let type = try walk.type(tensor, role, preset)
    let isAskedFor = type == defaultType || (outputType != nil && walk.isTied && role == .tokenEmbedding)
    return .type(type, rule: isAskedFor ? nil : role)
  }
}

/// Why a preset cannot say what a tensor becomes.
public enum MixtureError: Error, Hashable {
  case layerNotInName(tensor: String)
  case layerOutOfRange(tensor: String, layer: Int, layers: Int)
}
