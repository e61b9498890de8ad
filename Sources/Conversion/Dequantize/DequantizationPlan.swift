internal import GGUF
internal import Quantization
public import Safetensors
public import TensorCore

/// All that a dequantization will do, computed from headers alone: which tensor becomes what, and where every byte of the
/// safetensors files will stand.
public struct DequantizationPlan: Sendable {
  /// A tensor that is decoded, or copied where it holds integers.
  public struct Tensor: Sendable {
    public let source: TensorDescription
    /// As the output has it.
    public let name: String
    public let target: ElementType
    public let place: ShardedLayout.Place
  }

  /// In the order of the source's data, in which they fill the files.
  public let tensors: [Tensor]
  /// Names of tensors that the user left out.
  public let excludedTensors: [String]
  /// The `__metadata__` of each file.
  public let metadata: [(key: String, value: String)]
  public let layout: ShardedLayout

  /// Plans a dequantization.
  ///
  /// - Parameters:
  ///   - source: The checkpoint.
  ///   - name: What the checkpoint is called in errors: the path that the user gave.
  ///   - fileName: Of the output, ``ShardedLayout/init(name:maximumShardSize:metadata:tensors:)``.
  ///   - options: What was asked for.
  /// - Throws: ``SourceError/invalid(path:_:)`` with a ``ConversionError`` or a `SafetensorsLayoutError`.
  public init(
    source: any TensorSource, name: String, fileName: String, options: DequantizationOptions
  ) throws(SourceError) {
    var chosen: [(source: TensorDescription, name: String, target: ElementType)] = []
    var names: [ExactString: String] = [:]
    var excluded: [String] = []
    do throws(ConversionError) {
      for tensor in source.tensors {
        if options.excludes(tensor.name) {
          excluded.append(tensor.name)
          continue
        }
        let outputName = options.outputName(tensor.name)
        if let other = names.updateValue(tensor.name, forKey: ExactString(outputName)) {
          throw .nameTaken(tensor: tensor.name, other: other, name: outputName)
        }
        chosen.append((tensor, outputName, try Self.target(of: tensor, options.type)))
      }
      if chosen.isEmpty {
        throw source.tensors.isEmpty ? .noTensors : .allTensorsLeftOut(count: source.tensors.count)
      }
    } catch {
      throw .invalid(path: name, error)
    }
    let metadata = Self.metadata(source)
    let layout: ShardedLayout
    do throws(SafetensorsLayoutError) {
      layout = try ShardedLayout(
        name: fileName, maximumShardSize: options.maximumShardSize, metadata: metadata,
        tensors: chosen.map { .init(name: $0.name, elementType: $0.target, shape: $0.source.shape) })
    } catch {
      throw .invalid(path: name, error)
    }
    tensors = zip(chosen, layout.places).map { chosen, place in
      Tensor(source: chosen.source, name: chosen.name, target: chosen.target, place: place)
    }
    excludedTensors = excluded
    self.metadata = metadata
    self.layout = layout
  }

  private static func target(
    of tensor: TensorDescription, _ wanted: ElementType
  ) throws(ConversionError) -> ElementType {
    let type = tensor.elementType
    if type.kind == .integer { return type }
    if type.decoder == nil || type.kind == .packed { throw .typeNotDequantizable(tensor: tensor.name, type: type) }
    if type.kind == .quantized && tensor.byteOrder == .big {
      throw .byteOrderNotSupported(tensor: tensor.name, type: type)
    }
    return wanted
  }

  /// That of a safetensors file, or what a GGUF file says of the model in strings; and `format`, without which
  /// transformers does not load a file.
  static func metadata(_ source: any TensorSource) -> [(key: String, value: String)] {
    var metadata: [(key: String, value: String)] = []
    if let file = source as? SafetensorsFile {
      metadata = file.metadata
    } else if let file = source as? any GGUFSource {
      for entry in file.metadata.entries where entry.key.hasPrefix("general.") {
        if case .string(let value) = entry.value { metadata.append((entry.key, value)) }
      }
    }
    return metadata.contains { $0.key == "format" } ? metadata : [("format", "pt")] + metadata
  }
}
