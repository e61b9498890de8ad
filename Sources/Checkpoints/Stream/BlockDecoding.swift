package import Kernels
package import Quantization

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
