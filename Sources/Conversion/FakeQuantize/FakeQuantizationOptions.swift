public import TensorCore

/// What a user asks of a fake quantization.
public struct FakeQuantizationOptions {
  /// Which type the weights of a tensor pass through: what `convert --as-is` would choose for it. Of what else it says,
  /// only ``ConversionOptions/nonFinite`` counts.
  public var conversion: ConversionOptions
  /// Tensors of these names stay as they are, whatever is in them.
  public var keeps: (String) -> Bool = { _ in false }
  /// The most bytes of tensors in a file; nil for one file.
  public var maximumShardSize: Int?

  /// - Parameter type: One that has a codec.
  public init(type: ElementType) { conversion = ConversionOptions(type: type) }
}
