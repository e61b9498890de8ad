import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing

@testable import Conversion

@Suite("Error feedback")
struct FeedbackEncoderTests {
  static let types = ElementType.allCases.filter { $0.feedbackCodec != nil }
  static let columns = 256
  // Made once: their products take long where they are not optimized.
  static let hessian = SecondMoments.random(columns: columns, samples: 400, seed: 431)
  /// By their columns; of fewer samples than the larger has columns, so that damping alone makes it positive.
  static let ofFewSamples = [64, columns].reduce(into: [:]) {
    $0[$1] = SecondMoments.random(columns: $1, samples: 100, seed: 433)
  }

  @Test("The output's error is less than without, and what is told is what the blocks have", arguments: types)
  func errors(_ type: ElementType) throws {
    let weights = WeightDistribution.gaussian.weights(4 * Self.columns, seed: 432)
    var last = Double.infinity
    for passes in [0, 1, 3] {
      var feedback = ErrorFeedback()
      feedback.passes = passes
      let (blocks, sums) = try encode(weights, type, Self.hessian, feedback)
      let measured = outputError(weights, blocks, type, Self.hessian)
      #expect(abs(sums.error - measured.error) < 1e-3 * measured.error, "seeds 431 and 432")
      #expect(abs(sums.signal - measured.signal) < 1e-3 * measured.signal, "seeds 431 and 432")
      #expect(sums.error < 0.85 * sums.unaided, "seeds 431 and 432: \(sums.error / sums.unaided)")
      #expect(sums.error <= last * 1.001, "seeds 431 and 432: more passes, more error")
      last = sums.error
    }
  }

