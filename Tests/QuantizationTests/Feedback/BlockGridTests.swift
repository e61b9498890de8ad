import Quantization
import TensorCore
import TestSupport
import Testing

/// What error feedback needs of a type: the grid of a block, and its codes.
@Suite("Grids of blocks")
struct BlockGridTests {
  static let types = ElementType.allCases.filter { $0.feedbackCodec != nil }

  @Test("All types with scales have them")
  func thirteen() {
    #expect(
      Set(Self.types) == [
        .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs, .nf4,
      ])
  }

  @Test("Any block with finite scales decodes to weights of its grid, whatever its codes are", arguments: types)
  func codes(_ type: ElementType) throws {
    let codec = try #require(type.feedbackCodec)
    var generator = SeededGenerator(seed: 401)
    for _ in 0..<50 {
      let weights = (0..<type.blockLength).map { _ in generator.gaussian() }
      var block = codec.blocks(of: weights)
      let grid = codec.grid(of: block.span)
      // Any numbers, many of them beyond the grid.
      let nearest = (0..<type.blockLength).map { grid.nearest(to: 2 * generator.gaussian(), at: $0) }
      let before = block
      block.setCodes(nearest.map(\.code), of: codec)
      #expect(codec.weights(of: block).map(\.bitPattern) == nearest.map(\.weight.bitPattern), "seed 401")
      #expect(codec.firstNonFiniteBlock(in: block.span) == nil)
      // The scales are what they were: with the first codes the block is what it was.
      let decoded = codec.weights(of: before)
      let again = decoded.indices.map { grid.nearest(to: decoded[$0], at: $0) }
      #expect(again.map(\.weight) == decoded, "seed 401")
    }
  }

  @Test("The nearest weight of the grid is found", arguments: types)
  func nearest(_ type: ElementType) throws {
    let codec = try #require(type.feedbackCodec)
    var generator = SeededGenerator(seed: 402)
    let block = codec.blocks(of: (0..<type.blockLength).map { _ in generator.gaussian() })
    let grid = codec.grid(of: block.span)
    for place in stride(from: 0, to: type.blockLength, by: 7) {
      var levels: Set<Float> = []
      for step in -2000...2000 { levels.insert(grid.nearest(to: Float(step) / 250, at: place).weight) }
      for _ in 0..<20 {
        let target = generator.gaussian()
        let found = abs(grid.nearest(to: target, at: place).weight - target)
        let least = levels.map { abs($0 - target) }.min() ?? .nan
        #expect(found <= least * 1.0001 + 1e-6, "seed 402, place \(place), target \(target)")
      }
    }
  }

  @Test("What is not a number, and what no code reaches, has a code too", arguments: types)
  func extremes(_ type: ElementType) throws {
    let codec = try #require(type.feedbackCodec)
    var generator = SeededGenerator(seed: 403)
    for _ in 0..<20 {
      // Any bytes: scales that are infinite or NaN among them.
      let block = generator.bytes(type.blockBytes)
      let grid = codec.grid(of: block.span)
      for target: Float in [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, 0, -0.0, .leastNonzeroMagnitude] {
        var changed = block
        let code = grid.nearest(to: target, at: type.blockLength - 1).code
        changed.setCodes([UInt8](repeating: code, count: type.blockLength), of: codec)
        #expect(changed.count == block.count)
      }
    }
  }

  @Test("Errors move the targets behind them, and nothing else")
  func feedBack() {
    // Step 1, values 0 to 15.
    let block: [UInt8] = [0x00, 0x3C, 0, 0] + [UInt8](repeating: 0, count: 16)
    let grid = Q4_1Codec.grid(of: block.span)
    // Row 0 of the matrix belongs to another column.
    let factors: [Float] = [9, 9, 9, 9, 9, 0, 0.5, -1, 9, 0, 0, 0.25, 9, 0, 0, 0]
    let weights: [Float] = [7, 1.25, 2, 3]
    var targets = weights
    var (codes, errors) = ([UInt8](repeating: 99, count: 34), [Float](repeating: 7, count: 4))
    feedBack(grid, weights, &targets, factors, &codes, &errors)
    // 1.25 becomes 1: 2 should be 2.125, and becomes 2; 3 should be 2.75, and becomes 3.
    #expect(targets == [7, 1.25, 2.125, 2.75])
    #expect(errors == [7, 0.25, 0, 0])
    #expect(codes[2 + 5] == 1 && codes[2 + 31] == 2 && codes[2] == 3 && codes.count { $0 == 99 } == 31)
  }

  private func feedBack(
    _ grid: BlockGrid, _ weights: [Float], _ targets: inout [Float], _ factors: [Float], _ codes: inout [UInt8],
    _ errors: inout [Float]
  ) {
    let places = [5, 31, 0]
    var targetSpan = targets.mutableSpan
    var codeSpan = codes.mutableSpan
    var errorSpan = errors.mutableSpan
    grid.feedBack(
      weights.span, targets: &targetSpan, from: 1, places: places.span, factors: factors.span,
      MatrixCorner(start: 5, stride: 4), codes: &codeSpan, at: 2, errors: &errorSpan)
  }
}

extension [UInt8] {
  fileprivate mutating func setCodes(_ codes: [UInt8], of codec: any FeedbackCodec.Type) {
    var span = mutableSpan
    codec.storeCodes(codes.span, into: &span, at: 0)
  }
}
