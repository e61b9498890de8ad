public import TensorCore

/// What an inference engine does with activations before it multiplies a matrix with them.
///
/// ggml converts them to the `vec_dot_type` of the matrix' type (`type_traits_cpu` in ggml-cpu.c).
public enum ActivationForm: Sendable, Hashable {
  /// Rounded to a float type: F16 for weights of F16, BF16 for those of BF16, F32 as they are.
  case float(ElementType)
  /// Quantized in blocks to Q8_0, Q8_1 or Q8_K, and multiplied with integers.
  case integers(ElementType)
  /// Quantized to Q8_0, then decoded, and multiplied with decoded weights: for NF4, which ggml does not have.
  case decoded
}

extension ElementType {
  /// The form of activations beside weights of this type; nil for types of which ggml multiplies no matrix, and those
  /// whose blocks cannot be decoded.
  public var activationForm: ActivationForm? {
    if let type = integerCoded { return .integers(type.activationType) }
    return switch self {
    case .f32, .f16, .bf16: .float(self)
    case .nf4: .decoded
    default: nil
    }
  }
}

/// Activations in floats, as they are when they are multiplied.
public enum RoundedActivations {
  /// Rounds vectors of activations.
  ///
  /// - Parameters:
  ///   - activations: Vectors of `columns` values each, one behind the other.
  ///   - form: With ``ActivationForm/decoded``, `columns` is a multiple of 32.
  /// - Returns: As many values; infinity beyond the range of F16. nil where `form` is ``ActivationForm/integers(_:)``.
  public static func values(_ activations: Span<Float>, form: ActivationForm) -> [Float]? {
    var values: [Float] = []
    values.reserveCapacity(activations.count)
    switch form {
    case .integers: return nil
    case .float(.f16): for i in 0..<activations.count { values.append(Binary16.value(Binary16.bits(activations[i]))) }
    case .float(.bf16): for i in 0..<activations.count { values.append(BFloat16.value(BFloat16.bits(activations[i]))) }
    case .float: for i in 0..<activations.count { values.append(activations[i]) }
    case .decoded:
      values = Array(repeating: 0, count: activations.count)
      var blocks = [UInt8](repeating: 0, count: activations.count / 32 * 34)
      var bytes = blocks.mutableSpan
      Q8_0Codec.encode(activations, into: &bytes)
      var decoded = values.mutableSpan
      Q8_0Codec.decode(blocks.span, into: &decoded)
    }
    return values
  }
}
