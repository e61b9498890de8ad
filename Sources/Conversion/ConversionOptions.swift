public import GGUF
public import Hessians
public import Importance
public import Quantization
public import Recipes
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
    /// Infinities, and finite values beyond what is safe for any block of the type by the method (`largestMagnitude`),
    /// become that magnitude with their sign; NaN stops the conversion.
    case clamp
  }

  /// What tensors become that no rule names otherwise.
  public var target: QuantizationTarget
  /// The type of every tensor that it fits, where no preset holds.
  public var type: ElementType { target.elementType }
  /// Whether a source that is a model of an architecture is quantized as llama-quantize would do it: the target's rules
  /// choose types, tensors that they leave alone keep theirs, and the metadata stays as it is. Otherwise the file is a
  /// container of tensors.
  public var usesArchitecture = false
  /// Whether the preset's rules are left aside: every tensor that may be quantized gets one type.
  public var isPure = false
  /// The type of the output, of a model with an architecture.
  public var outputType: ElementType?
  /// The type of the token embedding, of a model with an architecture.
  public var embeddingType: ElementType?
  /// The first rule that matches decides.
  public var rules: [TypeRule] = []
  /// Decides where no rule matches.
  public var recipe: Recipe?
  /// The type of tensors that are not quantized: 1-D ones, norms, and those whose rows do not divide into blocks. nil for
  /// F32, and for the source's type in a model with an architecture.
  public var unquantizedType: ElementType?
  /// Tensors of these names are left out.
  public var excludes: (String) -> Bool = { _ in false }
  /// The name that a tensor has in the output, by its name in the source; everything else here goes by the latter.
  public var outputName: (String) -> String = { $0 }
  /// Whether a tensor that is quantized already may be quantized again.
  public var allowsRequantizing = false
  public var nonFinite = NonFinitePolicy.error
  /// How scales and codes are chosen, of types that have more than the reference's way.
  public var method = QuantizationMethod.reference
  /// What errors in the columns of tensors count for; nil where all count alike.
  public var importance: ImportanceMatrix?
  /// Of which tensors errors are fed back; nil for none.
  public var hessians: HessianFile?
  /// How.
  public var feedback = ErrorFeedback()
  /// What the source's channels were scaled by, where it is a ``ScaledSource``.
  public var channelScales: ChannelScales?
  /// How the output is split; nil for one file.
  public var split: SplitLayout.Split?

  public init(type: ElementType) { target = QuantizationTarget(type) }

  public init(target: QuantizationTarget) { self.target = target }

  /// The type that the user gives a tensor; `isAlone` where its whole name was meant.
  func named(_ tensor: TensorDescription) -> (type: ElementType, isAlone: Bool)? {
    if let rule = rules.first(where: { $0.matches(tensor.name) }) { return (rule.type, false) }
    return recipe?.type(for: tensor.name, tensor.shape)
  }
}
