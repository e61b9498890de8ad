import Kernels
import TestSupport
import Testing

/// Sums of products of matrices: every set has the bits of a plain loop.
@Suite("Products of matrices")
struct MatrixProductTests {
  /// Rows, depth and columns, around the tiles of the kernels.
  static let sizes = [
    (1, 1, 1), (4, 3, 16), (5, 32, 33), (3, 7, 15), (8, 64, 48), (2, 1, 17), (0, 3, 3), (3, 0, 3), (3, 3, 0),
    (13, 2, 100),
  ]

  @Test("Sums in binary32", arguments: KernelSet.all.map(\.name), sizes)
  func adding(_ name: String, _ size: (rows: Int, depth: Int, columns: Int)) throws {
    let set = try #require(KernelSet.named(name))
    let (rows, depth, columns) = size
    var generator = SeededGenerator(seed: 411)
    let factors = numbers(rows * (depth + 3) + 5, &generator)
    let vectors = numbers(depth * (columns + 1) + 2, &generator)
    let targets = numbers(rows * (columns + 5) + 1, &generator)
    var expected = targets
    for r in 0..<rows {
      for c in 0..<columns {
        for k in 0..<depth {
          expected[1 + r * (columns + 5) + c] += factors[5 + r * (depth + 3) + k] * vectors[2 + k * (columns + 1) + c]
        }
      }
    }
    var found = targets
    var span = found.mutableSpan
    set.addProducts(
      of: factors.span, MatrixPlace(start: 5, stride: depth + 3), with: vectors.span,
      MatrixPlace(start: 2, stride: columns + 1), rows: rows, depth: depth, columns: columns, to: &span,
      MatrixPlace(start: 1, stride: columns + 5))
    #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "seed 411")
  }

  @Test("Sums in binary64", arguments: KernelSet.all.map(\.name), sizes)
  func subtracting(_ name: String, _ size: (rows: Int, depth: Int, columns: Int)) throws {
    let set = try #require(KernelSet.named(name))
    let (rows, depth, columns) = size
    var generator = SeededGenerator(seed: 412)
    let factors = numbers(depth * (rows + 3) + 5, &generator).map { Double($0) / 3 }
    let vectors = numbers(depth * (columns + 1) + 2, &generator)
    let sums = numbers(rows * (columns + 5) + 1, &generator).map { Double($0) / 7 }
    var expected = sums
    for r in 0..<rows {
      for c in 0..<columns {
        for k in 0..<depth {
          let vector = Double(vectors[2 + k * (columns + 1) + c])
          expected[1 + r * (columns + 5) + c] -= factors[5 + k * (rows + 3) + r] * vector
        }
      }
    }
    var found = sums
    var span = found.mutableSpan
    set.subtractProducts(
      of: factors.span, MatrixPlace(start: 5, stride: rows + 3), with: vectors.span,
      MatrixPlace(start: 2, stride: columns + 1), rows: rows, depth: depth, columns: columns, from: &span,
      MatrixPlace(start: 1, stride: columns + 5))
    #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "seed 412")
  }

  private func numbers(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in generator.gaussian() }
  }
}
