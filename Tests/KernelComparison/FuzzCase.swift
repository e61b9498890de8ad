public import TensorCore
import TestSupport

/// Weights, their importance and blocks that a string of bytes describes: any bytes describe some.
///
///     0      the type, by its id in GGUF (the last byte of NF4's); a byte that is no type's stands for one of all
///     1      how many blocks
///     2-5    the seed of what the rest does not say
///     6      how many times as long every run is
///     7      the scale of weights that the rest does not say, a power of two
///     8-     commands for the weights, commands for the importance, the bytes of blocks
///
/// A command is a byte, of which the low three bits say what and the others how long, and its operands.
public struct FuzzCase {
  public let type: ElementType
  /// Finite, and whole blocks of them.
  public let weights: [Float]
  /// As many, finite, at least 0.
  public let importance: [Float]
  /// As many blocks, of any bytes.
  public let blocks: [UInt8]

  /// - Parameter types: What byte 0 may stand for; not empty.
  public init?(_ bytes: [UInt8], types: [ElementType] = KernelUnderTest.types) {
    var input = Input(bytes)
    let key = input.byte()
    guard
      let type = types.first(where: { Self.key($0) == key }) ?? (types.isEmpty ? nil : types[Int(key) % types.count])
    else { return nil }
    let count = 1 + Int(input.byte()) % (type.blockLength < 256 ? 70 : 9)
    let seed = UInt64(input.word())
    var weights = Weights(
      count: count * type.blockLength, stretch: 1 << (input.byte() % 6), exponent: input.exponent(),
      random: SeededGenerator(seed: seed))
    self.type = type
    self.weights = weights.read(&input)
    importance = weights.read(&input).map(abs)
    var random = SeededGenerator(seed: seed &+ 1)
    blocks = (0..<(count * type.blockBytes)).map { _ in
      input.isEmpty ? UInt8(truncatingIfNeeded: random.next()) : input.byte()
    }
  }

  /// Byte 0 for a type: it stays when types come and go.
  public static func key(_ type: ElementType) -> UInt8 {
    switch type {
    case .f8_E4M3: 0xE4
    case .f8_E5M2: 0xE5
    case .f8_E8M0: 0xE8
    default: UInt8(truncatingIfNeeded: type.traits.ggufID ?? 0xFF)
    }
  }

  /// Where the kernels of all sets differ from the scalar code: in what they encode, and in what they decode both from
  /// that and from the case's own blocks.
  public func differences() -> [String] {
    var differences: [String?] = []
    let kernels = KernelUnderTest.all(of: type)
    guard let decoder = type.decoder else { return [] }
    var encoded = blocks
    if let codec = type.codec {
      let expected = Scalar.blocks(codec, of: weights)
      encoded = expected
      for kernel in kernels where kernel.kernel.encodes {
        differences.append(kernel.encodingDifference(weights, expected))
      }
    }
    if let codec = kernels.first?.importanceCodec {
      let expected = Scalar.blocks(codec, ofRow: weights, importance: importance)
      for kernel in kernels where kernel.kernel.weighsImportance {
        differences.append(kernel.encodingDifference(row: weights, importance: importance, expected))
      }
    }
    if let codec = type.searchCodec {
      for importance in [nil, importance] {
        let expected = Scalar.searched(codec, weights, importance: importance)
        for kernel in kernels where kernel.kernel.searches {
          differences.append(kernel.searchDifference(weights, importance: importance, expected))
        }
      }
    }
    for blocks in [encoded, blocks] {
      let expected = Scalar.weights(decoder, of: blocks)
      differences += kernels.map { $0.decodingDifference(blocks, expected) }
    }
    return differences.compactMap { $0 }
  }
}

/// Bytes that are read one by one; zeros follow the last.
private struct Input {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isEmpty: Bool { rest.isEmpty }
  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }
  mutating func word() -> UInt32 { (0..<4).reduce(0) { word, i in word | UInt32(byte()) << UInt32(8 * i) } }
  mutating func half() -> UInt16 { UInt16(byte()) | UInt16(byte()) << 8 }
  /// Of a power of two that binary32 holds.
  mutating func exponent() -> Int { max(-126, Int(Int8(bitPattern: byte()))) }
  mutating func float() -> Float { finite(Float(bitPattern: word())) }
}

/// Reads commands until there are enough weights.
private struct Weights {
  let count: Int
  let stretch: Int
  let exponent: Int
  var random: SeededGenerator

  mutating func read(_ input: inout Input) -> [Float] {
    var weights: [Float] = []
    weights.reserveCapacity(count)
    while weights.count < count {
      if input.isEmpty {
        weights.append(finite(random.gaussian() * power(exponent)))
      } else {
        let command = input.byte()
        run(command & 7, length: (1 + Int(command >> 3)) * stretch, &input, &weights)
      }
    }
    return Array(weights.prefix(count))
  }

  private mutating func run(_ what: UInt8, length: Int, _ input: inout Input, _ weights: inout [Float]) {
    switch what {
    case 0:  // Any numbers.
      for _ in 0..<length where !input.isEmpty { weights.append(input.float()) }
    case 1:  // One number.
      weights += Array(repeating: input.float(), count: length)
    case 2:  // Gaussian numbers of a size.
      let scale = power(input.exponent())
      for _ in 0..<length { weights.append(finite(random.gaussian() * scale)) }
    case 3:  // Whole numbers and halves, times a power of two.
      let scale = power(input.exponent())
      for _ in 0..<length where !input.isEmpty {
        weights.append(finite(Float(Int8(bitPattern: input.byte())) / 2 * scale))
      }
    case 4:  // Numbers at which something ends.
      for _ in 0..<length where !input.isEmpty {
        let byte = Int(input.byte())
        let value = specialValues[byte / 2 % specialValues.count]
        weights.append(byte % 2 == 0 ? value : -value)
      }
    case 5:  // A ramp.
      let (start, step) = (input.float(), input.float())
      for i in 0..<length { weights.append(finite(start + Float(i) * step)) }
    case 6:  // The last numbers again, times a number.
      let factor = input.float()
      let last = weights.suffix(32)
      guard !last.isEmpty else { return weights.append(factor) }
      for i in 0..<length { weights.append(finite(last[last.startIndex + i % last.count] * factor)) }
    default:  // Numbers that half precision holds.
      for _ in 0..<length where !input.isEmpty { weights.append(finite(Binary16.value(input.half()))) }
    }
  }
}

private let specialValues: [Float] = [
  0, 0.25, 0.5, 0.75, 1, 1.5, 2.5, 3.5, 6, 7, 7.5, 8, 15, 15.5, 16, 31, 63, 126.5, 127, 128, 448, 65_504, 65_519,
  65_520,
  0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-14, 0x1p-126, 0x1p-127, 0x1p-128, 0x1p-149, 0x1p-148,
  Float.leastNormalMagnitude.nextDown, 127 * 0x1p-128,
  8 * 0x1p-128, 0x1p21, 0x1p22, 0x1p23, 0x1p31, 0x1p63, 0x1p64, 1e30, 0x1p127, .greatestFiniteMagnitude, 1e-30, 1e-20,
  0.49999997, 0.50000006, 0.99999994, 1.0000001,
]

/// The number, or a finite one with the same other bits.
private func finite(_ value: Float) -> Float {
  value.isFinite ? value : Float(bitPattern: value.bitPattern & 0xBFFF_FFFF)
}

private func power(_ exponent: Int) -> Float { Float(sign: .plus, exponent: exponent, significand: 1) }
