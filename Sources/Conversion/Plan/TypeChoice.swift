internal import GGUF
internal import Quantization
public import Recipes
public import TensorCore

/// What becomes of one tensor.
public struct TypeChoice: Sendable, Hashable {
  /// Why a tensor has another type than the one asked for.
  public enum Reason: Sendable, Hashable {
    /// One row only: biases, the weights of norms.
    case oneDimensional
    /// The weights of a norm, by its name.
    case norm
    /// Rows do not divide into the blocks of the type asked for.
    case rowsDoNotDivide(into: ElementType)
    /// The same, and the tensor has got the type next to it.
    case fallback(from: ElementType)
    /// Presets never quantize it, by its name.
    case neverQuantized
    /// The preset gives tensors of this role, of this layer, another type than most.
    case preset(TensorRole)
    /// Integers and truth values are never quantized.
    case integers
  }

  public let target: ElementType
  /// nil where the target is what was asked for.
  public let reason: Reason?
}

extension ConversionOptions {
  /// The type for a tensor, by its name, type and shape alone.
  ///
  /// - Throws: ``ConversionError`` where the tensor cannot be converted.
  func choice(for tensor: TensorDescription) throws(ConversionError) -> TypeChoice {
    switch tensor.elementType.kind {
    case .integer: return TypeChoice(target: try integerTarget(tensor), reason: .integers)
    case .packed: throw .typeHasNoCounterpart(tensor: tensor.name, type: tensor.elementType)
    case .float, .quantized: break
    }
    let choice: TypeChoice
    if let named = named(tensor) {
      choice = fitting(named.type, tensor)
    } else if tensor.shape.dimensions.count <= 1 {
      choice = keeping(tensor, .oneDimensional)
    } else if isNorm(tensor.name) {
      choice = keeping(tensor, .norm)
    } else {
      choice = fitting(type, tensor)
    }
    try check(choice.target, for: tensor)
    return choice
  }

  private func fitting(_ wanted: ElementType, _ tensor: TensorDescription) -> TypeChoice {
    tensor.shape.rowLength % wanted.blockLength == 0
      ? TypeChoice(target: wanted, reason: nil)
      : keeping(tensor, .rowsDoNotDivide(into: wanted))
  }

  /// A tensor that is quantized already keeps its type: widening it would gain nothing.
  private func keeping(_ tensor: TensorDescription, _ reason: TypeChoice.Reason) -> TypeChoice {
    let target = tensor.elementType.kind == .quantized ? tensor.elementType : unquantizedType ?? .f32
    return TypeChoice(target: target, reason: target == type ? nil : reason)
  }

  func check(_ target: ElementType, for tensor: TensorDescription) throws(ConversionError) {
    let source = tensor.elementType
    if source.kind == .quantized {
      if tensor.byteOrder == .big { throw .byteOrderNotSupported(tensor: tensor.name, type: source) }
      guard target != source else { return }
      // Widening to F32 loses nothing.
      guard target == .f32 || allowsRequantizing else {
        throw .quantizedAlready(tensor: tensor.name, type: source, target: target)
      }
    }
    if target.codec == nil { throw .typeNotEncodable(tensor: tensor.name, type: target, source: source) }
    if source.decoder == nil { throw .typeNotDecodable(tensor: tensor.name, type: source) }
  }

  /// ggml has signed integers only: the others become the smallest signed type that holds all their values.
  func integerTarget(_ tensor: TensorDescription) throws(ConversionError) -> ElementType {
    switch tensor.elementType {
    case .i8, .i16, .i32, .i64: tensor.elementType
    case .bool: .i8
    case .u8: .i16
    case .u16: .i32
    case .u32, .u64: .i64
    default: throw .typeHasNoCounterpart(tensor: tensor.name, type: tensor.elementType)
    }
  }

  /// `model.layers.0.input_layernorm.weight`: the part before the last names a norm.
  private func isNorm(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    return parts.count >= 2 && parts[parts.count - 2].lowercased().contains("norm")
  }
}
