import Quantization
import TensorCore
import TestSupport
import Testing

/// The methods `minmax`, `percentile`, `mse` and `entropy`: what must hold of every type that has them.
@Suite("Ranges of weights")
struct RangeMethodTests {
  static let types = ElementType.allCases.filter { $0.rangeCodec != nil }
  static let selections: [RangeSelection] = [.minMax, .percentile(.usual), .leastError, .entropy]
  static let columns = 512

  @Test("Every type that the page names has them, and no other")
  func thereAreThirteen() {
    #expect(
      Set(Self.types) == [
        .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs, .nf4,
      ])
  }

  @Test("The percentile 100 cuts nothing", arguments: types, WeightDistribution.allCases)
  func percentile100(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.rangeCodec)
    let weights = distribution.weights(4 * Self.columns, seed: 401)
    let whole = RangeSelection.percentile(try #require(Percentile(100)))
    let isSame = codec.blocks(weights, by: whole) == codec.blocks(weights, by: .minMax)
    #expect(isSame, "seed 401")
  }

  @Test("Shrunk ranges leave no block more squared error", arguments: types, WeightDistribution.allCases)
  func leastError(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.rangeCodec)
    let weights = distribution.weights(4 * Self.columns, seed: 402)
    let plain = codec.errors(of: codec.blocks(weights, by: .minMax), weights)
    let shrunk = codec.errors(of: codec.blocks(weights, by: .leastError), weights)
    for (block, (plain, shrunk)) in zip(plain, shrunk).enumerated() {
      // The sums that decided are of binary32.
      #expect(shrunk <= plain * (1 + 1e-5), "seed 402, block \(block)")
    }
  }

  @Test("Nor where errors count by importance, and less altogether", arguments: types)
  func leastErrorByImportance(_ type: ElementType) throws {
    let codec = try #require(type.rangeCodec)
    let weights = WeightDistribution.gaussian.weights(4_096, seed: 403)
    let importance = WeightDistribution.heavyTails.weights(weights.count, seed: 404).map { $0 * $0 }
    let plain = codec.errors(of: codec.blocks(weights, by: .minMax), weights, importance)
    let shrunk = codec.errors(
      of: codec.blocks(row: weights, importance: importance, by: .leastError), weights, importance)
    for (block, (plain, shrunk)) in zip(plain, shrunk).enumerated() {
      #expect(shrunk <= plain * (1 + 1e-5), "seeds 403 and 404, block \(block)")
    }
    #expect(shrunk.reduce(0, +) < plain.reduce(0, +))
  }

  @Test(
    "The other methods do not look at importance", arguments: types,
    [RangeSelection.minMax, .percentile(.usual), .entropy])
  func importance(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    let weights = WeightDistribution.gaussian.weights(Self.columns, seed: 405)
    let importance = WeightDistribution.heavyTails.weights(weights.count, seed: 406).map { $0 * $0 }
    #expect(
      codec.blocks(row: weights, importance: importance, by: selection) == codec.blocks(weights, by: selection),
      "seeds 405 and 406")
  }

  @Test("Weights times a power of two become numbers times it", arguments: types, selections)
  func powersOfTwo(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    let weights = WeightDistribution.gaussian.weights(2 * Self.columns, seed: 407)
    let decoded = codec.weights(of: codec.blocks(weights, by: selection))
    for factor: Float in [2, 16] {
      let larger = codec.weights(of: codec.blocks(weights.map { $0 * factor }, by: selection))
      #expect(larger == decoded.map { $0 * factor }, "seed 407")
    }
  }

  @Test("A row is encoded as if it were alone", arguments: types, selections)
  func rows(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    let weights = WeightDistribution.heavyTails.weights(3 * Self.columns, seed: 408)
    let alone = stride(from: 0, to: weights.count, by: Self.columns).flatMap {
      codec.blocks(Array(weights[$0..<($0 + Self.columns)]), by: selection)
    }
    #expect(codec.blocks(weights, by: selection) == alone, "seed 408")
  }

  @Test("Zeros stay zeros, of either sign", arguments: types, selections)
  func zeros(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    for zero in [Float(0), -0.0] {
      let blocks = codec.blocks(Array(repeating: zero, count: Self.columns), by: selection)
      #expect(codec.firstNonFiniteBlock(in: blocks) == nil)
      #expect(codec.weights(of: blocks).allSatisfy { $0 == 0 })
    }
  }

  @Test("Rows of one value are cut by no method", arguments: types, [Float(1), -0.3, 1e-30, 3e4])
  func constant(_ type: ElementType, _ value: Float) throws {
    let codec = try #require(type.rangeCodec)
    let weights = Array(repeating: value, count: Self.columns)
    let blocks = codec.blocks(weights, by: .minMax)
    #expect(codec.blocks(weights, by: .percentile(.usual)) == blocks)
    #expect(codec.blocks(weights, by: .entropy) == blocks)
    guard abs(value) > 1e-3 else { return }
    for decoded in codec.weights(of: blocks) { #expect(abs(decoded / value - 1) < 0.002) }
  }

  @Test("Blocks up to the largest magnitude are finite", arguments: types, selections)
  func largest(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    let limit = codec.largestOfRange
    var weights = WeightDistribution.uniform.weights(4 * Self.columns, seed: 409).map { $0 * limit }
    for start in stride(from: 0, to: weights.count, by: 32) { weights[start] = start % 64 == 0 ? limit : -limit }
    let blocks = codec.blocks(weights, by: selection)
    #expect(codec.firstNonFiniteBlock(in: blocks) == nil, "seed 409")
    #expect(codec.weights(of: blocks).allSatisfy { $0.isFinite }, "seed 409")
  }

  @Test(
    "A block that overflows is one that is refused, and whatever the weights are there is one", arguments: types,
    selections)
  func anyWeights(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    var weights = [Float](repeating: 1, count: Self.columns)
    for index in stride(from: 3, to: weights.count, by: 16) { weights[index] = .greatestFiniteMagnitude }
    #expect(codec.firstNonFiniteBlock(in: codec.blocks(weights, by: selection)) == 0)
    for values: [Float] in [
      [.nan], [.infinity, -.infinity], [.nan, 1, -.infinity], [.leastNonzeroMagnitude],
      [.greatestFiniteMagnitude, -.greatestFiniteMagnitude], [1e-45, 1, 1e38], [-0.0, 0, 1e-40],
    ] {
      let weights = (0..<Self.columns).map { values[$0 % values.count] }
      _ = codec.blocks(weights, by: selection)
      _ = codec.blocks(row: weights, importance: weights.map { _ in 1e38 }, by: selection)
    }
  }
}

extension RangeCodec {
  /// What rows of `RangeMethodTests.columns` weights become, or one row of fewer.
  static func blocks(
    _ weights: [Float], by selection: RangeSelection, columns: Int = RangeMethodTests.columns
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: weights.count / elementType.blockLength * elementType.blockBytes)
    var span = bytes.mutableSpan
    encode(weights.span, columns: columns, by: selection, into: &span)
    return bytes
  }

  static func blocks(row: [Float], importance: [Float], by selection: RangeSelection) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: row.count / elementType.blockLength * elementType.blockBytes)
    var span = bytes.mutableSpan
    encode(row: row.span, importance: importance.span, by: selection, into: &span)
    return bytes
  }

  /// The squared errors of each block, in binary64.
  fileprivate static func errors(of blocks: [UInt8], _ weights: [Float], _ importance: [Float]? = nil) -> [Double] {
    let decoded = self.weights(of: blocks)
    let length = elementType.blockLength
    return stride(from: 0, to: weights.count, by: length).map { start in
      (start..<(start + length)).reduce(0.0) { sum, i in
        let error = Double(decoded[i]) - Double(weights[i])
        return sum + Double(importance?[i] ?? 1) * error * error
      }
    }
  }
}
