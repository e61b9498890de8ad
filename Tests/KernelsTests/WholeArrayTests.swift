import Kernels
import TestSupport
import Testing

/// What the sets do with weights of no type.
@Suite("Kernels that look at weights")
struct WholeArrayTests {
  @Test("One weight that is not finite is found wherever it stands", arguments: KernelSet.supported.map(\.name))
  func allFinite(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    for count in 0...70 {
      var weights = KernelWeights.nearLargest.weights(count, seed: 191)
      let areFinite = set.allFinite(weights.span)
      #expect(areFinite)
      for place in weights.indices {
        for odd in [Float.infinity, -.infinity, .nan, Float(bitPattern: 0xFF80_0001), Float(bitPattern: 0x7FFF_FFFF)] {
          let before = weights[place]
          weights[place] = odd
          let found = !set.allFinite(weights.span)
          #expect(found, "\(odd) at \(place) of \(count)")
          weights[place] = before
        }
      }
    }
  }

  @Test("Figures are those of sixteen sums, to the last bit", arguments: KernelSet.supported.map(\.name))
  func measure(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    for kind in KernelWeights.allCases {
      for count in [0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 1_000, 4_096] {
        let original = kind.weights(count, seed: 192)
        var random = SeededGenerator(seed: 193)
        let decoded = original.map { $0 * Float.random(in: 0.9...1, using: &random) }
        for length in [0, 1, 32, 256] {
          var counts = ErrorCounts()
          let loss = set.measure(original: original.span, decoded: decoded.span, blockLength: length, errors: &counts)
          let expected = Self.loss(original, decoded, blockLength: length)
          #expect(loss == expected, "\(kind), \(count), blocks of \(length)")
        }
      }
    }
  }

  @Test(
    "Errors are counted by the upper bits of their magnitude, all of them or one sixteen of several",
    arguments: KernelSet.supported.map(\.name), [1, 2, 4])
  func counts(_ name: String, every: Int) throws {
    let set = try #require(KernelSet.named(name))
    var (counts, totals) = (ErrorCounts(), [UInt64](repeating: 0, count: ErrorCounts.classCount))
    var expected = totals
    for kind in KernelWeights.allCases {
      for (phase, count) in [1, 5, 16, 17, 100, 1_000].enumerated() {
        let original = kind.weights(count, seed: 194)
        var random = SeededGenerator(seed: 195)
        // Every third weight is kept.
        let decoded = original.enumerated().map { $0 % 3 == 0 ? $1 : $1 * Float.random(in: 0.9...1, using: &random) }
        _ = set.measure(
          original: original.span, decoded: decoded.span, blockLength: phase % 2 * 32, errors: &counts,
          sample: ErrorSample(phase: phase, every: every))
        for index in 0..<count where (index / 16 + phase) % every == 0 {
          expected[Int((decoded[index] - original[index]).magnitude.bitPattern >> 17)] += 1
        }
      }
      let before = totals.reduce(0, +)
      let moved = counts.drain(into: &totals)
      #expect(moved == totals.reduce(0, +) - before)
      #expect(totals == expected, "\(kind), seeds 194 and 195")
      let again = counts.drain(into: &totals)
      #expect(again == 0)
    }
  }

  /// As formats/verification.md defines the sums.
  private static func loss(_ original: [Float], _ decoded: [Float], blockLength: Int) -> StretchLoss {
    var (error, signal, squares) = (Lanes(), Lanes(), Lanes())
    var (product, absolute) = (Lanes(), Lanes())
    var largest = 0.0
    var worst: StretchLoss.WorstBlock?
    let length = blockLength % 16 == 0 && blockLength > 0 ? blockLength : 16
    for start in stride(from: 0, to: original.count, by: length) {
      var block = Lanes()
      let end = min(start + length, original.count)
      // A rest that is no block goes in sixteens.
      let whole = end - start == length
      for index in start..<end {
        if !whole && index > start && (index - start) % 16 == 0 {
          error.add(block)
          block = Lanes()
        }
        let (x, y) = (Double(original[index]), Double(decoded[index]))
        let difference = y - x
        block[index % 16] += difference * difference
        signal[index % 16] += x * x
        squares[index % 16] += y * y
        product[index % 16] += x * y
        absolute[index % 16] += abs(difference)
        largest = max(largest, abs(difference))
      }
      error.add(block)
      if whole && blockLength % 16 == 0 && blockLength > 0 && block.sum > worst?.squaredError ?? 0 {
        worst = StretchLoss.WorstBlock(index: start / length, squaredError: block.sum)
      }
    }
    return StretchLoss(
      count: original.count, squaredError: error.sum, squaredSignal: signal.sum, squaredDecoded: squares.sum,
      product: product.sum, absoluteError: absolute.sum, largestError: largest, worstBlock: worst)
  }
}

/// Sixteen sums.
private struct Lanes {
  private var values = [Double](repeating: 0, count: 16)

  subscript(lane: Int) -> Double {
    get { values[lane] }
    set { values[lane] = newValue }
  }

  mutating func add(_ other: Lanes) { for lane in 0..<16 { values[lane] += other.values[lane] } }

  /// Halves are added until one is left.
  var sum: Double {
    var rest = values
    while rest.count > 1 { rest = (0..<(rest.count / 2)).map { rest[$0] + rest[$0 + rest.count / 2] } }
    return rest[0]
  }
}
