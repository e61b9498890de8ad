import Kernels
import MemoryCheckpoints
import Quantization
import TensorCore
import TestSupport

/// Data in which nothing is wrong.
enum GoodPayload {
  /// Blocks of seeded weights, as their codec writes them; of types without a codec zeros under scales of one, or numbers
  /// near one. A few dozen blocks, again and again.
  static func bytes(_ type: ElementType, elements: Int, seed: UInt64) -> [UInt8] {
    let period = min(elements, 32 * type.blockLength)
    let few = someBlocks(type, elements: period, seed: seed)
    var bytes: [UInt8] = []
    let size = elements / type.blockLength * type.blockBytes
    bytes.reserveCapacity(size + few.count)
    while bytes.count < size { bytes += few }
    return Array(bytes.prefix(size))
  }

  private static func someBlocks(_ type: ElementType, elements: Int, seed: UInt64) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    let weights = (0..<elements).map { _ in random.gaussian() * 0.02 }
    switch type {
    case .q8_1: return encoded(weights, Q8_1Codec.self)
    case .q8_K: return encoded(weights, Q8_KCodec.self)
    case .f64: return payload(of: weights, as: .f64)
    case .f8_E4M3, .f8_E8M0, .f8_E4M3FNUZ: return weights.map { _ in UInt8.random(in: 0x30...0x40, using: &random) }
    case .f8_E5M2, .f8_E5M2FNUZ: return weights.map { _ in UInt8.random(in: 0x38...0x40, using: &random) }
    case .f4, .f6_E2M3, .f6_E3M2:
      return (0..<(elements / type.blockLength * type.blockBytes)).map { _ in UInt8.random(in: 1...255, using: &random)
      }
    case .c64: return weights.flatMap { payload(of: [$0, -$0], as: .f32) }
    case .iq1_m: return blocks(type, elements, of: [49: 0x00, 51: 0x00, 53: 0xC0, 55: 0x30])
    case .iq1_s, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s: return blocks(type, elements, of: [1: 0x3C])
    default:
      // In a test's build the scalar codecs of superblocks take seconds.
      guard let kernel = KernelSet.fastest.kernel(for: type) else { return payload(of: weights, as: type) }
      var bytes = [UInt8](repeating: 0, count: elements / type.blockLength * type.blockBytes)
      var span = bytes.mutableSpan
      kernel.encode(weights.span, into: &span)
      return bytes
    }
  }

  private static func blocks(_ type: ElementType, _ elements: Int, of bytes: [Int: UInt8]) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: type.blockBytes)
    for (offset, byte) in bytes { block[offset] = byte }
    return Array(repeatElement(block, count: elements / type.blockLength).joined())
  }

  private static func encoded<Encoder: BlockEncoder>(_ weights: [Float], _ encoder: Encoder.Type) -> [UInt8] {
    let type = encoder.elementType
    var bytes = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
    var span = bytes.mutableSpan
    encoder.encode(weights.span, into: &span)
    return bytes
  }
}
