import KernelComparison
import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing

/// The kernels of every set that this processor runs give the sums, to the last bit, and the counts of plain Swift.
@Suite("What kernels say of weights is what plain code says")
struct MomentTests {
  static let integerTypes = ElementType.allCases.filter { $0.integerCoded != nil }

  /// Lengths around those of a vector, and of what is taken at once.
  private static let lengths = Array(0...50) + [255, 256, 257, 1_000, 4_099]

  @Test("Moments of floats, finite or not, of every length", arguments: KernelSet.supported.map(\.name))
  func floats(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    var random = SeededGenerator(seed: 511)
    for kind in KernelWeights.allCases {
      for count in Self.lengths {
        var weights = kind.weights(count, seed: random.next())
        // Every third has some that are not finite.
        if count % 3 == 0 {
          for index in weights.indices where random.next() % 13 == 0 {
            weights[index] = random.pick([.nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude])
          }
        }
        var counts = MomentCounts()
        let sums = set.moments(of: weights.span, counts: &counts)
        let expected = PlainMoments(weights)
        #expect(expected.equals(sums, counts), "seed 511, \(kind), \(count) weights: \(sums) \(counts), \(expected)")
      }
    }
  }

  @Test("Moments of blocks of ordinary weights and of any bytes, taken apart", arguments: integerTypes)
  func codes(_ type: ElementType) throws {
    let (codec, alphabet) = (try #require(type.codec), try #require(type.codeAlphabet))
    let range = try #require(alphabet.integers.first)...(try #require(alphabet.integers.last))
    var random = SeededGenerator(seed: 512)
    for count in [1, 2, 3, 5, 8, 9, 17, 33] {
      for kind in [WeightDistribution.gaussian, .zeros, .constant, .ternary, .positive] {
        let ordinary = Scalar.blocks(codec, of: kind.weights(count * type.blockLength, seed: random.next()))
        // Any bytes, among them zeros and what is not finite.
        var any = random.bytes(count * type.blockBytes)
        for index in any.indices where random.next() % 5 == 0 { any[index] = random.pick([0x00, 0xFF, 0x7C, 0x80]) }
        for blocks in [ordinary, any, [UInt8](repeating: 0, count: any.count)] {
          for kernel in KernelUnderTest.all(of: type) {
            let set = try #require(KernelSet.named(kernel.set))
            var row = IntegerRow()
            kernel.kernel.unpack(blocks.span, into: &row)
            var counts = MomentCounts()
            let groups = 0..<(count * type.blockLength / 16)
            let sums = set.moments(
              of: row, groups: groups, codes: range, blockLength: type.blockLength, counts: &counts)
            let expected = PlainMoments(row, groups, blockLength: type.blockLength)
            #expect(expected.equals(sums, counts), "seed 512, \(kernel), \(count) blocks: \(counts), \(expected)")
          }
        }
      }
    }
  }

  @Test("A stretch within a row begins where it is said to", arguments: KernelSet.supported.map(\.name))
  func stretch(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    let kernel = try #require(set.kernel(for: .q4_1))
    var random = SeededGenerator(seed: 513)
    let blocks = random.bytes(64 * 20)
    var row = IntegerRow()
    kernel.unpack(blocks.span, into: &row)
    for groups in [0..<2, 2..<40, 30..<128, 126..<128, 64..<64] {
      var counts = MomentCounts()
      let sums = set.moments(of: row, groups: groups, codes: 0...15, blockLength: 32, counts: &counts)
      #expect(PlainMoments(row, groups, blockLength: 32).equals(sums, counts), "seed 513, \(groups)")
    }
  }

  @Test("Zeros of an offset are found where the code meets it", arguments: KernelSet.supported.map(\.name))
  func zeros(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    var row = IntegerRow()
    row.prepare(columns: 256)
    for weight in 0..<256 { row.set(Int8(weight % 16), at: weight) }
    // 3 x step is the offset; no code reaches it; all codes times 0; the code is not an integer.
    let groups: [(Float, Float)] = [(0.5, -1.5), (0.5, -100), (0, 0), (0.5, -0.25), (-0.25, 1), (0, 2), (0.1, 0)]
    for (group, (step, offset)) in groups.enumerated() { row.set(step: step, offset: offset, ofGroup: group) }
    for group in groups.count..<16 { row.set(step: 1, offset: 1, ofGroup: group) }
    var counts = MomentCounts()
    let sums = set.moments(of: row, groups: 0..<16, codes: 0...15, blockLength: 32, counts: &counts)
    #expect(counts.zeros == 1 + 0 + 16 + 0 + 1 + 0 + 1 && counts.zeroBlocks == 0)
    #expect(PlainMoments(row, 0..<16, blockLength: 32).equals(sums, counts))
  }

  @Test("Codes, bytes and exponents are counted, of every length", arguments: KernelSet.supported.map(\.name))
  func counting(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    var random = SeededGenerator(seed: 514)
    for count in [0, 16, 32, 48, 64, 80, 256, 8_192, 8_208, 16_384, 40_000] {
      var row = IntegerRow()
      row.prepare(columns: (count + 255) / 256 * 256)
      for weight in 0..<count { row.set(Int8(truncatingIfNeeded: random.next() & 0x8F), at: weight) }
      let integers: [Int8] = [0, 1, -128, -113, 15, 3, 3, 77]
      var counts = [UInt64](repeating: 5, count: integers.count)
      set.count(integers, among: row, count: count, into: &counts)
      let codes = row.codes.prefix(count)
      #expect(counts == integers.map { integer in UInt64(5 + codes.count { $0 == integer }) }, "seed 514, \(count)")

      var tally = ByteTally()
      var totals = [Int](repeating: 0, count: 256)
      set.tally(row, weights: 0..<count, into: &tally)
      let bytes = codes.map { UInt8(bitPattern: $0) }
      set.tally(bytes.span, into: &tally)
      tally.drain(into: &totals)
      let expected = (0..<256).map { byte in 2 * codes.count { Int(UInt8(bitPattern: $0)) == byte } }
      #expect(totals == expected, "seed 514, \(count)")

      let weights = (0..<(count / 3)).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
      var exponents = [Int](repeating: 0, count: 256)
      set.tally(exponentsOf: weights.span, into: &tally)
      tally.drain(into: &exponents)
      let fields = (0..<256).map { field in weights.count { Int($0.bitPattern >> 23 & 255) == field } }
      #expect(exponents == fields, "seed 514, \(count)")
    }
  }

  @Test("Only the buffers are read", arguments: KernelSet.supported.map(\.name))
  func bounds(_ name: String) async {
    await #expect(processExitsWith: .success) { [name = name as String] in
      guard let set = KernelSet.named(name) else { return }
      for place in GuardedPlace.allCases {
        for count in Array(0...40) + [64, 255, 4_096] {
          let weights = GuardedPages([Float](repeating: 1, count: count), place)
          let bytes = GuardedPages([UInt8](repeating: 1, count: count), place)
          var (counts, tally) = (MomentCounts(), ByteTally())
          _ = set.moments(of: UnsafeBufferPointer(weights.elements).span, counts: &counts)
          set.tally(exponentsOf: UnsafeBufferPointer(weights.elements).span, into: &tally)
          set.tally(UnsafeBufferPointer(bytes.elements).span, into: &tally)
        }
      }
    }
  }
}

