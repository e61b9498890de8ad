package import Kernels
package import Quantization
internal import TensorCore

extension IntegerRow {
  /// Takes whole blocks apart: with the kernel, or with the scalar code where there is none that does.
  ///
  /// - Parameter kernel: That of the blocks' type.
  package mutating func unpack(_ blocks: Span<UInt8>, of type: any IntegerCoded.Type, with kernel: Kernel?) {
    if let kernel, kernel.unpacks {
      kernel.unpack(blocks, into: &self)
      return
    }
    let (length, size) = (type.elementType.blockLength, type.elementType.blockBytes)
    prepare(columns: blocks.count / size * length)
    for number in 0..<(blocks.count / size) {
      let block = type.unpack(blocks.extracting((number * size)..<((number + 1) * size)))
      for i in 0..<length { set(block.codes[i], at: number * length + i) }
      for sub in 0..<(length / 16) {
        set(step: block.steps[sub], offset: block.offsets[sub], ofGroup: number * (length / 16) + sub)
      }
    }
  }
}
