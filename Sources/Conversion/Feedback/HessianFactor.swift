internal import Kernels
internal import TensorCore

/// A symmetric positive matrix as U D U^T, with ones on the diagonal of the upper triangular U, and a diagonal D.
///
/// An error vector e then costs e H e^T = the sum over k of D[k] * (e[k] + the sum over j < k of e[j] * U[j, k])^2. So the
/// target of column k that makes up for the errors before it is its weight plus that inner sum. This is GPTQ's update without
/// the inverse of the Hessian (Chee et al. 2023, arXiv:2307.13304, theorem 6).
///
/// Sums are binary64, in the order of their index, each rounded to binary32 once.
struct HessianFactor {
  /// Row by row; zeros on and below the diagonal.
  let upper: [Float]
  /// D.
  let pivots: [Float]

  /// A matrix has no factor: what is left of a column behind those after it is not above zero.
  struct Failure: Error {
    let column: Int
    let pivot: Double
  }

  /// Rows that are worked on at a time.
  private static let panel = 64

  /// - Parameters:
  ///   - matrix: Row by row; the part above the diagonal is looked at, and the diagonal.
  ///   - columns: How many rows and columns it has.
  ///   - isCancelled: Asked now and then; the result is then nil.
  init?(
    of matrix: [Float], columns n: Int, kernels: KernelSet, isCancelled: () -> Bool = { false }
  ) throws(Failure) {
    // From the last column to the first: R^T D R, with an upper R, of the matrix in the reversed order.
    var factor = [Float](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in i..<n { factor[i * n + j] = matrix[(n - 1 - j) * n + n - 1 - i] }
    }
    var pivots = [Double](repeating: 0, count: n)
    for first in stride(from: 0, to: n, by: Self.panel) {
      if isCancelled() { return nil }
      try Self.eliminate(first..<min(first + Self.panel, n), n, &factor, &pivots, kernels)
    }
    // U[j, k] = R[n - 1 - k, n - 1 - j]: mirrored at the other diagonal.
    for a in 0..<n { factor[a * n + a] = 0 }
    for a in 0..<n {
      for b in a..<n where a + b < n - 1 { factor.swapAt(a * n + b, (n - 1 - b) * n + n - 1 - a) }
    }
    upper = factor
    self.pivots = pivots.reversed().map { Float($0) }
  }

  /// The rows of R, and of D, that stand behind finished ones.
  private static func eliminate(
    _ rows: Range<Int>, _ n: Int, _ factor: inout [Float], _ pivots: inout [Double], _ kernels: KernelSet
  ) throws(Failure) {
    let (first, count, width) = (rows.lowerBound, rows.count, n - rows.lowerBound)
    var sums = [Double](repeating: 0, count: count * width)
    for r in 0..<count {
      for c in r..<width { sums[r * width + c] = Double(factor[(first + r) * n + first + c]) }
    }
    var factors = [Double](repeating: 0, count: first * count)
    for k in 0..<first {
      for r in 0..<count { factors[k * count + r] = Double(factor[k * n + first + r]) * pivots[k] }
    }
    var span = sums.mutableSpan
    kernels.subtractProducts(
      of: factors.span, MatrixPlace(stride: count), with: factor.span, MatrixPlace(start: first, stride: n),
      rows: count, depth: first, columns: width, from: &span, MatrixPlace(stride: width))
    for r in 0..<count {
      let pivot = sums[r * width + r]
      guard pivot > 0, pivot.isFinite, Float(pivot) > 0, Float(pivot).isFinite else {
        throw Failure(column: n - 1 - first - r, pivot: pivot)
      }
      pivots[first + r] = pivot
      let row = (first + r) * n + first
      for c in (r + 1)..<max(r + 1, width) { factor[row + c] = Float(sums[r * width + c] / pivot) }
      let rest = count - r - 1
      let scaled = (0..<rest).map { Double(factor[row + r + 1 + $0]) * pivot }
      var span = sums.mutableSpan
      kernels.subtractProducts(
        of: scaled.span, MatrixPlace(stride: rest), with: factor.span, MatrixPlace(start: row + r + 1, stride: n),
        rows: rest, depth: 1, columns: width - r - 1, from: &span,
        MatrixPlace(start: (r + 1) * width + r + 1, stride: width))
    }
  }
}
