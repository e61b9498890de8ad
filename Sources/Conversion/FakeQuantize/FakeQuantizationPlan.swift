internal import Quantization
public import Safetensors
public import TensorCore

/// All that a fake quantization will do, computed from headers alone: which tensors pass through the type and which stay as
/// they are, and where every byte of the safetensors files will stand. formats/fake-quantize.md.
public struct FakeQuantizationPlan: Sendable {
  /// A tensor, of the name, dtype and shape that it has in the source.
  public struct Tensor: Sendable {
    public let source: TensorDescription
    /// The type that its weights are quantized to and decoded from; nil where it stays as it is.
    public let through: ElementType?
    /// Why it does; nil where it does not.
    public let kept: KeptReason?
    public let place: ShardedLayout.Place
  }

  /// Why a tensor stays as it is.
  public enum KeptReason: Sendable, Hashable {
    /// A conversion would not quantize it.
    case rule(TypeChoice.Reason)
    /// The user named it.
    case named
    /// Floats of less than a byte, and complex numbers.
    case packed
    case empty
  }

  /// In the order of the source's data, in which they fill the files.
  public let tensors: [Tensor]
  /// The `__metadata__` of each file: the source's.
  public let metadata: [(key: String, value: String)]
  public let layout: ShardedLayout

  /// Plans a fake quantization.
  ///
  /// - Parameters:
  ///   - source: The checkpoint, of floats: blocks have no place in a safetensors file.
  ///   - name: What the checkpoint is called in errors: the path that the user gave.
  ///   - fileName: Of the output, ``ShardedLayout/init(name:maximumShardSize:metadata:tensors:)``.
  ///   - options: What was asked for.
  /// - Throws: ``SourceError/invalid(path:_:)`` with a ``ConversionError`` or a `SafetensorsLayoutError`.
  public init(
    source: any TensorSource, name: String, fileName: String, options: FakeQuantizationOptions
  ) throws(SourceError) {
    var decisions: [(through: ElementType?, kept: KeptReason?)] = []
    do throws(ConversionError) {
      if source.tensors.isEmpty { throw .noTensors }
      for tensor in source.tensors { decisions.append(try Self.decide(tensor, options)) }
    } catch {
      throw .invalid(path: name, error)
    }
    let metadata = Self.metadata(source)
    let layout: ShardedLayout
    do throws(SafetensorsLayoutError) {
      layout = try ShardedLayout(
        name: fileName, maximumShardSize: options.maximumShardSize, metadata: metadata,
        tensors: source.tensors.map { .init(name: $0.name, elementType: $0.elementType, shape: $0.shape) })
    } catch {
      throw .invalid(path: name, error)
    }
    tensors = source.tensors.indices.map { index in
      Tensor(
        source: source.tensors[index], through: decisions[index].through, kept: decisions[index].kept,
        place: layout.places[index])
    }
    self.layout = layout
    self.metadata = metadata
  }

  private static func decide(
    _ tensor: TensorDescription, _ options: FakeQuantizationOptions
  ) throws(ConversionError) -> (through: ElementType?, kept: KeptReason?) {
    let type = tensor.elementType
    if type.kind == .quantized { throw .blocksNotInSafetensors(tensor: tensor.name, type: type) }
    if options.keeps(tensor.name) { return (nil, .named) }
    if tensor.shape.elementCount == 0 { return (nil, .empty) }
    if type.kind == .packed { return (nil, .packed) }
    let choice = try options.conversion.choice(for: tensor)
    if let reason = choice.reason { return (nil, .rule(reason)) }
    if type.codec == nil { throw .roundingNotSupported(tensor: tensor.name, type: type) }
    return (choice.target, nil)
  }

  /// That of a safetensors checkpoint as it is, of several files the first value of each key; else what a file decoded from
  /// the source would have.
  private static func metadata(_ source: any TensorSource) -> [(key: String, value: String)] {
    if let file = source as? SafetensorsFile { return file.metadata }
    guard let shards = source as? ShardedSafetensors else { return DequantizationPlan.metadata(source) }
    var keys: Set<ExactString> = []
    return shards.metadata.filter { keys.insert(ExactString($0.key)).inserted }
  }
}
