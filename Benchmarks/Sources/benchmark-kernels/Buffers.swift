import Glibc
import TensorCore

/// The memory that all contenders work on, in turns.
final class Buffers {
  let rows: Rows
  let weights: UnsafeMutablePointer<Float>
  let decoded: UnsafeMutablePointer<Float>
  /// Room for the longest blocks: F32's.
  let blocks: UnsafeMutablePointer<UInt8>
  let otherBlocks: UnsafeMutablePointer<UInt8>
  /// One factor a column.
  let importance: UnsafeMutablePointer<Float>

  /// Seeded Gaussian weights, as those of trained models nearly are, and importance from 2^-6 to 2^6.
  init(rows: Rows) {
    self.rows = rows
    weights = .allocate(capacity: rows.weights)
    decoded = .allocate(capacity: rows.weights)
    blocks = .allocate(capacity: rows.weights * 4)
    otherBlocks = .allocate(capacity: rows.weights * 4)
    importance = .allocate(capacity: rows.length)
    var random = SplitMix64(state: 20_260_101)
    for i in stride(from: 0, to: rows.weights - 1, by: 2) {
      // Box and Muller's transformation.
      let radius = (-2 * log(random.unit())).squareRoot() * 0.02
      let angle = 2 * Double.pi * random.unit()
      weights[i] = Float(radius * cos(angle))
      weights[i + 1] = Float(radius * sin(angle))
    }
    for i in 0..<rows.length { importance[i] = Float(exp2(12 * random.unit() - 6)) }
    // Every page is there before the first measurement.
    decoded.initialize(repeating: 0, count: rows.weights)
    blocks.initialize(repeating: 0, count: rows.weights * 4)
    otherBlocks.initialize(repeating: 0, count: rows.weights * 4)
  }

  func blockBytes(_ type: ElementType, rows count: Int) -> Int {
    count * rows.length / type.blockLength * type.blockBytes
  }

  /// Random blocks of a type that is only decoded. Halves in it are finite: no odd byte has the bit 0x40.
  func fillBlocks(_ type: ElementType) {
    var random = SplitMix64(state: 20_260_102)
    for i in 0..<blockBytes(type, rows: rows.count) {
      let byte = UInt8(truncatingIfNeeded: random.next())
      blocks[i] = i % 2 == 1 || type.blockBytes == 1 ? byte & 0xBF : byte
    }
  }
}

struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Above 0, at most 1.
  mutating func unit() -> Double { (Double(next() >> 11) + 1) * 0x1p-53 }
}
