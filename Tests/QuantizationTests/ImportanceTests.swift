import Quantization
import TensorCore
import TestSupport
import Testing

/// What holds for every codec that takes the importance of columns. That the bytes are ggml's is in `GoldenTests`.
@Suite("Importance")
struct ImportanceTests {
  private func codec(_ type: ElementType) throws -> any ImportanceCodec.Type {
    try #require(type.codec as? any ImportanceCodec.Type)
  }

  /// Of sizes that differ, as the squares of activations do.
  private func importance(_ count: Int, seed: UInt64) -> [Float] {
    WeightDistribution.gaussian.weights(count, seed: seed).map { $0 * $0 }
  }

  /// Those of 32 weights with evenly spaced codes.
  private static let typesThatLookAtTheRow: [ElementType] = [.q4_0, .q4_1, .q5_0, .q5_1]
  /// Their search keeps the plain range of the weights where nothing that it tries counts for less.
  private static let typesThatKeepTheRange: [ElementType] = [.q4_1, .q5_1]

  @Test("The types that take it: those whose quantizer in ggml does")
  func types() {
    #expect(
      Set(importanceTypes) == [
        .q4_0, .q4_1, .q5_0, .q5_1, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs,
      ])
  }

  @Test("The error, weighed by the importance, becomes smaller", arguments: importanceTypes)
  func weighedError(_ type: ElementType) throws {
    let codec = try codec(type)
    let weights = WeightDistribution.gaussian.weights(16 * 1024, seed: 121)
    let importance = importance(1024, seed: 122)
    func error(_ blocks: [UInt8]) -> Double {
      zip(weights, codec.weights(of: blocks)).enumerated().reduce(0) { sum, entry in
        let difference = Double(entry.element.0) - Double(entry.element.1)
        return sum + Double(importance[entry.offset % 1024]) * difference * difference
      }
    }
    let (weighed, without) = (
      error(codec.blocks(of: weights, importance: importance)), error(codec.blocks(of: weights))
    )
    #expect(weighed < 0.9 * without, "seeds 121 and 122")
  }

  @Test("Only the ratios of importances count", arguments: importanceTypes, [Float(0x1p-20), 4, 0x1p20])
  func ratios(_ type: ElementType, _ factor: Float) throws {
    let codec = try codec(type)
    let weights = WeightDistribution.gaussian.weights(2 * 1024, seed: 123)
    let importance = importance(1024, seed: 124)
    let blocks = codec.blocks(of: weights, importance: importance)
    #expect(blocks != codec.blocks(of: weights))
    let scaled = codec.blocks(of: weights, importance: importance.map { $0 * factor })
    #expect(firstDifference(scaled, blocks) == nil, "seeds 123 and 124")
  }

  @Test(
    "Q4_0, Q4_1, Q5_0 and Q5_1 look at the mean square of the row, the others at the block", arguments: importanceTypes)
  func row(type: ElementType) throws {
    let codec = try codec(type)
    var row = WeightDistribution.gaussian.weights(8 * 256, seed: 127)
    let importance = importance(row.count, seed: 128)
    let before = codec.blocks(of: row, importance: importance)
    for i in (row.count - 256)..<row.count { row[i] *= 100 }
    let after = codec.blocks(of: row, importance: importance)
    let others = before.count / 8 * 7
    let othersChange = before.prefix(others) != after.prefix(others)
    #expect(othersChange == Self.typesThatLookAtTheRow.contains(type), "seeds 127 and 128")
  }

  @Test("A row touches the bytes of its blocks only, and all of them", arguments: importanceTypes)
  func offset(_ type: ElementType) throws {
    let codec = try codec(type)
    let weights = WeightDistribution.gaussian.weights(512, seed: 125)
    let importance = importance(512, seed: 126)
    let row = codec.blocks(of: weights, importance: importance)
    for fill in [UInt8(0x00), 0xA5, 0xFF] {
      var bytes = [UInt8](repeating: fill, count: 3 + row.count + 5)
      var span = bytes.mutableSpan
      codec.encodeRow(weights.span, importance: importance.span, into: &span, at: 3)
      #expect(bytes == Array(repeating: fill, count: 3) + row + Array(repeating: fill, count: 5), "seeds 125 and 126")
    }
  }

  @Test(
    "Where no column counts, all weights become zeros, or what their range alone makes of them",
    arguments: importanceTypes, WeightDistribution.allCases)
  func noneCounts(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try codec(type)
    let row = distribution.weights(4 * 256, seed: 131)
    let blocks = codec.blocks(of: row, importance: Array(repeating: 0, count: row.count))
    #expect(codec.firstNonFiniteBlock(in: blocks) == nil, "seed 131")
    let decoded = codec.weights(of: blocks)
    if Self.typesThatKeepTheRange.contains(type) {
      #expect(decoded.allSatisfy { $0.isFinite }, "seed 131")
    } else {
      #expect(decoded.allSatisfy { $0 == 0 }, "seed 131")
    }
  }

  @Test(
    "Importance so large that sums overflow makes a block that is refused",
    arguments: importanceTypes.filter { !typesThatKeepTheRange.contains($0) })
  func sumsOverflow(_ type: ElementType) throws {
    let codec = try codec(type)
    let weights = WeightDistribution.gaussian.weights(3 * 256, seed: 134)
    var importance = [Float](repeating: 1e6, count: weights.count)
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: weights, importance: importance)) == nil, "seed 134")
    for i in 256..<512 { importance[i] = 3e38 }
    let block = codec.firstNonFiniteBlock(in: codec.blocks(of: weights, importance: importance))
    #expect(block == 256 / type.blockLength, "seed 134")
  }

  @Test("Any weights and any importance encode, even those that are not finite", arguments: importanceTypes)
  func total(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      guard let codec = ElementType(rawValue: name)?.codec as? any ImportanceCodec.Type else { return }
      let specials = [
        Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
        0, 1, -1,
      ]
      for weight in specials {
        for weights in specials {
          for importance in specials {
            var row = [Float](repeating: weights, count: 256)
            row[3] = weight
            var columns = [Float](repeating: 1, count: 256)
            for i in 0..<32 { columns[i] = importance }
            _ = codec.blocks(of: row, importance: columns)
            columns = Array(repeating: importance, count: 256)
            _ = codec.blocks(of: row, importance: columns)
            columns[4] = weight
            _ = codec.blocks(of: row, importance: columns)
          }
        }
      }
    }
  }
}

