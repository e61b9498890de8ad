import Quantization
import TensorCore
import TestSupport
import Testing

/// Where ranges end, and what rows cut them to.
@Suite("Limits of ranges")
struct RangeLimitsTests {
  private static let ordinary: [WeightDistribution] = [
    .gaussian, .uniform, .heavyTails, .outliers, .positive, .negative,
  ]

  /// The lowest and the highest value that a scale is multiplied with.
  private static let values: [(ElementType, Float, Float)] = [
    (.q8_0, -127, 127), (.q4_0, -7, 7), (.q5_0, -15, 15), (.iq4_nl, -127, 113), (.nf4, -1, 1),
  ]

  @Test("The whole range of a block is covered: no weight is clipped", arguments: values, ordinary)
  func minMaxCovers(_ values: (ElementType, Float, Float), _ distribution: WeightDistribution) throws {
    let (type, lowest, highest) = values
    let codec = try #require(type.rangeCodec)
    let weights = distribution.weights(64 * 64, seed: 411)
    let blocks = codec.blocks(weights, by: .minMax)
    for block in 0..<(weights.count / type.blockLength) {
      let bytes = blocks.span.extracting((block * type.blockBytes)..<((block + 1) * type.blockBytes))
      let scale = Binary16.value(UInt16(bytes[0]) | UInt16(bytes[1]) << 8)
      let ends = [scale * lowest, scale * highest]
      // By what rounding to a half has moved the scale.
      let (low, high) = ((ends.min() ?? 0) * (1 + 0x1p-11), (ends.max() ?? 0) * (1 + 0x1p-11))
      for weight in weights[(block * type.blockLength)..<((block + 1) * type.blockLength)] {
        #expect(low <= weight && weight <= high, "seed 411, block \(block)")
      }
    }
  }

  @Test("With a minimum the ends become codes", arguments: [ElementType.q4_1, .q5_1], ordinary)
  func affineEnds(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.rangeCodec)
    let weights = distribution.weights(64 * 64, seed: 412)
    let decoded = codec.weights(of: codec.blocks(weights, by: .minMax))
    for start in stride(from: 0, to: weights.count, by: 32) {
      let (block, found) = (weights[start..<(start + 32)], decoded[start..<(start + 32)])
      let (low, high) = (block.min() ?? 0, block.max() ?? 0)
      let slack = max(abs(low), abs(high)) * 0x1p-9
      #expect(abs((found.min() ?? 0) - low) <= slack, "seed 412")
      #expect(abs((found.max() ?? 0) - high) <= slack, "seed 412")
    }
  }

  @Test("A percentile lies between the two weights around it")
  func quantiles() throws {
    func limits(_ row: [Float], _ percentile: Float, _ scheme: RangeScheme) throws -> [Float] {
      let limits = RangeSelection.percentile(try #require(Percentile(percentile))).limits(row.span, scheme)
      return [limits.lowest, limits.highest]
    }
    let row = (0...100).map { Float($0 % 2 == 0 ? $0 : -$0) }
    #expect(try limits(row, 99, .symmetric(bits: 4)) == [-99, 99])
    #expect(try limits(row, 99.5, .symmetric(bits: 4)) == [-99.5, 99.5])
    // One weight is cut off at each end, of 101.
    #expect(try limits(row, 98, .affine(bits: 4)) == [-97, 98])
    #expect(try limits(row, 97, .affine(bits: 4)) == [-96, 97])
    #expect(try limits(row, 100, .affine(bits: 4)) == [-99, 100])
    #expect(try limits([-2.5], 60, .affine(bits: 4)) == [-2.5, -2.5])
    #expect(try limits([], 60, .affine(bits: 4)) == [-.infinity, .infinity])
  }

  @Test("Percentiles are more than 50 and at most 100", arguments: [50, 100.001, 0, -99, .nan, .infinity] as [Float])
  func percentiles(_ value: Float) { #expect(Percentile(value) == nil) }

  @Test(
    "No weight is decoded beyond the row's limits", arguments: RangeMethodTests.types,
    [RangeSelection.percentile(.usual), .entropy])
  func cut(_ type: ElementType, _ selection: RangeSelection) throws {
    let codec = try #require(type.rangeCodec)
    let weights = WeightDistribution.heavyTails.weights(4 * 512, seed: 413)
    let decoded = codec.weights(of: codec.blocks(weights, by: selection))
    for start in stride(from: 0, to: weights.count, by: 512) {
      let limits = selection.limits(weights.span.extracting(start..<(start + 512)), codec.rangeScheme)
      // Two-level scales are rounded to whole numbers, and the table of IQ4 is longer on one side.
      let isExact = type.blockLength < 256 && type != .iq4_nl
      let slack = max(abs(limits.lowest), abs(limits.highest)) * (isExact ? 0x1p-9 : 0.2)
      for weight in decoded[start..<(start + 512)] {
        #expect(limits.lowest - slack <= weight && weight <= limits.highest + slack, "seed 413")
      }
    }
  }

  @Test("The entropy threshold is a part of the largest magnitude", arguments: [2, 8], WeightDistribution.allCases)
  func entropyIsWithin(_ bits: Int, _ distribution: WeightDistribution) {
    let weights = distribution.weights(1_024, seed: 414)
    let largest = weights.reduce(0) { max($0, abs($1)) }
    let limits = RangeSelection.entropy.limits(weights.span, .symmetric(bits: bits))
    #expect(limits.lowest == -limits.highest)
    #expect(limits.highest <= largest && limits.highest >= largest / 16, "seed 414")
  }

  @Test("A lone outlier is cut off, and nothing of what is spread evenly")
  func entropy() {
    var weights = WeightDistribution.gaussian.weights(1 << 16, seed: 415)
    weights[77] = 40
    let cut = RangeSelection.entropy.limits(weights.span, .symmetric(bits: 8)).highest
    #expect(cut > 2 && cut < 6, "seed 415: \(cut)")
    // As many weights in each bin of the histogram.
    let even = (1...(8 * 2_048)).map { Float($0) - 0.5 }
    #expect(RangeSelection.entropy.limits(even.span, .symmetric(bits: 4)).highest == 8 * 2_048 - 0.5)
  }
}
