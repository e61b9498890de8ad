package import Kernels
package import Quantization
package import TensorCore

extension BlockDecoder {
  /// Decodes whole blocks with the kernel of a set, or as the specification does where the set has none for the type;
  /// `weights` has exactly room for all of them.
  package static func decode(_ blocks: Span<UInt8>, with kernels: KernelSet, into weights: inout [Float]) {
    var span = weights.mutableSpan
    if let kernel = kernels.kernel(for: elementType) {
      kernel.decode(blocks, into: &span)
    } else {
      decode(blocks, into: &span)
    }
  }
}

extension ChunkList {
  /// Decodes a tile of a chunk whose blocks are all in `blocks`; `weights` becomes as long as the tile. Nothing where the type
  /// has no decoder.
  package static func decode(
    _ tile: Range<Int>, of blocks: [UInt8], _ type: ElementType, with kernels: KernelSet, into weights: inout [Float]
  ) {
    weights.resize(to: tile.count)
    guard let decoder = type.decoder else { return }
    decoder.decode(blocks.span.extracting(bytes(tile, type)), with: kernels, into: &weights)
  }
}
