import Checkpoints
import Kernels
import MemoryCheckpoints
import Quantization
import TensorCore
import TestSupport
import Testing

@testable import Inspection

@Suite("Statistics of tensors")
struct StatisticsPassTests {
  /// Types whose blocks are decoded.
  static let types = ElementType.allCases.filter { $0.decoder != nil }

  private func statistics(
    _ source: MemorySource, threads: Int = 1, kernels: KernelSet = .fastest
  ) throws -> CheckpointStatistics {
    try StatisticsPass(source: source, threads: threads, kernels: kernels).run()
  }

  @Test("Any bytes give what decoding them one by one gives", arguments: types)
  func hostile(_ type: ElementType) throws {
    var random = SeededGenerator(seed: 601)
    for rows in [1, 3, 40] {
      let columns = 256 * Int.random(in: 1...4, using: &random)
      var bytes = random.bytes(rows * columns / type.blockLength * type.blockBytes)
      for index in bytes.indices where random.next() % 9 == 0 { bytes[index] = random.pick([0x00, 0xFF, 0x7C, 0x80]) }
      let tensor = try #require(
        try statistics(MemorySource("t", type, [rows, columns], payload: bytes)).tensors.first)
      let weights = try #require(tensor.weights)
      let plain = PlainWeights(bytes, type)
      #expect(weights.count == plain.finite.count, "seed 601, \(rows) rows")
      #expect(weights.notANumber == plain.notANumber && weights.infinite == plain.infinite)
      #expect(weights.zeros == plain.zeros && weights.minimum == plain.minimum && weights.maximum == plain.maximum)
      #expect(isNear(weights.mean, plain.mean, in: plain.rms) && isNear(weights.rms, plain.rms, in: plain.rms))
      #expect(isNear(weights.standardDeviation, plain.standardDeviation, in: plain.rms))
      #expect(tensor.blocks?.allZero == (type.kind == .quantized ? plain.zeroBlocks : nil))
    }
  }

  private func isNear(_ value: Double, _ other: Double, in unit: Double) -> Bool {
    // The sum of squares of weights near the largest number of binary32 is right to 2^-50 of it.
    abs(value - other) <= unit * 1e-7
  }

  @Test("The figures do not depend on threads or kernels, to the last bit")
  func isDeterministic() throws {
    var random = SeededGenerator(seed: 602)
    // Several chunks a tensor, tiles that rows do not fill, one row longer than a chunk, rows of three weights.
    let shapes = [[700, 768], [3, 1 << 19], [200_000, 3], [5], [300, 1024]]
    let types: [[ElementType]] = [
      [.q4_K, .q8_0, .f16], [.q6_K, .f32], [.f32, .bf16], [.f32], [.nf4, .q5_1, .mxfp4],
    ]
    var entries: [MemorySource.Entry] = []
    for (dimensions, types) in zip(shapes, types) {
      for type in types {
        let count = dimensions.reduce(1, *)
        entries.append(
          .init(
            name: "\(type).\(dimensions)", type: type, dimensions: dimensions,
            payload: random.bytes(count / type.blockLength * type.blockBytes)))
      }
    }
    let source = MemorySource(entries)
    let expected = try statistics(source)
    #expect(expected.tensors.count == entries.count)
    for threads in [2, 5] { #expect(try statistics(source, threads: threads).isEqual(expected), "seed 602") }
    for set in KernelSet.all {
      #expect(try statistics(source, kernels: set).isEqual(expected), "seed 602, \(set.name)")
    }
  }

  @Test("Codes are those that blocks are taken apart into; of few weights all are counted", arguments: types)
  func codes(_ type: ElementType) throws {
    guard let coded = type.integerCoded else { return }
    var random = SeededGenerator(seed: 603)
    let bytes = random.bytes(50 * 1024 / type.blockLength * type.blockBytes)
    let tensor = try #require(try statistics(MemorySource("t", type, [50, 1024], payload: bytes)).tensors.first)
    let codes = try #require(tensor.codes)
    var counts: [Int: Int] = [:]
    for block in stride(from: 0, to: bytes.count, by: type.blockBytes) {
      let apart = coded.unpack(bytes.span.extracting(block..<(block + type.blockBytes)))
      for i in 0..<type.blockLength { counts[Int(apart.codes[i]), default: 0] += 1 }
    }
    let values = codes.histogram.values
    #expect(counts.keys.allSatisfy { values.contains($0) }, "seed 603")
    #expect(codes.histogram.counts == values.map { counts[$0] ?? 0 } && codes.countedOneIn == 1)
    let saturated = try #require(type.codeAlphabet?.saturated)
    #expect(codes.saturated == saturated.reduce(0) { $0 + (counts[Int($1)] ?? 0) })
  }

  @Test("Of a large tensor of many codes a quarter is counted, and all saturated ones")
  func sample() throws {
    var random = SeededGenerator(seed: 604)
    let weights = WeightDistribution.gaussian.weights(1 << 19, seed: random.next())
    for type in [ElementType.q8_0, .q6_K, .f32, .q4_0] {
      let source = MemorySource("t", type, [512, 1024], payload: payload(of: weights, as: type))
      let codes = try #require(try statistics(source).tensors.first?.codes)
      let isSampled = type != .q4_0
      #expect(codes.countedOneIn == (isSampled ? 4 : 1), "\(type)")
      #expect(codes.histogram.total == weights.count / (isSampled ? 4 : 1))
      // What is counted says the same as all: halves of the tensor, counted whole, are near it.
      let half = MemorySource(
        "t", type, [256, 1024], payload: payload(of: Array(weights.prefix(1 << 18)), as: type))
      let whole = try #require(try statistics(half).tensors.first?.codes)
      #expect(whole.countedOneIn == 1 && abs(whole.histogram.entropy - codes.histogram.entropy) < 0.02, "seed 604")
      if let share = codes.saturatedShare { #expect(abs(share - (whole.saturatedShare ?? 0)) < 0.005) }
    }
  }

  @Test("Of four stretches in a row one is counted, and no column of a tensor is always left out")
  func sampleNumbers() {
    for first in stride(from: 0, to: 4096, by: 4) {
      #expect((first..<(first + 4)).count { CodeSample.counts($0) } == 1)
    }
    // A row of 4, 16 or 64 stretches.
    for period in [4, 16, 64] {
      for column in 0..<period {
        #expect((0..<16).contains { CodeSample.counts($0 * period + column) }, "\(period), \(column)")
      }
    }
  }

  @Test("Scales are those of the blocks, and counted by what they are")
  func scales() throws {
    // 1, -2, the largest, the smallest subnormal, 0, -0, infinity, NaN.
    let halves: [UInt16] = [0x3C00, 0xC000, 0x7BFF, 0x0001, 0x0000, 0x8000, 0x7C00, 0x7E00]
    var bytes: [UInt8] = []
    for half in halves {
      bytes.append(littleEndian: half)
      bytes += Array(repeating: 1, count: 32)
    }
    let tensor = try #require(try statistics(MemorySource("t", .q8_0, [1, 256], payload: bytes)).tensors.first)
    let scales = try #require(tensor.scales)
    #expect(scales.count == 8 && scales.zeros == 2 && scales.negativeZeros == 1 && scales.negative == 1)
    #expect(scales.largest == 1 && scales.subnormal == 1 && scales.infinite == 1 && scales.notANumber == 1)
    #expect(scales.minimum == -2 && scales.maximum == 65504)
    #expect(scales.smallestMagnitude == 0x1p-24 && scales.largestMagnitude == 65504)
    // 1, -2, 65504, 2^-24 and two zeros.
    let sum: Double = 65_503 + 0x1p-24
    #expect(scales.mean == sum / 6)
    #expect(scales.magnitudes.counts.reduce(0, +) == 4 && scales.magnitudes.first == -24 * 4)
    #expect(MagnitudeHistogram.lowerBound(ofClass: -24 * 4) == 0x1p-24)
    #expect(tensor.blocks?.allZero == 2)
    #expect(tensor.weights?.infinite == 32 && tensor.weights?.notANumber == 32)
    let rules = try statistics(MemorySource("t", .q8_0, [1, 256], payload: bytes)).findings.map(\.rule)
    #expect(rules == [.scaleLimit])
  }

  @Test("Sub-scales and sub-mins are those of the superblocks", arguments: [ElementType.q2_K, .q4_K, .q5_K])
  func subScales(_ type: ElementType) throws {
    let weights = WeightDistribution.positive.weights(256 * 64, seed: 605)
    let blocks = encoded(weights, as: type)
    let tensor = try #require(try statistics(MemorySource("t", type, [1, 256 * 64], payload: blocks)).tensors.first)
    let (scales, mins) = (try #require(tensor.subScales), try #require(tensor.subMins))
    let perBlock = type == .q2_K ? 16 : 8
    #expect(scales.total == 64 * perBlock && mins.total == 64 * perBlock, "seed 605")
    // Each superblock's largest sub-scale is the highest that there is.
    #expect(scales.counts.last ?? 0 >= 64)
    // The steps of a block are the products of its scale and its sub-scales.
    let coded = try #require(type.integerCoded)
    let field = try #require(type.scaleField)
    var counts = [Int](repeating: 0, count: scales.values.count)
    for block in stride(from: 0, to: blocks.count, by: type.blockBytes) {
      let apart = coded.unpack(blocks.span.extracting(block..<(block + type.blockBytes)))
      let d = field.encoding.value(
        ofPattern: Int(blocks[block + field.offset]) | Int(blocks[block + field.offset + 1]) << 8)
      for sub in 0..<perBlock { counts[Int(apart.steps[sub * 16 / perBlock] / d)] += 1 }
    }
    #expect(counts == scales.counts)
  }

  @Test("Signed sub-scales are those of the superblocks", arguments: [ElementType.q3_K, .q6_K, .iq4_xs])
  func signedSubScales(_ type: ElementType) throws {
    var random = SeededGenerator(seed: 606)
    var blocks = random.bytes(64 * type.blockBytes)
    let (coded, field) = (try #require(type.integerCoded), try #require(type.scaleField))
    // A scale of 1, so that the steps are the integers.
    for block in 0..<64 {
      blocks[block * type.blockBytes + field.offset] = 0
      blocks[block * type.blockBytes + field.offset + 1] = 0x3C
    }
    let tensor = try #require(try statistics(MemorySource("t", type, [64, 256], payload: blocks)).tensors.first)
    let scales = try #require(tensor.subScales)
    var counts: [Int: Int] = [:]
    let perBlock = type == .iq4_xs ? 8 : 16
    for block in stride(from: 0, to: blocks.count, by: type.blockBytes) {
      let apart = coded.unpack(blocks.span.extracting(block..<(block + type.blockBytes)))
      for sub in 0..<perBlock { counts[Int(apart.steps[sub * 16 / perBlock]), default: 0] += 1 }
    }
    #expect(scales.counts == scales.values.map { counts[$0] ?? 0 } && tensor.subMins == nil, "seed 606")
  }

  @Test("The exponents of floats are those that are stored")
  func exponents() throws {
    let weights: [Float] = [1, -1.5, 2, 0.25, 0, 0x1p-24, 0x1p-14, 65504]
    let f16 = try #require(
      try statistics(MemorySource("t", .f16, [8], payload: payload(of: weights, as: .f16))).tensors.first?.codes)
    #expect(f16.kind == .exponents && f16.histogram.values.count == 32 && f16.saturated == nil)
    #expect(f16.histogram.counts[15] == 2 && f16.histogram.counts[16] == 1 && f16.histogram.counts[13] == 1)
    #expect(f16.histogram.counts[0] == 2 && f16.histogram.counts[1] == 1 && f16.histogram.counts[30] == 1)
    let bits: [UInt8] = [0x38, 0x7F, 0x00, 0x01, 0x7E]
    let f8 = try #require(try statistics(MemorySource("t", .f8_E4M3, [5], payload: bits)).tensors.first?.codes)
    #expect(f8.histogram.counts[7] == 1 && f8.histogram.counts[15] == 2 && f8.histogram.counts[0] == 2)
  }

  @Test("What cannot be taken apart says why, and its scales where it has some")
  func limits() throws {
    var random = SeededGenerator(seed: 607)
    let types: [ElementType] = [.iq2_xxs, .iq1_m, .q8_K, .i32, .f6_E2M3, .q8_1, .iq3_s, .c64]
    let source = MemorySource(
      types.map { type in
        .init(
          name: type.name, type: type, dimensions: [2, 256],
          payload: random.bytes(512 / type.blockLength * type.blockBytes))
      } + [
        .init(name: "big", type: .q8_0, dimensions: [32], byteOrder: .big, payload: random.bytes(34)),
        .init(name: "none", type: .f32, dimensions: [0, 4], payload: []),
      ])
    let pass = StatisticsPass(source: source, threads: 2)
    let tensors = try pass.run().tensors
    #expect(tensors.map(\.name) == types.map(\.name) + ["big"])
    for tensor in tensors { #expect(tensor.weights == nil && tensor.codes == nil && tensor.limitation != nil) }
    #expect(tensors.filter { $0.scales != nil }.map(\.name) == ["IQ2_XXS", "Q8_1", "IQ3_S"])
    #expect(tensors[0].scales?.count == 2 && tensors[0].blocks == BlockFigures(count: 2, allZero: nil))
    #expect(pass.workBytes == 2 * 66 + 16 * 36 + 2 * 110)
  }

  @Test("Big-endian floats are read as they are meant")
  func bigEndian() throws {
    let weights = WeightDistribution.gaussian.weights(4_096, seed: 608)
    for type in [ElementType.f32, .f16, .bf16, .f64] {
      let both = try [ByteOrder.little, .big].map { order in
        try statistics(
          MemorySource([
            .init(
              name: "t", type: type, dimensions: [4, 1024], byteOrder: order,
              payload: payload(of: weights, as: type, order))
          ])
        ).tensors
      }
      #expect(both[0] == both[1], "seed 608, \(type)")
    }
  }

  @Test("Groups pool the weights and codes of their tensors")
  func groups() throws {
    let weights = WeightDistribution.gaussian.weights(3 * 4_096, seed: 609)
    func entry(_ name: String, _ type: ElementType, _ part: Int) -> MemorySource.Entry {
      let part = Array(weights[(part * 4_096)..<(part * 4_096 + 4_096)])
      return .init(name: name, type: type, dimensions: [4, 1024], payload: payload(of: part, as: type))
    }
    let all = try statistics(
      MemorySource([entry("blk.10.a", .q8_0, 0), entry("blk.2.a", .q8_0, 1), entry("blk.10.b", .q4_0, 2)]))
    #expect(all.layers.map(\.name) == ["2", "10"] && all.layers.map(\.tensors) == [1, 2])
    #expect(all.types.map(\.name) == ["Q8_0", "Q4_0"] && all.types.map(\.elements) == [8_192, 4_096])
    let codes = try all.tensors.map { try #require($0.codes) }
    #expect(all.types[0].codes?.counts == zip(codes[0].histogram.counts, codes[1].histogram.counts).map { $0 + $1 })
    #expect(all.layers[1].saturated == (codes[0].saturated ?? 0) + (codes[2].saturated ?? 0))
    let available = all.layers[1].availableBits
    #expect(available == 6, "the mean of 8 and 4 bits")
    let two = try #require(all.types[0].weights)
    let tensors = try all.tensors.prefix(2).map { try #require($0.weights) }
    let meanSquare = (tensors[0].rms * tensors[0].rms + tensors[1].rms * tensors[1].rms) / 2
    #expect(isNear(two.rms, meanSquare.squareRoot(), in: two.rms), "seed 609")
    #expect(two.maximum == max(tensors[0].maximum, tensors[1].maximum))
  }

  @Test("A failed read and a cancelled run are said")
  func failures() throws {
    let source = MemorySource("t", .q8_0, [1, 256], payload: [UInt8](repeating: 0, count: 8 * 34))
    #expect(throws: StreamFailure.self) { try StatisticsPass(source: source, threads: 1).run(isCancelled: { true }) }
  }
}

extension CheckpointStatistics {
  func isEqual(_ other: CheckpointStatistics) -> Bool {
    tensors == other.tensors && types == other.types && layers == other.layers && findings == other.findings
  }
}

/// Weights one by one: of types that are taken apart, as the real numbers that they are.
private struct PlainWeights {
  private(set) var finite: [Double] = []
  private(set) var (notANumber, infinite, zeroBlocks) = (0, 0, 0)

  init(_ bytes: [UInt8], _ type: ElementType) {
    for start in stride(from: 0, to: bytes.count, by: type.blockBytes) {
      let block = Array(bytes[start..<(start + type.blockBytes)])
      var weights = decoded(block, of: type).map { Double($0) }
      if let apart = type.integerCoded?.unpack(block.span) {
        weights = (0..<type.blockLength).map {
          Double(apart.steps[$0 / 16]) * Double(apart.codes[$0]) + Double(apart.offsets[$0 / 16])
        }
      }
      if weights.allSatisfy({ $0 == 0 }) { zeroBlocks += 1 }
      for weight in weights {
        if weight.isNaN { notANumber += 1 } else if weight.isInfinite { infinite += 1 } else { finite.append(weight) }
      }
    }
  }

  private var count: Double { Double(max(1, finite.count)) }
  var zeros: Int { finite.count { $0 == 0 } }
  var minimum: Double { finite.min() ?? 0 }
  var maximum: Double { finite.max() ?? 0 }
  var mean: Double { finite.reduce(0) { $0 + $1 / count } }
  var rms: Double { finite.reduce(0) { $0 + $1 * $1 / count }.squareRoot() }
  var standardDeviation: Double {
    let mean = mean
    return finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }.squareRoot()
  }
}
