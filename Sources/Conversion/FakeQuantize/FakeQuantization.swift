internal import Checkpoints
public import Kernels
public import Quantization
public import TensorCore

/// Quantizes and decodes weights in place, with the kernels of a set: `BlockCodec.fakeQuantize`, where the contract stands,
/// to the same bits.
///
///     let quantization = FakeQuantization(type: .q4_0)
///     var span = weights.mutableSpan
///     try quantization?.apply(to: &span)
public struct FakeQuantization: Sendable {
  public let type: ElementType
  public let kernels: KernelSet
  private let codec: any BlockCodec.Type

  /// nil for a type that weights cannot be quantized to.
  public init?(type: ElementType, kernels: KernelSet = .fastest) {
    guard let codec = type.codec else { return nil }
    (self.type, self.kernels, self.codec) = (type, kernels, codec)
  }

  /// - Parameter weights: Binary32, finite; whole rows, each a multiple of the type's block length.
  /// - Throws: `FakeQuantizationError`; the weights are then as they were.
  public func apply(to weights: inout MutableSpan<Float>) throws(FakeQuantizationError) {
    guard let kernel = kernels.kernel(for: type), kernel.encodes, weights.count % type.blockLength == 0,
      kernels.allFinite(weights.span)
    else { return try codec.fakeQuantize(&weights) }
    var blocks = [UInt8](repeating: 0, count: ChunkList.bytes(weights.count, type))
    var bytes = blocks.mutableSpan
    kernel.encode(weights.span, into: &bytes)
    if let block = codec.firstNonFiniteBlock(in: blocks.span) {
      throw .outOfRange(weights: (block * type.blockLength)..<((block + 1) * type.blockLength))
    }
    kernel.decode(blocks.span, into: &weights)
  }
}
