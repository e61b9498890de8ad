import Kernels
import TestSupport
import Testing

@testable import Conversion

@Suite("Factors of Hessians")
struct HessianFactorTests {
  @Test("U D U^T is the matrix", arguments: [1, 2, 31, 64, 65, 130])
  func product(_ n: Int) throws {
    let matrix = SecondMoments.random(columns: n, samples: 2 * n, seed: 421)
    let factor = try #require(try HessianFactor(of: matrix, columns: n, kernels: .fastest))
    var worst = 0.0
    for i in 0..<n {
      #expect(factor.upper[(i * n)...(i * n + i)].allSatisfy { $0 == 0 })
      for j in i..<n {
        // U[j, j] is 1.
        var sum = (i == j ? 1 : Double(factor.upper[i * n + j])) * Double(factor.pivots[j])
        for k in (j + 1)..<max(j + 1, n) {
          sum += Double(factor.upper[i * n + k]) * Double(factor.pivots[k]) * Double(factor.upper[j * n + k])
        }
        let scale = Double(matrix[i * n + i] * matrix[j * n + j]).squareRoot()
        worst = max(worst, abs(sum - Double(matrix[i * n + j])) / scale)
      }
    }
    #expect(worst < 1e-5, "seed 421")
  }

  @Test("Every set of kernels has the same")
  func sets() throws {
    let matrix = SecondMoments.random(columns: 100, samples: 60, seed: 422, damping: 0.01)
    let factors = try KernelSet.all.map { try #require(try HessianFactor(of: matrix, columns: 100, kernels: $0)) }
    for factor in factors.dropFirst() {
      #expect(factor.upper.map(\.bitPattern) == factors[0].upper.map(\.bitPattern), "seed 422")
      #expect(factor.pivots.map(\.bitPattern) == factors[0].pivots.map(\.bitPattern), "seed 422")
    }
  }

  @Test("A matrix that is not positive has none; the column is named")
  func notPositive() {
    // Column 1 is -2 times column 2, and then some.
    let matrix: [Float] = [5, 0, 0, 0, 1, -2, 0, -2, 3]
    let error = #expect(throws: HessianFactor.Failure.self) {
      try HessianFactor(of: matrix, columns: 3, kernels: .fastest)
    }
    #expect(error?.column == 1)
    #expect(throws: HessianFactor.Failure.self) {
      try HessianFactor(of: [1e30, 0, 0, .infinity], columns: 2, kernels: .fastest)
    }
  }

  @Test("It can be given up")
  func cancelled() throws {
    let factor = try HessianFactor(of: [1], columns: 1, kernels: .fastest, isCancelled: { true })
    #expect(factor == nil)
  }
}

/// Second moments of vectors that are alike, as those of a layer's inputs are.
enum SecondMoments {
  static func random(columns n: Int, samples: Int, seed: UInt64, damping: Double = 0) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    let scales = (0..<n).map { _ in exp2(generator.gaussian()) }
    var sums = [Double](repeating: 0, count: n * n)
    for _ in 0..<samples {
      let common = generator.gaussian()
      let x = scales.map { Double($0 * (generator.gaussian() + common)) }
      for i in 0..<n { for j in 0..<n { sums[i * n + j] += x[i] * x[j] / Double(samples) } }
    }
    let mean = (0..<n).reduce(0) { $0 + sums[$1 * n + $1] } / Double(n)
    for i in 0..<n { sums[i * n + i] += damping * mean }
    return sums.map { Float($0) }
  }

  /// 2^x, roughly, without the math library.
  private static func exp2(_ x: Float) -> Float {
    let whole = x.rounded(.down)
    return Float(sign: .plus, exponent: Int(whole), significand: 1 + (x - whole))
  }
}
