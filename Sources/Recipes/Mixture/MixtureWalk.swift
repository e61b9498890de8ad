internal import TensorCore

/// The rules of presets, and what they count from tensor to tensor.
struct MixtureWalk {
  let mixture: TypeMixture
  /// Whether the token embedding is the output too.
  let isTied: Bool
  /// Tensors like those of values.
  let values: Int
  /// How many of these have been met, and of ffn_down.
  private var (value, down) = (0, 0)

  private var traits: ModelTraits { mixture.traits }
  private var isFalcon: Bool { traits.architecture == "falcon" }
  /// As Mixtral has: their attention is shared by all, and small beside them.
  private var hasEightExperts: Bool { traits.experts == 8 }

  init(mixture: TypeMixture, isTied: Bool, values: Int) {
    (self.mixture, self.isTied, self.values) = (mixture, isTied, values)
  }

  /// The first and the last eighth of the layers, and each third of those between.
  private static func hasMoreBits(_ layer: Int, of layers: Int) -> Bool {
    layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2
  }

  mutating func type(
    _ tensor: TypeMixture.Tensor, _ role: TensorRole, _ preset: QuantizationPreset
  ) throws(MixtureError) -> ElementType {
    let type = mixture.defaultType
    if traits.architecture == "glm5-next",
      ["attn_q_a", "attn_q_b", "nextn.eh_proj"].contains(where: tensor.name.utf8.holds)
    {
      return .q8_0
    }
    if role == .output || (isTied && role == .tokenEmbedding) { return output(tensor.shape, preset) }
    if preset == .mxfp4_MoE { return isOfExperts(tensor.shape, role) ? .mxfp4 : .q8_0 }
    switch role {
    case .tokenEmbedding:
      return preset == .tq1_0 || preset == .tq2_0 || preset == .q2_0 ? .q4_K : type
    case .attentionV, .attentionQKV, .attentionKVB:
      defer { value += 1 }
      return attentionV(preset)
    case .attentionK: return hasEightExperts ? .q8_0 : type
    case .ffnDown:
      defer { down += 1 }
      return ffnDown(preset, layer: try layer(of: tensor.name), of: traits.layers)
    case .attentionOutput: return attentionOutput(preset)
    case .output, .attentionQ, .ffnUp, .ffnGate, .other: return type
    }
  }

  private func output(_ shape: Shape, _ preset: QuantizationPreset) -> ElementType {
    if let type = mixture.outputType { return type }
    let isRagged = shape.rowLength % mixture.defaultType.blockLength != 0
    return preset == .mxfp4_MoE || preset == .q8_0 || isFalcon || isRagged ? .q8_0 : .q6_K
  }

  /// Experts are stacked along a third dimension; so are projections of multi-head latent attention.
  private func isOfExperts(_ shape: Shape, _ role: TensorRole) -> Bool {
    let isStacked = shape.dimensions.dropLast(2).last.map { $0 > 1 } ?? false
    return isStacked
      && (traits.architecture != "bailingmoe3" || role == .ffnUp || role == .ffnGate || role == .ffnDown)
  }

  private func attentionV(_ preset: QuantizationPreset) -> ElementType {
    let isShared = traits.groupedQueryFactor >= 4
    let type: ElementType =
      switch preset {
      case .q2_K: isShared ? .q4_K : .q3_K
      case .q2_K_S where isShared: .q4_K
      case .q3_K_M: value < 2 ? .q5_K : .q4_K
      case .q3_K_L: .q5_K
      case .iq4_NL where isShared, .iq4_XS where isShared: .q5_K
      case .q4_K_M where Self.hasMoreBits(value, of: values), .q5_K_M where Self.hasMoreBits(value, of: values): .q6_K
      case .q4_K_S where value < 4: .q5_K
      default: mixture.defaultType
      }
    if hasEightExperts { return .q8_0 }
    return traits.isOf70B && (type == .q3_K || type == .q4_K) ? .q5_K : type
  }

  private func ffnDown(_ preset: QuantizationPreset, layer: Int, of layers: Int) -> ElementType {
    let isInFirstEighth = layer < layers / 8
    let isInFirstSixteenth = layer < layers / 16
    let hasMoreBits = Self.hasMoreBits(layer, of: layers)
    return switch preset {
    case .q2_K: .q3_K
    case .q2_K_S where isInFirstEighth: .q4_K
    case .q3_K_M: isInFirstSixteenth ? .q5_K : !isFalcon || hasMoreBits ? .q4_K : .q3_K
    case .q3_K_L: isFalcon ? .q4_K : .q5_K
    case .q4_K_M where isFalcon: isInFirstSixteenth ? .q6_K : hasMoreBits ? .q5_K : .q4_K
    case .q4_K_M where hasMoreBits, .q5_K_M where hasMoreBits: .q6_K
    case .q4_K_S where isInFirstEighth && !isFalcon: .q5_K
    case .iq4_NL where isInFirstEighth && !mixture.hasImportance,
      .iq4_XS where isInFirstEighth && !mixture.hasImportance:
      .q5_K
    case .q4_0 where isInFirstEighth && mixture.hasImportance: .q4_1
    case .q5_0 where isInFirstEighth && mixture.hasImportance: .q5_1
    default: mixture.defaultType
    }
  }

  private func attentionOutput(_ preset: QuantizationPreset) -> ElementType {
    let type = mixture.defaultType
    if isFalcon { return preset == .q3_K_L ? .q4_K : type }
    if hasEightExperts {
      return switch preset {
      case .q2_K, .q3_K_S, .q3_K_M, .q4_K_S, .q4_K_M, .iq4_NL, .iq4_XS: .q5_K
      default: type
      }
    }
    return switch preset {
    case .q2_K: .q3_K
    case .q3_K_M: .q4_K
    case .q3_K_L: .q5_K
    default: type
    }
  }

  /// Files of early mixtures of experts have them apart, in no order: there the name counts.
  private func layer(of name: String) throws(MixtureError) -> Int {
    guard traits.experts > 1 else { return down }
    guard let layer = TensorOrder.layer(of: name) else { throw .layerNotInName(tensor: name) }
    guard layer < traits.layers else { throw .layerOutOfRange(tensor: name, layer: layer, layers: traits.layers) }
    return layer
  }
}
