public import GGUF
public import TensorCore

/// What a user asks of a conversion.
public struct ConversionOptions {
  /// A rule that gives tensors a type by their names.
  public struct TypeRule {
    /// Whether a tensor of this name is meant.
    public let matches: (String) -> Bool
    public let type: ElementType

    public init(type: ElementType, matches: @escaping (String) -> Bool) {
      self.matches = matches
      self.type = type
    }
  }

  /// What becomes of NaN and infinities in the source, and of values whose scale would overflow.
  public enum NonFinitePolicy: String, Sendable, CaseIterable {
    /// The conversion stops and names the first of them.
    case error
    /// NaN and infinities become 0.
    case zero
    /// Infinities, and finite values beyond the codec's `largestMagnitude`, which is safe for any block of the type,
    /// become that magnitude with their sign; NaN stops the conversion.
    case clamp
  }

  /// The type of every tensor that it fits and no rule names otherwise.
  public var type: ElementType
  /// The first rule that matches decides.
  public var rules: [TypeRule] = []
  /// The type of tensors that are not quantized: 1-D ones, norms, and those whose rows do not divide into blocks.
  public var unquantizedType = ElementType.f32
  /// Tensors of these names are left out.
  public var excludes: (String) -> Bool = { _ in false }
  /// The name that a tensor has in the output, by its name in the source; everything else here goes by the latter.
  public var outputName: (String) -> String = { $0 }
  /// Whether a tensor that is quantized already may be quantized again.
  public var allowsRequantizing = false
  public var nonFinite = NonFinitePolicy.error
  /// How the output is split; nil for one file.
  public var split: SplitLayout.Split?

  public init(type: ElementType) { self.type = type }
}