  @Test(
    "No row has more error than the same row without feedback", arguments: types,
    [.gaussian, .outliers, .constant, .zeros] as [WeightDistribution])
  func noRowIsWorse(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let n = max(64, type.blockLength)
    let weights = distribution.weights(2 * n, seed: 434)
    let basis = try basis(#require(Self.ofFewSamples[n]), type, ErrorFeedback())
    for row in 0..<2 {
      let sums = try encode(Array(weights[(row * n)..<((row + 1) * n)]), type, basis).sums
      #expect(sums.error <= sums.unaided * 1.0001, "seeds 433 and 434, row \(row)")
    }
  }

  @Test("A row's blocks depend on no other row", arguments: types)
  func rows(_ type: ElementType) throws {
    let weights = WeightDistribution.heavyTails.weights(5 * Self.columns, seed: 436)
    let basis = try basis(Self.hessian, type, ErrorFeedback())
    let together = try encode(weights, type, basis).blocks
    let apart = try (0..<5).flatMap {
      try encode(Array(weights[($0 * Self.columns)..<(($0 + 1) * Self.columns)]), type, basis).blocks
    }
    #expect(together == apart, "seeds 431 and 436")
  }

  @Test("Every set of kernels makes the same blocks", arguments: types)
  func sets(_ type: ElementType) throws {
    let weights = WeightDistribution.gaussian.weights(3 * Self.columns, seed: 438)
    let hessian = try #require(Self.ofFewSamples[Self.columns])
    let results = try KernelSet.all.map { set in
      try encode(weights, type, basis(hessian, type, ErrorFeedback(), set), set)
    }
    for result in results {
      #expect(result.blocks == results[0].blocks && result.sums == results[0].sums, "seeds 433 and 438")
    }
  }

  @Test("Without correlations nothing is fed back: each weight is the nearest one")
  func diagonal() throws {
    let n = 64
    var hessian = [Float](repeating: 0, count: n * n)
    for i in 0..<n { hessian[i * n + i] = 1 + Float(i % 5) }
    let weights = WeightDistribution.gaussian.weights(3 * n, seed: 439)
    let (blocks, sums) = try encode(weights, .q4_0, hessian, ErrorFeedback())
    let decoded = Q4_0Codec.weights(of: blocks)
    for block in 0..<6 {
      let grid = Q4_0Codec.grid(of: blocks.span.extracting((block * 18)..<(block * 18 + 18)))
      for i in 0..<32 {
        #expect(decoded[block * 32 + i] == grid.nearest(to: weights[block * 32 + i], at: i).weight, "seed 439")
      }
    }
    #expect(sums.error <= sums.unaided)
  }

  @Test("Columns are in the order of what goes through them, block by block")
  func order() throws {
    let n = 96
    var hessian = [Float](repeating: 0, count: n * n)
    for i in 0..<n { hessian[i * n + i] = Float((i * 37) % 96 + (i / 32 == 1 ? 1000 : 1)) }
    let basis = try basis(hessian, .q4_0, ErrorFeedback())
    #expect(Set(basis.order) == Set(0..<n))
    #expect(basis.order.prefix(32).allSatisfy { (32..<64).contains($0) })
    for block in [0, 32, 64] {
      let diagonal = basis.order[block..<(block + 32)].map { hessian[$0 * n + $0] }
      #expect(diagonal == diagonal.sorted(by: >))
    }
    var natural = ErrorFeedback()
    natural.ordersByActivity = false
    #expect(try self.basis(hessian, .q4_0, natural).order == Array(0..<n))
  }

  @Test("Columns that nothing goes through do no harm")
  func deadColumns() throws {
    var hessian = SecondMoments.random(columns: 64, samples: 200, seed: 440)
    for i in 0..<64 { for j in 0..<64 where i % 3 == 0 || j % 3 == 0 { hessian[i * 64 + j] = 0 } }
    let weights = WeightDistribution.gaussian.weights(4 * 64, seed: 441)
    let sums = try encode(weights, .nf4, hessian, ErrorFeedback()).sums
    #expect(sums.error < sums.unaided && sums.error > 0, "seeds 440 and 441")
  }

  @Test("Weights whose scales overflow leave the blocks of the search, which are refused", arguments: types)
  func overflow(_ type: ElementType) throws {
    var weights = WeightDistribution.gaussian.weights(2 * Self.columns, seed: 443)
    weights[300] = .greatestFiniteMagnitude
    let blocks = try encode(weights, type, Self.hessian, ErrorFeedback()).blocks
    let codec = try #require(type.codec)
    let half = blocks.count / 2
    #expect(codec.firstNonFiniteBlock(in: blocks.span.extracting(0..<half)) == nil)
    #expect(codec.firstNonFiniteBlock(in: blocks.span) != nil)
  }

  @Test("Memory is that of the matrices that are there at a time")
  func memory() {
    var feedback = ErrorFeedback()
    #expect(FeedbackBases.byteCount(columns: 1 << 16, feedback) == 5 << 34)
    feedback.passes = 0
    #expect(FeedbackBases.byteCount(columns: 1 << 16, feedback) == 4 << 34)
  }

  // MARK: -

  private func basis(
    _ hessian: [Float], _ type: ElementType, _ feedback: ErrorFeedback, _ set: KernelSet = .fastest
  ) throws -> FeedbackBasis {
    try #require(try FeedbackBasis(of: hessian, blockLength: type.blockLength, feedback, kernels: set))
  }

  private func encode(
    _ weights: [Float], _ type: ElementType, _ hessian: [Float], _ feedback: ErrorFeedback
  ) throws -> (blocks: [UInt8], sums: OutputErrorSums) {
    try encode(weights, type, basis(hessian, type, feedback), passes: feedback.passes)
  }

  private func encode(
    _ weights: [Float], _ type: ElementType, _ basis: FeedbackBasis, _ set: KernelSet = .fastest, passes: Int = 1
  ) throws -> (blocks: [UInt8], sums: OutputErrorSums) {
    let codec = try #require(type.feedbackCodec)
    var feedback = ErrorFeedback()
    feedback.passes = passes
    var encoder = FeedbackEncoder(kernels: set, feedback: feedback)
    var blocks = [UInt8](repeating: 0xA5, count: weights.count / type.blockLength * type.blockBytes + 7)
    var span = blocks.mutableSpan
    let sums = encoder.encode(weights.span, codec, basis, into: &span, at: 7)
    #expect(blocks.prefix(7).allSatisfy { $0 == 0xA5 })
    return (Array(blocks.dropFirst(7)), sums)
  }

  /// By the definition.
  private func outputError(
    _ weights: [Float], _ blocks: [UInt8], _ type: ElementType, _ hessian: [Float]
  ) -> (error: Double, signal: Double) {
    let n = Int(Double(hessian.count).squareRoot())
    let decoded = type.decoder?.weights(of: blocks) ?? []
    func cost(_ row: [Double]) -> Double {
      var sum = 0.0
      for i in 0..<n { for j in 0..<n { sum += row[i] * Double(hessian[i * n + j]) * row[j] } }
      return sum
    }
    return (0..<(weights.count / n)).reduce(into: (0, 0)) { sums, row in
      let range = (row * n)..<((row + 1) * n)
      sums.0 += cost(range.map { Double(weights[$0]) - Double(decoded[$0]) })
      sums.1 += cost(range.map { Double(weights[$0]) })
    }
  }
}

extension BlockDecoder {
  fileprivate static func weights(of blocks: [UInt8]) -> [Float] {
    var weights = [Float](repeating: 0, count: blocks.count / elementType.blockBytes * elementType.blockLength)
    var span = weights.mutableSpan
    decode(blocks.span, into: &span)
    return weights
  }
}
