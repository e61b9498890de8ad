import Checkpoints
import Kernels
import MemoryCheckpoints
import Quantization
import Synchronization
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("What is found of whole tensors")
struct WholeTensorPayloadTests {
  private static let elements = 3 * ChunkList.tileElements

  /// Blocks of zeros, as codecs write them, or under a scale of one.
  private static func zeros(_ type: ElementType, isScaled: Bool) -> [UInt8]? {
    var block: [UInt8]
    switch type {
    case .q8_1, .q8_K, .iq1_m, .iq1_s, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s:
      if isScaled && ![.q8_1, .q8_K].contains(type) { return nil }
      block = [UInt8](repeating: 0, count: type.blockBytes)
      if isScaled { block[1] = 0x3C }
    case _ where type.kind == .quantized:
      // No power of two and no sign of Q1_0 is zero.
      if isScaled && [.q1_0, .iq4_nl, .iq4_xs].contains(type) { return nil }
      block = encoded([Float](repeating: 0, count: type.blockLength), as: type)
      guard isScaled, let scale = type.scaleField else { break }
      if scale.encoding == .binary16 { block[scale.offset + 1] = 0x3C } else { block[scale.offset] = 0x40 }
      // Codes of zeros are those of the smallest weights in these.
      if [.q4_0, .q5_0, .q6_K, .q3_K].contains(type) { return nil }
    case .f8_E8M0: return nil
    default:
      if isScaled && [.f8_E4M3FNUZ, .f8_E5M2FNUZ, .f6_E2M3, .f6_E3M2].contains(type) { return nil }
      block = [UInt8](repeating: 0, count: type.blockBytes)
      // Of floats, the negative zero.
      if isScaled { block[type.blockBytes - 1] = 0x80 }
    }
    return Array(repeatElement(block, count: elements / type.blockLength).joined())
  }

  @Test("A tensor of zeros is found, and not one with a weight at its end", arguments: PayloadPassTests.types)
  func zeros(_ type: ElementType) throws {
    for isScaled in [false, true] {
      guard var payload = Self.zeros(type, isScaled: isScaled) else { continue }
      let dimensions = [Self.elements / 256, 256]
      let source = MemorySource("zeros", type, dimensions, payload: payload)
      for kernels in [KernelSet.scalar, .fastest] {
        #expect(try PayloadPassTests.observe(source, kernels).tensors.map(\.magnitude) == [.zero], "\(isScaled)")
      }
      let found = try PayloadPassTests.findings(source)
      #expect(found.map(\.rule.id) == ["GGUF-P008"], "\(found)")
      #expect(found.first?.message == "all 49,152 weights are zero")

      let good = GoodPayload.bytes(type, elements: 256, seed: 631)
      payload.replaceSubrange((payload.count - good.count)..., with: good)
      #expect(try PayloadPassTests.findings(MemorySource("a", type, dimensions, payload: payload)).isEmpty)
    }
  }

