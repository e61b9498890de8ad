import Checkpoints
import Kernels
import MemoryCheckpoints
import Quantization
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("What is found in the data of tensors")
struct PayloadPassTests {
  static let types = ElementType.allCases.filter { $0.kind != .integer }
  /// Two chunks.
  static let elements = 2 * ChunkList.chunkElements

  static func observe(_ source: MemorySource, threads: Int = 2, _ kernels: KernelSet = .fastest) throws
    -> PayloadObservations
  {
    try PayloadPass(source: source, tensors: source.tensors, threads: threads, kernels: kernels).run()
  }

  static func findings(_ source: MemorySource) throws -> [ValidationFinding] {
    var findings = FindingList(profile: .strict)
    try observe(source).addFindings(to: &findings)
    return findings.findings
  }

  @Test("Nothing is wrong with what codecs write", arguments: types)
  func good(_ type: ElementType) throws {
    let payload = GoodPayload.bytes(type, elements: Self.elements, seed: 621)
    let source = MemorySource("good", type, [Self.elements / 256, 256], payload: payload)
    // The scalar code takes long in a test's build.
    let few = 2 * ChunkList.tileElements
    let part = MemorySource("part", type, [few], payload: GoodPayload.bytes(type, elements: few, seed: 621))
    for (source, kernels) in [(part, KernelSet.scalar), (source, .generic), (source, .fastest)] {
      let found = try Self.observe(source, kernels).tensors
      #expect(
        found.map(\.magnitude) == [.normal] && found.allSatisfy { $0.faults.isEmpty }, "seed 621, \(kernels.name)")
    }
    #expect(try Self.findings(source).isEmpty)
  }

  /// The number of blocks of the tensor, and places at its ends, at a chunk's, at a tile's, and anywhere.
  private static func places(_ type: ElementType, _ random: inout SeededGenerator) -> [Int] {
    let count = elements / type.blockLength
    let chunk = ChunkList.chunkElements / type.blockLength
    let tile = ChunkList.tileElements / type.blockLength
    return [0, count - 1, chunk - 1, chunk, tile, Int.random(in: 0..<count, using: &random)]
  }

  @Test("One spoilt block is found where it is, on any number of threads, with any kernels", arguments: types)
  func damaged(_ type: ElementType) throws {
    let damages = Damage.all.filter { $0.type == type }
    guard !damages.isEmpty else {
      // Floats of four and six bits are finite, whatever their bits.
      #expect([ElementType.f4, .f6_E2M3, .f6_E3M2].contains(type))
      return
    }
    var random = SeededGenerator(seed: 622)
    let good = GoodPayload.bytes(type, elements: Self.elements, seed: 622)
    let places = Self.places(type, &random)
    let entries = damages.enumerated().map { index, damage in
      var payload = good
      damage.apply(toBlock: places[index % places.count], of: &payload)
      return MemorySource.Entry(
        name: "\(index)", type: type, dimensions: [Self.elements / 256, 256], payload: payload)
    }
    let source = MemorySource(entries)
    let found = try Self.observe(source).tensors
    for (index, damage) in damages.enumerated() {
      let faults = found[index].faults
      let place = places[index % places.count]
      #expect(faults[damage.fault].count == 1, "seed 622, \(damage) of block \(place)")
      #expect(faults[damage.fault].first == place * type.blockBytes + damage.place, "seed 622, \(damage)")
      // Codes that are changed change what they add up to, of Q8_K.
      for other in BlockFault.allCases where other != damage.fault && !(type == .q8_K && other == .sumWrong) {
        #expect(faults[other].count == 0, "seed 622, \(damage): \(other)")
      }
    }
    #expect(
      try Self.observe(MemorySource(Array(entries.prefix(1))), threads: 1, .scalar).tensors == Array(found.prefix(1)))
    #expect(try Self.observe(source, threads: 1).tensors == found)
    #expect(try Self.observe(source, threads: 5, .generic).tensors == found)
  }

  @Test("A finding has the block, its first weight's row and column, and the offset in the file")
  func place() throws {
    var payload = GoodPayload.bytes(.q2_K, elements: 512 * 24, seed: 623)
    for block in [17, 40, 41] { payload.replaceSubrange((block * 84 + 82)..<(block * 84 + 84), with: [0, 0x7E]) }
    var floats = GoodPayload.bytes(.f32, elements: 30, seed: 623)
    floats.replaceSubrange((23 * 4)..<(24 * 4), with: [0, 0, 0x80, 0x7F])
    let source = MemorySource([
      .init(name: "a", type: .f32, dimensions: [3, 10], payload: floats),
      .init(name: "b", type: .q2_K, dimensions: [24, 512], payload: payload),
    ])
    let found = try Self.findings(source)
    #expect(found.map(\.rule.id) == ["GGUF-P002", "GGUF-P001"])
    #expect(found.map(\.severity) == [.error, .error])
    #expect(
      found.map(\.place) == [
        .init(tensor: "a", offset: 92, row: 2, column: 3),
        .init(tensor: "b", offset: 120 + 17 * 84 + 82, block: 17, row: 8, column: 256),
      ])
    #expect(
      found.map(\.message) == [
        "1 of 30 weights is NaN or infinite; it is in row 2, column 3",
        "3 of 96 scales and mins are NaN or infinite; the first is in block 17",
      ])
  }

  @Test("Codes are not looked at where the scale is zero", arguments: [0x00, 0x80] as [UInt8])
  func zeroScale(_ sign: UInt8) throws {
    for damage in Damage.all where damage.fault == .codeNotWritten {
      var payload = GoodPayload.bytes(damage.type, elements: 1024, seed: 624)
      damage.apply(toBlock: 1, of: &payload)
      let size = damage.type.blockBytes
      if damage.type == .q8_K {
        payload.replaceSubrange(size..<(size + 4), with: [0, 0, 0, sign])
      } else {
        let offset = try #require(damage.type.scaleField).offset
        payload.replaceSubrange((size + offset)..<(size + offset + 2), with: [0, sign])
      }
      let found = try Self.observe(MemorySource("a", damage.type, [4, 256], payload: payload)).tensors
      #expect(found[0].faults[.codeNotWritten].count == 0 && found[0].faults[.sumWrong].count == 0, "\(damage)")
      let isUnsigned = damage.type != .q8_K
      #expect(found[0].faults[.scaleNegativeZero].count == (sign != 0 && isUnsigned ? 1 : 0), "\(damage)")
    }
  }

  @Test("F64 beyond F32 is an error for llama.cpp and a note elsewhere")
  func beyondBinary32() throws {
    let source = MemorySource(
      "a", .f64, [3], payload: [1e300, 1, -2].flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) })
    for (profile, severity) in [(Profile.spec, Severity.note), (.llamaCpp, .error)] {
      var findings = FindingList(profile: profile)
      try Self.observe(source).addFindings(to: &findings)
      #expect(findings.findings.map(\.severity) == [severity])
      #expect(
        findings.findings.map(\.message) == ["1 of 3 weights is beyond the range of F32; it is in row 0, column 0"])
    }
  }

  @Test("Blocks of any bytes are looked at without a trap, and every set and number of threads finds the same")
  func anyBytes() throws {
    let seed: UInt64 = 625
    var random = SeededGenerator(seed: seed)
    var entries: [MemorySource.Entry] = []
    for type in ElementType.allCases {
      let blocks = 2 * ChunkList.tileElements / type.blockLength
      for order in [ByteOrder.little, .big] {
        var payload: [UInt8] = []
        for _ in 0..<(blocks * type.blockBytes / 8 + 1) { payload.append(littleEndian: random.next()) }
        entries.append(
          .init(
            name: "\(type) \(order)", type: type, dimensions: [blocks * type.blockLength], byteOrder: order,
            payload: payload))
      }
    }
    let source = MemorySource(entries)
    let found = try Self.observe(source, threads: 5).tensors
    for kernels in KernelSet.all {
      #expect(try Self.observe(source, threads: 1, kernels).tensors == found, "seed \(seed)")
    }
    var findings = FindingList(profile: .strict)
    PayloadObservations(tensors: found).addFindings(to: &findings)
    #expect(findings.findings.count > 40)
  }
}
