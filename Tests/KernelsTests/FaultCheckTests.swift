import KernelComparison
import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing

/// The kernels' first look at blocks misses nothing that scalar code finds, and asks for no second look at what codecs write.
@Suite("Kernels find what may be wrong in blocks")
struct FaultCheckTests {
  /// Every type with anything to find but Q8_K, of which no file has blocks.
  static let types = ElementType.allCases.filter { type in
    type.kind != .integer && ![.q8_K, .f6_E2M3, .f6_E3M2, .f4].contains(type)
  }

  /// Types of which the kernels ask for a second look at some blocks in which nothing is wrong.
  private static let suspicious: Set<ElementType> = [.q8_0, .q8_1, .tq1_0, .tq2_0, .q2_0, .mxfp4, .f64]

  private static func isFaulty(_ blocks: [UInt8], _ type: ElementType) -> Bool {
    var faults = BlockFaults()
    faults.find(in: blocks.span, of: type)
    return !faults.isEmpty
  }

  /// What every set says of blocks, which is the same.
  private static func mayBeFaulty(_ blocks: [UInt8], _ type: ElementType, _ note: String) throws -> Bool {
    let answers = try KernelSet.supported.map { set in
      try #require(set.faultCheck(for: type)).mayBeFaulty(blocks.span)
    }
    #expect(Set(answers).count == 1, "\(note): \(answers)")
    return try #require(answers.first)
  }

  @Test("Blocks of any bytes, of every number", arguments: types)
  func anyBytes(_ type: ElementType) throws {
    let seed: UInt64 = 611
    var random = SeededGenerator(seed: seed)
    for count in Array(0...9) + [31, 32, 33, 65, 130] {
      for _ in 0..<6 {
        let blocks = (0..<(count * type.blockBytes)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let mayBe = try Self.mayBeFaulty(blocks, type, "seed \(seed), \(type), \(count) blocks")
        let isFaulty = Self.isFaulty(blocks, type)
        #expect(Self.suspicious.contains(type) ? mayBe || !isFaulty : mayBe == isFaulty, "seed \(seed), \(count)")
      }
    }
  }

  @Test("One byte of any value at any place of blocks in which nothing is wrong", arguments: types)
  func oneByte(_ type: ElementType) throws {
    let count = 2
    // Zeros have neither signs nor high exponents; digits of TQ1_0 are 0 as well.
    var blocks = [UInt8](repeating: 0, count: count * type.blockBytes)
    // A scale that is not zero, so that codes are looked at.
    if let offset = type.scaleField?.offset {
      for block in 0..<count { blocks[block * type.blockBytes + offset] = 1 }
    }
    #expect(try !Self.mayBeFaulty(blocks, type, "\(type)"))
    #expect(!Self.isFaulty(blocks, type))
    var found = 0
    for place in blocks.indices {
      let before = blocks[place]
      // Ends, signs and exponents; of TQ1_0, whose bytes differ, all.
      for value in type == .tq1_0 ? Array(0...255) : [0, 1, 3, 0x14, 0x55, 0x7B, 0x7C, 0x7F, 0x80, 0xC0, 0xFC, 0xFF] {
        blocks[place] = UInt8(value)
        let mayBe = try Self.mayBeFaulty(blocks, type, "\(type), \(value) at \(place)")
        let isFaulty = Self.isFaulty(blocks, type)
        if isFaulty { found += 1 }
        #expect(Self.suspicious.contains(type) ? mayBe || !isFaulty : mayBe == isFaulty, "\(value) at \(place)")
      }
      blocks[place] = before
    }
    // Of numbers of several bytes no single one makes an infinity in zeros.
    let takesTwo: Set<ElementType> = [.f32, .bf16, .c64]
    #expect((found > 0) != takesTwo.contains(type), "\(found)")
  }

  @Test("One number that is not finite, at any place", arguments: [ElementType.f32, .f16, .bf16, .f64, .c64])
  func floats(_ type: ElementType) throws {
    // 1 in each, and an infinity.
    let (one, infinity): ([UInt8], [UInt8]) =
      switch type {
      case .f16: ([0, 0x3C], [0, 0xFC])
      case .bf16: ([0x80, 0x3F], [0x80, 0x7F])
      case .f64: ([0, 0, 0, 0, 0, 0, 0xF0, 0x3F], [0, 0, 0, 0, 0, 0, 0xF0, 0x7F])
      default: ([0, 0, 0x80, 0x3F], [0, 0, 0x80, 0xFF])
      }
    for count in [2, 4, 16, 34, 66, 70] {
      var numbers = Array(repeatElement(one, count: count).joined())
      #expect(try !Self.mayBeFaulty(numbers, type, "\(count)"))
      for place in 0..<count {
        let range = (place * one.count)..<((place + 1) * one.count)
        numbers.replaceSubrange(range, with: infinity)
        #expect(try Self.mayBeFaulty(numbers, type, "\(place) of \(count)"))
        #expect(Self.isFaulty(numbers, type))
        numbers.replaceSubrange(range, with: one)
      }
    }
  }

  @Test("What quantizers write of any weights is at most not finite", arguments: KernelUnderTest.encodedTypes)
  func quantized(_ type: ElementType) throws {
    let kernel = try #require(KernelSet.fastest.kernel(for: type))
    let codec = try #require(type.codec)
    let seed: UInt64 = 612
    let length = max(32, type.blockLength)
    for kind in KernelWeights.allCases {
      for importance in [nil] + (kernel.weighsImportance ? Importances.allCases : []) {
        for row in 0..<4 as Range<UInt64> {
          let weights = kind.weights(2 * length, seed: seed + row)
          var blocks = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
          var span = blocks.mutableSpan
          if let factors = importance?.factors(weights.count, seed: seed + row) {
            kernel.encodeRow(weights.span, importance: factors.span, into: &span)
          } else {
            kernel.encode(weights.span, into: &span)
          }
          var faults = BlockFaults()
          faults.find(in: blocks.span, of: type)
          let isFinite = codec.firstNonFiniteBlock(in: blocks.span) == nil
          for fault in BlockFault.allCases {
            let mayBe = [.scaleNotFinite, .weightNotFinite].contains(fault) && !isFinite
            #expect(
              mayBe || faults[fault].count == 0,
              "seed \(seed + row), \(kind), \(importance.map { "\($0)" } ?? "no importance"): \(fault)")
          }
          if !isFinite { #expect(!faults.isEmpty, "seed \(seed + row), \(kind)") }
        }
      }
    }
  }

  @Test("Only the blocks are read", arguments: KernelSet.supported.map(\.name))
  func bounds(_ name: String) async {
    await #expect(processExitsWith: .success) { [name = name as String] in
      guard let set = KernelSet.named(name) else { return }
      for type in ElementType.allCases {
        guard let check = set.faultCheck(for: type) else { continue }
        for place in GuardedPlace.allCases {
          for count in [0, 1, 2, 3, 7, 31, 32, 33, 64, 65, 255] {
            let blocks = GuardedPages([UInt8](repeating: 0, count: count * type.blockBytes), place)
            _ = check.mayBeFaulty(UnsafeBufferPointer(blocks.elements).span)
          }
        }
      }
    }
  }
}
