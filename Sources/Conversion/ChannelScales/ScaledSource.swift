public import GGUF
internal import Quantization
public import TensorCore

/// A model whose channels are scaled: tensors that are not have their own type and bytes, the others are F32.
public struct ScaledSource: DescribedSource {
  public let tensors: [TensorDescription]
  public let metadata: GGUFMetadata
  public var files: [SourceFile] { base.files }
  public var formatName: String { base.formatName }

  private let base: any TensorSource
  private let scales: ChannelScales
  private let originals: [ExactString: TensorDescription]

  public init(_ base: any TensorSource, _ scales: ChannelScales) {
    (self.base, self.scales) = (base, scales)
    metadata = (base as? any DescribedSource)?.metadata ?? GGUFMetadata()
    var originals: [ExactString: TensorDescription] = [:]
    tensors = base.tensors.map { tensor in
      guard scales.scales(of: tensor.name) != nil, tensor.elementType.kind == .float else { return tensor }
      originals[ExactString(tensor.name)] = tensor
      return TensorDescription(
        name: tensor.name, elementType: .f32, shape: tensor.shape, file: tensor.file, offset: tensor.offset,
        byteCount: tensor.shape.elementCount * 4)
    }
    self.originals = originals
  }

  public func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    guard let original = originals[ExactString(tensor.name)], let (values, divides) = scales.scales(of: tensor.name)
    else {
      return try base.read(tensor, from: start, into: &buffer)
    }
    // Whole elements, the last of them perhaps in part.
    let first = start / 4
    let elements = first..<((start + buffer.count + 3) / 4)
    guard let weights = try FloatTensor.read(elements, of: original, in: base) else { return }
    for (index, weight) in weights.enumerated() {
      let scale = values[(first + index) % values.count]
      let bits = (divides ? weight / scale : weight * scale).bitPattern
      for byte in 0..<4 {
        let place = (first + index) * 4 + byte - start
        if place >= 0 && place < buffer.count { buffer[place] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * byte)) }
      }
    }
  }

  public func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    guard let original = originals[ExactString(tensor.name)] else { return base.prefetch(tensor, bytes) }
    let width = original.elementType.blockBytes
    base.prefetch(original, (bytes.lowerBound / 4 * width)..<((bytes.upperBound + 3) / 4 * width))
  }
}
