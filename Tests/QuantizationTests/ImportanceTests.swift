import Quantization
import TensorCore
import TestSupport
import Testing

/// Quantizers that weigh errors by column.
@Suite("With importance")
struct ImportanceTests {
  /// Positive numbers over several orders of magnitude.
  private func importance(_ count: Int, seed: UInt64) -> [Float] {
    WeightDistribution.heavyTails.weights(count, seed: seed).map { abs($0) + 0.001 }
  }

  private func codec(_ type: ElementType) throws -> any ImportanceCodec.Type {
    try #require(type.codec as? any ImportanceCodec.Type)
  }

  @Test("The types whose quantizer in ggml has no importance have none here")
  func without() {
    let without: [ElementType] = [
      .f32, .f16, .bf16, .q8_0, .tq1_0, .tq2_0, .mxfp4, .nvfp4, .q1_0, .q2_0, .nf4,
    ]
    #expect(Set(importanceTypes).isDisjoint(with: without))
    #expect(Set(importanceTypes).isSuperset(of: [.q4_0, .q4_1, .q5_0, .q5_1, .iq4_nl, .iq4_xs]))
  }

  @Test("Every row of samples/golden becomes ggml's bytes", arguments: importanceTypes)
  func golden(_ type: ElementType) throws {
    let codec = try codec(type)
    let weights = F32Codec.weights(of: try Repository.bytes("samples/golden/weights.f32"))
    let importances = F32Codec.weights(of: try Repository.bytes("samples/golden/importance.f32"))
    let blocks = try Repository.bytes("samples/golden/importance.\(type.name).blocks")
    let count = 1_792
    let bytes = count / type.blockLength * type.blockBytes
    try #require(importances.count == 5 * count && blocks.count * count == bytes * weights.count)
    for row in 0..<(weights.count / count) {
      let importance = importances[(row % 5 * count)..<((row % 5 + 1) * count)]
      let ours = codec.blocks(
        ofRow: Array(weights[(row * count)..<((row + 1) * count)]), importance: Array(importance))
      let different = firstDifference(ours, Array(blocks[(row * bytes)..<((row + 1) * bytes)]))
      #expect(different == nil, "row \(row), block \((different ?? 0) / type.blockBytes)")
    }
  }

  @Test("The weighted error is smaller than without", arguments: importanceTypes)
  func smallerError(_ type: ElementType) throws {
    let codec = try codec(type)
    let row = WeightDistribution.gaussian.weights(32 * 256, seed: 71)
    let importance = importance(row.count, seed: 72)
    func error(_ blocks: [UInt8]) -> Double {
      zip(zip(row, codec.weights(of: blocks)), importance).reduce(0) { sum, item in
        let difference = Double(item.0.0) - Double(item.0.1)
        return sum + Double(item.1) * difference * difference
      }
    }
    #expect(error(codec.blocks(ofRow: row, importance: importance)) < 0.9 * error(codec.blocks(of: row)), "seed 71, 72")
  }

  @Test("Only the proportions of importances matter", arguments: importanceTypes)
  func proportions(_ type: ElementType) throws {
    let codec = try codec(type)
    let row = WeightDistribution.gaussian.weights(4 * 256, seed: 73)
    let importance = importance(row.count, seed: 74)
    let blocks = codec.blocks(ofRow: row, importance: importance)
    for factor in [Float(0x1p-10), 4] {
      #expect(codec.blocks(ofRow: row, importance: importance.map { $0 * factor }) == blocks, "seed 73, 74")
    }
  }

  @Test(
    "The legacy types look at the mean square of the row, the others of a block",
    arguments: [
      (ElementType.q4_0, true), (.q4_1, true), (.q5_0, true), (.q5_1, true), (.iq4_nl, false), (.iq4_xs, false),
    ])
  func row(type: ElementType, looksAtRow: Bool) throws {
    let codec = try codec(type)
    var row = WeightDistribution.gaussian.weights(8 * 256, seed: 75)
    let importance = importance(row.count, seed: 76)
    let before = codec.blocks(ofRow: row, importance: importance)
    for i in (row.count - 256)..<row.count { row[i] *= 100 }
    let after = codec.blocks(ofRow: row, importance: importance)
    let others = before.count / 8 * 7
    #expect((before.prefix(others) != after.prefix(others)) == looksAtRow, "seed 75, 76")
  }

  @Test("Encoding at an offset touches the bytes of the row only, and all of them", arguments: importanceTypes)
  func offset(_ type: ElementType) throws {
    let codec = try codec(type)
    let row = WeightDistribution.gaussian.weights(2 * type.blockLength, seed: 77)
    let importance = importance(row.count, seed: 78)
    let blocks = codec.blocks(ofRow: row, importance: importance)
    for fill in [UInt8(0x00), 0xA5, 0xFF] {
      var bytes = [UInt8](repeating: fill, count: 3 + blocks.count + 5)
      var span = bytes.mutableSpan
      codec.encodeRow(row.span, importance: importance.span, into: &span, at: 3)
      #expect(
        bytes == Array(repeating: fill, count: 3) + blocks + Array(repeating: fill, count: 5), "seed 77, 78")
    }
  }

  @Test("Columns that count for nothing give a finite block all the same", arguments: importanceTypes)
  func nothing(_ type: ElementType) throws {
    let codec = try codec(type)
    for distribution in WeightDistribution.allCases {
      let row = distribution.weights(4 * 256, seed: 79)
      let blocks = codec.blocks(ofRow: row, importance: Array(repeating: 0, count: row.count))
      #expect(codec.firstNonFiniteBlock(in: blocks) == nil, "\(distribution), seed 79")
      #expect(codec.weights(of: blocks).allSatisfy { $0.isFinite }, "\(distribution), seed 79")
    }
  }

  @Test("Sums that overflow in IQ4_XS do not make zeros of weights: the superblock is refused")
  func overflow() {
    let row = WeightDistribution.gaussian.weights(2 * 256, seed: 80)
    var importance = [Float](repeating: 1, count: row.count)
    for i in 300..<320 { importance[i] = 3e38 }
    #expect(IQ4_XSCodec.firstNonFiniteBlock(in: IQ4_XSCodec.blocks(ofRow: row, importance: importance)) == 1, "seed 80")
  }

  @Test("Any weights and importances encode, even those that are not finite", arguments: importanceTypes)
  func total(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      guard let codec = ElementType(rawValue: name)?.codec as? any ImportanceCodec.Type else { return }
      let specials = [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1]
      for special in specials {
        for rest in [Float(0), 1, -.greatestFiniteMagnitude, .leastNonzeroMagnitude] {
          for counts in [Float(0), 1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .nan, -1] {
            var row = [Float](repeating: rest, count: codec.elementType.blockLength)
            row[3] = special
            var importance = [Float](repeating: counts, count: row.count)
            _ = codec.blocks(ofRow: row, importance: importance)
            importance[4] = special
            _ = codec.blocks(ofRow: row, importance: importance)
          }
        }
      }
    }
  }
}