/// The cases of superblocks.
@Suite("Importance in superblocks")
struct ImportanceSuperblockTests {
  @Test("Q6_K: a sub-block in which no column counts has the scale 0, and the others stay")
  func subBlockDoesNotCount() {
    let weights = WeightDistribution.gaussian.weights(256, seed: 132)
    var importance = [Float](repeating: 1, count: 256)
    for i in 32..<48 { importance[i] = 0 }
    let block = Q6_KCodec.blocks(of: weights, importance: importance)
    let scales = block[192..<208].map { Int8(bitPattern: $0) }
    #expect(scales.enumerated().allSatisfy { ($0.element == 0) == ($0.offset == 2) }, "seed 132")
  }

  @Test("Q6_K: the square of each weight as its importance is what is written without")
  func squares() {
    let weights = WeightDistribution.gaussian.weights(1024, seed: 133)
    #expect(Q6_KCodec.blocks(of: weights, importance: weights.map { $0 * $0 }) == Q6_KCodec.blocks(of: weights))
  }

  /// One column of the second sub-block counts: the least-squares line through one point is whatever rounding says, here
  /// a falling one.
  @Test("A negative scale wraps: Q5_K cuts it to 63, and in Q4_K it spills into the sixth sub-block's")
  func negativeScale() {
    var weights = (0..<256).map { $0 < 32 ? Float($0 - 16) : 0 }
    var importance: [Float] = (0..<256).map { $0 < 32 ? 1 : 0 }
    weights.replaceSubrange(32..<40, with: [-4.2, 3.8, -2.9, -7, -3.4, 2.1, -3.6, -0.2])
    importance[34] = 1
    let block = Q4_KCodec.blocks(of: weights, importance: importance)
    #expect(block[5] == 0xFD)
    #expect(sixBitPair(block, 1).scale == 61 && sixBitPair(block, 5).scale == 48)
    let other = Q5_KCodec.blocks(of: weights, importance: importance)
    #expect(sixBitPair(other, 5).scale == 0)
  }

  @Test(
    "Sums that overflow in one sub-block are enough, where the scales of the others are finite",
    arguments: [ElementType.q3_K, .q6_K, .iq4_xs])
  func oneSubBlockOverflows(_ type: ElementType) throws {
    let codec = try #require(type.codec as? any ImportanceCodec.Type)
    let row = WeightDistribution.gaussian.weights(2 * 256, seed: 135)
    var importance = [Float](repeating: 1, count: row.count)
    for i in 304..<320 { importance[i] = 3e38 }
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(of: row, importance: importance)) == 1, "seed 135")
  }
}
