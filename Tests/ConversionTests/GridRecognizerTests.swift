import Checkpoints
import Conversion
import Kernels
import MemoryCheckpoints
import Quantization
import TensorCore
import TestSupport
import Testing

@Suite("Tensors on a grid")
struct GridRecognizerTests {
  private static let seed: UInt64 = 912

  /// Weights as quantization-aware training to four bits leaves them: a scale for each 32, codes that seldom reach -8.
  private static func trained(_ count: Int, as type: ElementType, seed: UInt64 = seed) throws -> [Float] {
    var random = SeededGenerator(seed: seed)
    let codec = try #require(type.gridCodec)
    var weights: [Float] = []
    while weights.count < count {
      let codes = (0..<type.blockLength).map { _ in
        UInt8(
          max(0, min(codec.gridLevels.values.count - 1, codec.gridLevels.values.count / 2 + Int(random.gaussian() * 2)))
        )
      }
      var block = [UInt8](repeating: 0, count: type.blockBytes)
      var span = block.mutableSpan
      codec.storeGridBlock(
        scale: Binary16.bits(0.01 + abs(random.gaussian()) / 50), codes: codes.span, into: &span, at: 0)
      weights += decoded(block, of: type)
    }
    return weights
  }

  @Test(
    "A tensor is recognised by its type, whatever it is stored as, and an ordinary one by none",
    arguments: [
      ElementType.q4_0, .q8_0, .nf4, .tq1_0, .tq2_0,
    ], [ElementType.f32, .f16, .bf16])
  func isRecognised(_ type: ElementType, _ dtype: ElementType) throws {
    let weights = try Self.trained(2 * 1024, as: type)
    let source = MemorySource([
      .init(name: "trained", type: dtype, dimensions: [2, 1024], payload: payload(of: weights, as: dtype)),
      .init(
        name: "ordinary", type: dtype, dimensions: [2, 1024],
        payload: payload(of: WeightDistribution.gaussian.weights(2 * 1024, seed: Self.seed), as: dtype)),
      .init(
        name: "bias", type: dtype, dimensions: [1024], payload: payload(of: Array(weights.prefix(1024)), as: dtype)),
    ])
    let found = try GridRecognizer(source: source, threads: 2).run()
    #expect(found.map(\.tensor.name) == ["trained", "ordinary"])
    let grid = try #require(found[0].grids.first { $0.type == type }, "seed \(Self.seed)")
    #expect(grid.match == .identical && grid.blockCount == 2 * 1024 / type.blockLength)
    let reference = payload(
      of: decoded(encoded(decoded(payload(of: weights, as: dtype), of: dtype), as: type), of: type), as: dtype)
    #expect(
      (grid.missedBlocks > 0) == (decoded(reference, of: dtype) != decoded(payload(of: weights, as: dtype), of: dtype)))
    #expect(found[1].grids == [])
  }

  @Test("One weight in a tensor of several chunks takes it off the grid, and no thread changes what is found")
  func oneWeight() throws {
    // Mostly blocks that the reference's quantizer finds, which takes less time.
    let trained = try Self.trained(4096, as: .q4_0)
    let ordinary = WeightDistribution.gaussian.weights((1 << 19) - 4096, seed: Self.seed)
    var weights = decoded(encoded(ordinary, as: .q4_0), of: .q4_0) + trained
    func run(_ threads: Int, _ kernels: KernelSet) throws -> [TensorGrids.Grid] {
      let source = MemorySource("w", [512, 1024], weights: weights)
      let recognizer = GridRecognizer(source: source, types: [.q4_0, .q4_K], threads: threads, kernels: kernels)
      return try #require(recognizer.run().first).grids
    }
    let first = try run(1, .fastest)
    try #require(first.map(\.type) == [.q4_0])
    let lost = zip(trained, decoded(encoded(trained, as: .q4_0), of: .q4_0)).enumerated().filter { $1.0 != $1.1 }
    #expect(first[0].missedBlocks == Set(lost.map { $0.offset / 32 }).count, "seed \(Self.seed)")
    #expect(first[0].missedBlocks > 50 && first[0].blockCount == 1 << 14, "seed \(Self.seed)")
    #expect(try run(3, .generic) == first)
    weights[400_003] = weights[400_003].nextUp
    #expect(try run(2, .fastest) == [])
    weights[400_003] = .nan
    #expect(try run(2, .fastest) == [])
  }

  @Test("Of types without a grid that is known the reference's blocks decide")
  func otherTypes() throws {
    let weights = decoded(encoded(WeightDistribution.gaussian.weights(2048, seed: Self.seed), as: .mxfp4), of: .mxfp4)
    let source = MemorySource("w", [4, 512], weights: weights)
    let found = try GridRecognizer(source: source, types: [.mxfp4, .q4_K], threads: 1).run()
    #expect(found.first?.grids.map(\.type) == [.mxfp4])
  }
}
