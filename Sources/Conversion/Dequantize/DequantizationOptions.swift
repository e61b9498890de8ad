public import TensorCore

/// What a user asks of a dequantization.
public struct DequantizationOptions {
  /// The types that weights can be decoded to.
  public static let types: [ElementType] = [.f32, .f16, .bf16]

  /// The type of all weights, one of ``types``; integers keep theirs.
  public var type = ElementType.f32
  /// Tensors of these names are left out.
  public var excludes: (String) -> Bool = { _ in false }
  /// The name that a tensor has in the output, by its name in the source.
  public var outputName: (String) -> String = { $0 }
  /// The most bytes of tensors in a file; nil for one file.
  public var maximumShardSize: Int?
  /// What becomes of NaN and infinities, and of weights beyond the type's range.
  public var nonFinite = ConversionOptions.NonFinitePolicy.error

  public init() {}
}
