import Checkpoints
import Inspection
import Kernels
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing
import Verification

@Suite("How far tensors of two checkpoints are from each other")
struct CheckpointComparerTests {
  private static let seed: UInt64 = 500
  private static let weights = WeightDistribution.gaussian.weights(8 * 256, seed: seed)

  private func entry(
    _ type: ElementType, _ payload: [UInt8], _ dimensions: [Int] = [8, 256], _ order: ByteOrder = .little
  ) -> MemorySource.Entry {
    .init(name: "w", type: type, dimensions: dimensions, byteOrder: order, payload: payload)
  }

  private func compare(
    _ a: MemorySource.Entry, _ b: MemorySource.Entry, threads: Int = 2, kernels: KernelSet = .fastest
  ) throws -> CheckpointComparison { try compare([a], [b], threads: threads, kernels: kernels) }

  private func compare(
    _ a: [MemorySource.Entry], _ b: [MemorySource.Entry], threads: Int = 2, kernels: KernelSet = .fastest
  ) throws -> CheckpointComparison {
    let (a, b) = (MemorySource(a), MemorySource(b))
    let plan = ComparisonPlan(a, b)
    let comparer = CheckpointComparer(plan: plan, a: a, b: b, threads: threads, kernels: kernels)
    let changed = try comparer.findChanges()
    let differences = try comparer.measure(comparer.pairsToMeasure(changed: changed))
    return CheckpointComparison(
      a: CheckpointFacts(a, name: "a"), b: CheckpointFacts(b, name: "b"), metadata: .notAsked, plan: plan,
      changed: changed, differences: differences)
  }

  private func difference(_ comparison: CheckpointComparison) throws -> TensorDifference {
    guard case .measured(let difference)? = comparison.outcomes.first else {
      Issue.record("not measured: \(comparison.outcomes)")
      throw NotMeasured()
    }
    return difference
  }

  private struct NotMeasured: Error {}

  @Test("Equal bytes are identical, and nothing is measured", arguments: ElementType.allCases)
  func identical(_ type: ElementType) throws {
    var generator = SeededGenerator(seed: Self.seed)
    let bytes = generator.bytes(8 * 256 / type.blockLength * type.blockBytes)
    let comparison = try compare(entry(type, bytes), entry(type, bytes))
    #expect(comparison.outcomes == [.identical] && !comparison.isDifferent, "seed \(Self.seed)")
  }

  @Test("One weight that differs is counted, placed, and measured relative to all of A")
  func oneWeight() throws {
    var changed = Self.weights
    changed[5 * 256 + 17] += 0.5
    let comparison = try compare(
      entry(.f32, encoded(Self.weights, as: .f32)), entry(.f32, encoded(changed, as: .f32)))
    let difference = try difference(comparison)
    #expect((difference.count, difference.differing, difference.first) == (2048, 1, 5 * 256 + 17))
    let loss = try #require(difference.loss)
    let change = Double(changed[5 * 256 + 17]) - Double(Self.weights[5 * 256 + 17])
    let power = Self.weights.reduce(0.0) { $0 + Double($1) * Double($1) }
    #expect(abs(loss.sums.relativeRMSE / (change * change / power).squareRoot() - 1) < 1e-12, "seed \(Self.seed)")
    #expect(loss.maximum?.element == 5 * 256 + 17 && loss.maximum?.error == abs(change))
    #expect(comparison.isDifferent)
  }

  @Test("Chunks that are the same count for the figures of a tensor that is not")
  func equalChunks() throws {
    let count = (1 << 19) + 256
    var (a, b) = ([Float](repeating: 1, count: count), [Float](repeating: 1, count: count))
    (a[count - 1], b[count - 1]) = (1, 3)
    let dimensions = [count / 256, 256]
    let difference = try difference(
      compare(entry(.f32, encoded(a, as: .f32), dimensions), entry(.f32, encoded(b, as: .f32), dimensions)))
    let sums = try #require(difference.loss?.sums)
    #expect((difference.count, difference.differing, sums.count) == (count, 1, count))
    #expect(sums.nmse == 4 / Double(count))
    #expect(sums.rms == 1)
    #expect(difference.loss?.maximum?.element == count - 1)
  }

  @Test("Other bytes of the same weights are a difference without a figure")
  func unusedBits() throws {
    // The first byte of TQ1_0 holds five digits in base 3, of 243 states; 0 and 1 decode to the same five.
    var a = [UInt8](repeating: 0, count: 54)
    a[53] = 0x3C
    let first = decoded(a, of: .tq1_0)
    let same = try #require((1...255).first { byte in decoded([UInt8(byte)] + a.dropFirst(), of: .tq1_0) == first })
    let b = [UInt8(same)] + a.dropFirst()
    let comparison = try compare(entry(.tq1_0, a, [1, 256]), entry(.tq1_0, b, [1, 256]))
    let difference = try difference(comparison)
    #expect((difference.differing, difference.first) == (0, nil))
    #expect(difference.loss?.sums.nmse == 0)
    #expect(comparison.isDifferent)
  }

  @Test("0 and -0 are the same weight in other bytes")
  func zeros() throws {
    let comparison = try compare(
      entry(.f32, encoded([0, 1], as: .f32), [2]), entry(.f32, encoded([-0.0, 1], as: .f32), [2]))
    #expect(try difference(comparison).differing == 0)
    #expect(comparison.isDifferent)
  }

