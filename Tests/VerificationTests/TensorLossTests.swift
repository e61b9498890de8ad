import Kernels
import TestSupport
import Testing
import Verification

@Suite("What a tensor lost, and where")
struct TensorLossTests {
  private static let length = 96 * 40

  private static func weights(seed: UInt64) -> (original: [Float], decoded: [Float]) {
    let original = WeightDistribution.heavyTails.weights(length, seed: seed)
    var generator = SeededGenerator(seed: seed + 1)
    return (original, original.map { $0 * Float.random(in: 0.8...1.2, using: &generator) })
  }

  @Test("The largest error, the worst row and the worst block are where a search finds them", arguments: [32, 96, 480])
  func places(rowLength: Int) throws {
    let (original, decoded) = Self.weights(seed: 410)
    let loss = loss(original, decoded, rowLength: rowLength, blockLength: 32)
    let errors = zip(original, decoded).map { Double($1) - Double($0) }
    let largest = try #require(errors.map(abs).max())
    #expect(loss.maximum?.element == errors.firstIndex { abs($0) == largest }, "seed 410")
    #expect(loss.maximum?.error == largest)
    func squares(_ range: Range<Int>, _ values: (Int) -> Double) -> Double {
      range.reduce(0) { $0 + values($1) * values($1) }
    }
    func ranges(_ length: Int) -> [Range<Int>] {
      stride(from: 0, to: Self.length, by: length).map { $0..<($0 + length) }
    }
    let rows = ranges(rowLength).map { row in
      squares(row) { errors[$0] } / squares(row) { Double(original[$0]) }
    }
    let worst = try #require(rows.max())
    #expect(loss.worstRow?.index == rows.firstIndex(of: worst))
    #expect(abs((loss.worstRow?.relativeRMSE ?? 0) - worst.squareRoot()) <= 1e-13)
    let blocks = ranges(32).map { squares($0) { errors[$0] } }
    let worstBlock = try #require(blocks.max())
    #expect(loss.worstBlock?.element == blocks.firstIndex(of: worstBlock).map { $0 * 32 })
    #expect(abs((loss.worstBlock?.error ?? 0) - worstBlock) <= 1e-13 * worstBlock)
  }

  @Test("Stretches of whole rows, or parts of one row, add up to the whole", arguments: [96, 480, 3_840])
  func stretches(rowLength: Int) {
    let (original, decoded) = Self.weights(seed: 420)
    let whole = loss(original, decoded, rowLength: rowLength, blockLength: 32)
    for length in rowLength == 3_840 ? [32, 96, 1_024] : [rowLength, 2 * rowLength] {
      var sum = TensorLoss(rowLength: rowLength, blockLength: 32)
      var errors = ErrorCounts()
      for start in stride(from: 0, to: Self.length, by: length) {
        let range = start..<min(start + length, Self.length)
        var part = TensorLoss(rowLength: rowLength, blockLength: 32, start: start)
        // Each in two steps, as tiles come.
        let middle = start + range.count / 64 * 32
        for tile in [start..<middle, middle..<range.upperBound] {
          part.add(
            original: original.span.extracting(tile), decoded: decoded.span.extracting(tile), kernels: .fastest,
            errors: &errors)
        }
        sum.add(part)
      }
      #expect(sum.sums.count == whole.sums.count)
      #expect(abs(sum.sums.squaredError - whole.sums.squaredError) <= 1e-13 * whole.sums.squaredError, "seed 420")
      #expect(sum.maximum == whole.maximum && sum.worstBlock == whole.worstBlock)
      #expect(sum.worstRow?.index == whole.worstRow?.index)
      #expect(
        abs((sum.worstRow?.relativeRMSE ?? -1) - (whole.worstRow?.relativeRMSE ?? 0)) <= 1e-13, "stretches of \(length)"
      )
    }
  }

  @Test("Of a large tensor a quarter is counted by error, in each row other columns")
  func sample() {
    // The error of a weight is 1 where it is to be counted, and 4 elsewhere.
    let (rows, columns) = (5_000, 80)
    let decoded = (0..<(rows * columns)).map { ($0 / columns + $0 % columns / 16) % 4 == 0 ? Float(1) : 4 }
    let original = [Float](repeating: 0, count: decoded.count)
    for (elementCount, expected) in [(rows * columns, [1.0, 1]), (1_000, [4, 4])] {
      var (errors, histogram) = (ErrorCounts(), ErrorHistogram())
      var loss = TensorLoss(rowLength: columns, blockLength: 1, elementCount: elementCount)
      // In stretches that end within rows, as tiles do.
      for start in stride(from: 0, to: decoded.count, by: 16_384) {
        let tile = start..<min(start + 16_384, decoded.count)
        loss.add(
          original: original.span.extracting(tile), decoded: decoded.span.extracting(tile), kernels: .fastest,
          errors: &errors)
      }
      histogram.add(&errors)
      #expect(histogram.quantiles([0.5, 1]).map { $0.rounded(.down) } == expected)
      #expect(loss.sums.count == rows * columns)
    }
  }

  @Test("Of equals the first is named")
  func ties() {
    let original = [Float](repeating: 1, count: 64)
    var decoded = original
    for index in [5, 9, 37] { decoded[index] = 3 }
    let equal = loss(original, decoded, rowLength: 32, blockLength: 32)
    #expect(equal.maximum?.element == 5)
    #expect(equal.worstRow?.index == 0 && equal.worstBlock?.element == 0)
    decoded[40] = 3
    decoded[41] = 3
    let second = loss(original, decoded, rowLength: 32, blockLength: 32)
    #expect(second.maximum?.element == 5)
    #expect(second.worstRow?.index == 1 && second.worstBlock?.element == 32)
  }

  @Test("Nothing lost, nowhere")
  func nothing() {
    let weights = WeightDistribution.gaussian.weights(64, seed: 430)
    let loss = loss(weights, weights, rowLength: 32, blockLength: 32)
    #expect(loss.maximum == nil && loss.worstRow == nil && loss.worstBlock == nil && loss.zeroRows == 0)
  }

  @Test("Rows of zeros are counted, whatever became of them")
  func zeroRows() {
    var original = WeightDistribution.gaussian.weights(5 * 16, seed: 440)
    for index in 16..<32 { original[index] = 0 }
    for index in 64..<80 { original[index] = -0.0 }
    var decoded = original
    decoded[70] = 1
    let loss = loss(original, decoded, rowLength: 16)
    #expect(loss.zeroRows == 2 && loss.firstZeroRow == 1)
    #expect(loss.worstRow?.index == 4 && loss.worstRow?.relativeRMSE == .infinity)
  }

  @Test("Rows that are no multiple of sixteen, and of one element", arguments: [1, 3, 17, 50])
  func oddRows(rowLength: Int) {
    let count = rowLength * 13
    let original = WeightDistribution.gaussian.weights(count, seed: 450)
    var decoded = original
    decoded[count - 1] += 2
    let loss = loss(original, decoded, rowLength: rowLength)
    #expect(loss.sums.count == count)
    #expect(loss.maximum?.element == count - 1 && loss.worstRow?.index == 12)
  }
}
