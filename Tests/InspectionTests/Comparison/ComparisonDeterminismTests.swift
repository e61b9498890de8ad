import Inspection
import Kernels
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing
import Verification

@Suite("Differences of tensors on many threads")
struct ComparisonDeterminismTests {
  private static let seed: UInt64 = 501

  private static func source(_ weights: [Float], _ types: [ElementType]) -> MemorySource {
    MemorySource(
      types.enumerated().map { index, type in
        .init(
          name: "blk.\(index).w", type: type, dimensions: [weights.count / 512, 512],
          payload: encoded(weights, as: type))
      })
  }

  @Test("The figures are the same to the last bit on any number of threads, with any set of kernels")
  func figures() throws {
    var generator = SeededGenerator(seed: Self.seed)
    // More than one chunk.
    let weights = (0..<(600 * 512)).map { _ in Float.random(in: -1...1, using: &generator) }
    let other = weights.map { $0 + Float.random(in: -0.01...0.01, using: &generator) }
    let a = Self.source(weights, [.f32, .q8_0, .bf16])
    let b = Self.source(other, [.f32, .q8_0, .q4_0])
    let plan = ComparisonPlan(a, b)
    var all: [[Int: TensorDifference]] = []
    for kernels in KernelSet.supported {
      for threads in [1, 2, 5] {
        let comparer = CheckpointComparer(plan: plan, a: a, b: b, threads: threads, kernels: kernels)
        let changed = try comparer.findChanges()
        #expect(changed == [0, 1])
        all.append(try comparer.measure(comparer.pairsToMeasure(changed: changed)))
      }
    }
    #expect(all[0].count == 3 && all[0][0]?.loss?.sums.nmse ?? 0 > 0)
    #expect(all.allSatisfy { $0 == all[0] }, "seed \(Self.seed)")
  }

  @Test("Groups are of layers and kinds, and count what is identical without measuring it")
  func groups() throws {
    let names = ["blk.0.a", "blk.0.b", "blk.1.a", "norm"]
    func source(_ values: [Float]) -> MemorySource {
      MemorySource(
        zip(names, values).map { name, value in
          .init(name: name, type: .f32, dimensions: [4], payload: encoded([value, 1, 1, 1], as: .f32))
        })
    }
    let (a, b) = (source([1, 1, 1, 1]), source([1, 2, 3, 1]))
    let plan = ComparisonPlan(a, b)
    let comparer = CheckpointComparer(plan: plan, a: a, b: b, threads: 2)
    let changed = try comparer.findChanges()
    let comparison = CheckpointComparison(
      a: CheckpointFacts(a, name: "a"), b: CheckpointFacts(b, name: "b"), metadata: .notAsked, plan: plan,
      changed: changed, differences: try comparer.measure(changed))
    let layers = DifferenceGroup.layers(of: comparison)
    #expect(layers.map(\.layer) == [nil, 0, 1])
    #expect(layers.map(\.tensors) == [1, 2, 1] && layers.map(\.different) == [0, 1, 1])
    #expect(layers.map(\.weights) == [0, 4, 4] && layers.map(\.differingWeights) == [0, 1, 1])
    #expect(layers.map(\.sums.relativeRMSE) == [0, 0.5, 1])
    let kinds = DifferenceGroup.kinds(of: comparison)
    #expect(kinds.map(\.kind) == ["blk.*.a", "blk.*.b", "norm"])
    let whole = DifferenceGroup.whole(of: comparison)
    #expect((whole.tensors, whole.different, whole.weights) == (4, 2, 8))
    #expect(whole.sums.nmse == 5.0 / 8)
  }
}