/// What formats/statistics.md says, one weight after the other.
private struct PlainMoments {
  private var sums: [Double] = Array(repeating: 0, count: 16)
  private var squares: [Double] = Array(repeating: 0, count: 16)
  private var (smallest, largest) = (Double.infinity, -Double.infinity)
  private var (zeros, notANumber, infinite, zeroBlocks) = (0, 0, 0, 0)

  init(_ weights: [Float]) {
    for (index, weight) in weights.enumerated() {
      guard add(Double(weight)) else { continue }
      sums[index % 16] += Double(weight)
      squares[index % 16] += Double(weight) * Double(weight)
    }
  }

  init(_ row: IntegerRow, _ groups: Range<Int>, blockLength: Int) {
    var zeroGroups: [Bool] = []
    for (number, group) in groups.enumerated() {
      let (step, offset) = (Double(row.steps[group]), Double(row.offsets[group]))
      let codes = row.codes[(group * 16)..<(group * 16 + 16)].map { Double($0) }
      let before = zeros
      var isFinite = true
      for code in codes { isFinite = add(step * code + offset) && isFinite }
      zeroGroups.append(zeros == before + 16)
      if !isFinite { continue }
      let (sum, square) = (codes.reduce(0, +), codes.reduce(0) { $0 + $1 * $1 })
      sums[number % 16] += step * sum + 16 * offset
      squares[number % 16] += max(0, (step * step * square + 2 * (step * offset) * sum) + 16 * (offset * offset))
    }
    let length = blockLength / 16
    zeroBlocks = (0..<(zeroGroups.count / length)).count { block in
      zeroGroups[(block * length)..<(block * length + length)].allSatisfy { $0 }
    }
  }

  /// Whether the weight is finite.
  private mutating func add(_ weight: Double) -> Bool {
    if weight.isNaN {
      notANumber += 1
    } else if weight.isInfinite {
      infinite += 1
    } else {
      (smallest, largest) = (min(smallest, weight), max(largest, weight))
      if weight == 0 { zeros += 1 }
    }
    return weight.isFinite
  }

  private static func sumOfHalves(_ lanes: [Double]) -> Double {
    var lanes = lanes
    for width in [8, 4, 2, 1] { for i in 0..<width { lanes[i] += lanes[i + width] } }
    return lanes[0]
  }

  func equals(_ stretch: StretchSums, _ counts: MomentCounts) -> Bool {
    stretch.weights.bitPattern == Self.sumOfHalves(sums).bitPattern
      && stretch.squares.bitPattern == Self.sumOfHalves(squares).bitPattern && counts.smallest == smallest
      && counts.largest == largest && counts.zeros == zeros && counts.notANumber == notANumber
      && counts.infinite == infinite && counts.zeroBlocks == zeroBlocks
  }
}