  @Test("Another type with the same values differs in its type alone", arguments: [ElementType.f64, .bf16, .f16])
  func retyped(_ type: ElementType) throws {
    let values: [Float] = [0.5, -2, 1, 0]
    let comparison = try compare(
      entry(.f32, encoded(values, as: .f32), [4]), entry(type, payload(of: values, as: type), [4]))
    #expect(try difference(comparison).differing == 0)
    #expect(comparison.isDifferent && comparison.counts.retyped == 1)
  }

  @Test("What quantizing lost is what comparing with the original finds", arguments: encodedTypes.filter { $0 != .f32 })
  func quantized(_ type: ElementType) throws {
    let blocks = encoded(Self.weights, as: type)
    let sums = try #require(
      try difference(compare(entry(.f32, encoded(Self.weights, as: .f32)), entry(type, blocks))).loss?.sums)
    let errors = zip(Self.weights, decoded(blocks, of: type)).map { Double($1) - Double($0) }
    let power = Self.weights.reduce(0.0) { $0 + Double($1) * Double($1) }
    let expected = (errors.reduce(0.0) { $0 + $1 * $1 } / power).squareRoot()
    #expect(abs(sums.relativeRMSE - expected) <= 1e-12 * expected, "seed \(Self.seed)")
    #expect(sums.maximumError == errors.map(abs).max())
  }

  @Test("NaN and infinities are counted and left out; the same bits are the same")
  func notFinite() throws {
    let a: [Float] = [.nan, .infinity, 1, .nan, 2, 3, .infinity, 4]
    let b: [Float] = [.nan, .infinity, 1, 5, .infinity, 3, -.infinity, 4]
    let comparison = try compare(entry(.f32, encoded(a, as: .f32), [8]), entry(.f32, encoded(b, as: .f32), [8]))
    let difference = try difference(comparison)
    #expect((difference.differing, difference.first) == (3, 3))
    #expect((difference.notFiniteInA, difference.notFiniteInB) == (4, 4))
    #expect(difference.loss?.sums.isFinite == true && difference.loss?.sums.relativeRMSE == 0)
    #expect(
      try compare(entry(.f32, encoded(a, as: .f32), [8]), entry(.f32, encoded(a, as: .f32), [8])).isDifferent == false)
  }

  @Test("A NaN with other bits differs")
  func otherNaN() throws {
    let (a, b) = (Float(bitPattern: 0x7FC0_0000), Float(bitPattern: 0x7FC0_0001))
    let difference = try difference(
      compare(entry(.f32, encoded([a], as: .f32), [1]), entry(.f32, encoded([b], as: .f32), [1])))
    #expect((difference.differing, difference.notFiniteInA, difference.notFiniteInB) == (1, 1, 1))
  }

  @Test("Weights of zero that became something are infinitely far, in figures that are no NaN")
  func fromZero() throws {
    let sums = try #require(
      try difference(
        compare(entry(.f32, encoded([0, 0], as: .f32), [2]), entry(.f32, encoded([0, 2], as: .f32), [2]))
      ).loss?.sums)
    #expect(sums.relativeRMSE == .infinity && sums.cosine == 0)
  }

  @Test("Integers are compared as numbers, of other widths too")
  func integers() throws {
    let comparison = try compare(entry(.i8, [1, 0xFF, 3], [3]), entry(.i16, [1, 0, 0xFF, 0xFF, 4, 0], [3]))
    let difference = try difference(comparison)
    #expect((difference.count, difference.differing, difference.first) == (3, 1, 2))
    #expect(difference.loss == nil)
  }

  @Test(
    "Of blocks that cannot be decoded it is counted how many differ", arguments: [ElementType.iq2_xs, .iq3_s, .iq1_m])
  func blocks(_ type: ElementType) throws {
    var generator = SeededGenerator(seed: Self.seed)
    let a = generator.bytes(8 * type.blockBytes)
    var b = a
    b[3 * type.blockBytes] ^= 1
    b[8 * type.blockBytes - 1] ^= 0x80
    let difference = try difference(compare(entry(type, a), entry(type, b)))
    #expect((difference.count, difference.differing, difference.first) == (8, 2, 3), "seed \(Self.seed)")
  }

  @Test("What cannot be compared is different, and is not measured")
  func notComparable() throws {
    let comparison = try compare(entry(.i8, [1], [1]), entry(.f32, encoded([1], as: .f32), [1]))
    #expect(comparison.outcomes == [.notComparable("is I8 in A and F32 in B")])
    #expect(comparison.isDifferent && comparison.counts.notComparable == 1)
  }

  @Test("Numbers are the same in either byte order", arguments: [ElementType.f32, .f16, .bf16, .f64])
  func byteOrders(_ type: ElementType) throws {
    let (little, big) = (payload(of: Self.weights, as: type), payload(of: Self.weights, as: type, .big))
    #expect(little != big)
    #expect(try compare(entry(type, little), entry(type, big, [8, 256], .big)).outcomes == [.identical])
  }

  @Test("Tensors without elements are identical")
  func empty() throws {
    #expect(try compare(entry(.f32, [], [0, 4]), entry(.f32, [], [0, 4])).outcomes == [.identical])
    #expect(try compare(entry(.f32, [], [0, 4]), entry(.f16, [], [0, 4])).counts.retyped == 1)
  }
}
