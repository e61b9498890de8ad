internal import GGUF
internal import Quantization
package import Recipes
package import TensorCore

extension ModelTraits {
  /// nil for a checkpoint that is no model of an architecture.
  package init?(_ source: any TensorSource) {
    guard let metadata = (source as? any DescribedSource)?.metadata,
      let architecture = metadata.string("general.architecture"), architecture != "unknown", !architecture.isEmpty
    else { return nil }
    self.init(architecture: architecture) { key in
      switch metadata[key] {
      case .array(let array)?: array.prefix(1).first?.integer
      case let value: value?.integer
      }
    }
  }
}

extension ConversionOptions {
  /// The types for all tensors of a model with an architecture.
  ///
  /// - Parameter tensors: In the order of the output, under the names that they have there.
  /// - Throws: ``ConversionError`` where one cannot be converted.
  func choices(
    for tensors: [ConversionPlan.Candidate], _ traits: ModelTraits
  ) throws(ConversionError) -> [TypeChoice] {
    var mixture = TypeMixture(target, traits: traits, isPure: isPure)
    (mixture.outputType, mixture.embeddingType) = (outputType, embeddingType)
    mixture.hasImportance = importance != nil
    let decided: [TypeMixture.Choice]
    do throws(MixtureError) {
      decided = try mixture.choices(
        for: tensors.map { tensor in
          let named = named(tensor.source)
          return .init(
            name: tensor.name, shape: tensor.shape, named: named?.type, isNamedAlone: named?.isAlone ?? false)
        })
    } catch {
      throw ConversionError(error)
    }
    var choices: [TypeChoice] = []
    for (tensor, decision) in zip(tensors, decided) { choices.append(try choice(tensor.source, decision)) }
    return choices
  }

  private func choice(
    _ tensor: TensorDescription, _ decision: TypeMixture.Choice
  ) throws(ConversionError) -> TypeChoice {
    switch tensor.elementType.kind {
    case .integer: return TypeChoice(target: try integerTarget(tensor), reason: .integers)
    case .packed: throw .typeHasNoCounterpart(tensor: tensor.name, type: tensor.elementType)
    case .float, .quantized: break
    }
    let choice: TypeChoice
    switch decision {
    case .kept(let why): choice = TypeChoice(target: keptType(tensor.elementType), reason: TypeChoice.Reason(why))
    case .type(let wanted, let role):
      let fitting = wanted.fitting(rowLength: tensor.shape.rowLength)
      choice = TypeChoice(
        target: fitting, reason: fitting == wanted ? role.map { .preset($0) } : .fallback(from: wanted))
    }
    try check(choice.target, for: tensor)
    return choice
  }

  /// That of the source, where it can be written.
  private func keptType(_ type: ElementType) -> ElementType {
    if type.kind == .quantized { return type }
    return unquantizedType ?? (type.codec == nil ? .f32 : type)
  }
}

extension TypeChoice.Reason {
  fileprivate init(_ why: NeverQuantized) {
    self =
      switch why {
      case .oneDimensional: .oneDimensional
      case .norm: .norm
      case .name: .neverQuantized
      }
  }
}

extension ConversionError {
  fileprivate init(_ error: MixtureError) {
    self =
      switch error {
      case .layerNotInName(let tensor): .layerNotInName(tensor: tensor)
      case .layerOutOfRange(let tensor, let layer, let layers):
        .layerOutOfRange(tensor: tensor, layer: layer, layers: layers)
      }
  }
}