  @Test("One weight in any chunk is enough")
  func chunks() throws {
    let chunk = ChunkList.chunkElements
    for place in [0, chunk - 1, chunk, 2 * chunk, 2 * chunk + 255] {
      var payload = [UInt8](repeating: 0, count: 2 * (2 * chunk + 256))
      #expect(
        try PayloadPassTests.findings(MemorySource("a", .f16, [2 * chunk + 256], payload: payload)).map(\.rule.id)
          == ["GGUF-P008"])
      payload[2 * place + 1] = 0x3C
      #expect(try PayloadPassTests.findings(MemorySource("a", .f16, [2 * chunk + 256], payload: payload)).isEmpty)
    }
  }

  @Test("Floats that are all subnormal are noted, and not where one is not, nor zeros")
  func subnormal() throws {
    let patterns: [(ElementType, subnormal: [UInt8], normal: [UInt8])] = [
      (.f32, [0xFF, 0xFF, 0x7F, 0x80], [0, 0, 0x80, 0]), (.f16, [0xFF, 0x83], [0, 4]), (.bf16, [1, 0], [0x80, 0x80]),
      (.f64, [0, 0, 0, 0, 0, 0, 0x0F, 0], [0, 0, 0, 0, 0, 0, 0x10, 0]), (.f8_E4M3, [0x87], [0x08]),
      (.f8_E5M2, [3], [0x84]),
    ]
    for (type, subnormal, normal) in patterns {
      var numbers = [UInt8](repeating: 0, count: 100 * subnormal.count)
      numbers.replaceSubrange((70 * subnormal.count)..<(71 * subnormal.count), with: subnormal)
      var found = try PayloadPassTests.findings(MemorySource("a", type, [100], payload: numbers))
      #expect(found.map(\.rule.id) == ["GGUF-P009"] && found.map(\.severity) == [.note], "\(type)")
      #expect(found.first?.message == "all 100 weights are subnormal or zero")
      numbers.replaceSubrange((99 * subnormal.count)..., with: normal)
      found = try PayloadPassTests.findings(MemorySource("a", type, [100], payload: numbers))
      #expect(found.isEmpty, "\(type)")
    }
  }

  @Test("A big-endian payload has the findings of the same payload in little-endian", arguments: PayloadPassTests.types)
  func bigEndian(_ type: ElementType) throws {
    let good = GoodPayload.bytes(type, elements: 1024, seed: 632)
    let damages: [Damage?] = [nil] + Damage.all.filter { $0.type == type }
    for damage in damages {
      var little = good
      damage?.apply(toBlock: 1, of: &little)
      // Turned as `gguf_convert_endian.py` does it.
      var big = little
      for (offset, width) in Self.numbers(of: type) {
        for block in 0..<(1024 / type.blockLength) {
          let start = block * type.blockBytes + offset
          big.replaceSubrange(start..<(start + width), with: big[start..<(start + width)].reversed())
        }
      }
      let found = try [(ByteOrder.little, little), (.big, big)].map { order, payload in
        try PayloadPassTests.findings(
          MemorySource([.init(name: "a", type: type, dimensions: [4, 256], byteOrder: order, payload: payload)]))
      }
      #expect(found[0] == found[1], "seed 632, \(damage?.description ?? "good")")
      #expect(found[0].isEmpty == (damage == nil))
    }
  }

  /// Where numbers of several bytes stand in a block that rules look at.
  private static func numbers(of type: ElementType) -> [(Int, Int)] {
    switch type {
    case .f32: [(0, 4)]
    case .c64: [(0, 4), (4, 4)]
    case .f64: [(0, 8)]
    case .f16, .bf16, .q4_0, .q5_0, .q8_0, .iq4_nl, .iq4_xs, .q1_0, .q2_0, .nf4: [(0, 2)]
    case .iq1_s, .iq2_xxs, .iq2_xs, .iq2_s, .iq3_xxs, .iq3_s: [(0, 2)]
    case .q4_1, .q5_1, .q8_1, .q4_K, .q5_K: [(0, 2), (2, 2)]
    case .q2_K: [(80, 2), (82, 2)]
    case .q3_K: [(108, 2)]
    case .q6_K: [(208, 2)]
    case .tq1_0: [(52, 2)]
    case .tq2_0: [(64, 2)]
    case .iq1_m: [(48, 2), (50, 2), (52, 2), (54, 2)]
    case .q8_K: [(0, 4)] + (0..<16).map { (260 + 2 * $0, 2) }
    default: []
    }
  }

  @Test("Integers and tensors without elements are not read")
  func nothing() throws {
    let source = MemorySource([
      .init(name: "a", type: .i32, dimensions: [4], payload: [UInt8](repeating: 0, count: 16)),
      .init(name: "b", type: .bool, dimensions: [4], payload: [7, 7, 7, 7]),
      .init(name: "c", type: .f32, dimensions: [0, 4], payload: []),
      .init(name: "d", type: .f32, dimensions: [1], payload: [0, 0, 0, 0]),
    ])
    #expect(PayloadPass(source: source, tensors: source.tensors, threads: 1).workBytes == 4)
    #expect(try PayloadPassTests.findings(source).map(\.message) == ["the only weight is zero"])
  }

  @Test("A description whose bytes do not fit its shape is read as far as both go")
  func mistaken() throws {
    let source = MemorySource("a", .q8_0, [2, 64], payload: [UInt8](repeating: 0, count: 136))
    for (dimensions, byteCount) in [
      ([2, 33], 34), ([1, 31], 34), ([2, 64], 100), ([2, 64], 0), ([1 << 20, 64], 136),
    ] {
      let tensor = TensorDescription(
        name: "a", elementType: .q8_0, shape: shape(dimensions), offset: 0, byteCount: byteCount)
      let found = try PayloadPass(source: source, tensors: [tensor], threads: 2).run()
      #expect(found.tensors.count == (byteCount == 0 || dimensions == [1, 31] ? 0 : 1))
    }
  }

  @Test("Cancelling ends the pass")
  func cancelled() {
    let source = MemorySource("a", .f32, [1 << 19], payload: [UInt8](repeating: 0, count: 4 << 19))
    #expect(throws: StreamFailure.self) {
      try PayloadPass(source: source, tensors: source.tensors, threads: 2).run(isCancelled: { true })
    }
  }

  @Test("Progress is told of every byte")
  func progress() throws {
    let source = MemorySource("a", .f16, [3, 100_000], payload: [UInt8](repeating: 1, count: 600_000))
    let pass = PayloadPass(source: source, tensors: source.tensors, threads: 3)
    let told = Told()
    _ = try pass.run(progress: { bytes, name in told.add(name == "a" ? bytes : 0) })
    #expect(told.bytes == pass.workBytes && pass.workBytes == 600_000)
  }
}

private final class Told: Sendable {
  private let total = Mutex(0)
  func add(_ bytes: Int) { total.withLock { $0 += bytes } }
  var bytes: Int { total.withLock { $0 } }
}
