internal import Kernels

// Products of whole arrays: each is taken apart from the others, so that one may be read while another is written.
extension KernelSet {
  func addProducts(
    of factors: [Float], _ factorPlace: MatrixPlace, with vectors: [Float], _ vectorPlace: MatrixPlace, rows: Int,
    depth: Int, columns: Int, to targets: inout [Float], _ targetPlace: MatrixPlace
  ) {
    var span = targets.mutableSpan
    addProducts(
      of: factors.span, factorPlace, with: vectors.span, vectorPlace, rows: rows, depth: depth, columns: columns,
      to: &span, targetPlace)
  }

  /// Adds the products of rows with a matrix of n x n, every row n long, to as many sums.
  ///
  /// - Parameter isUpper: Whether the matrix has zeros on and below its diagonal, which are then left out, as far as that is
  ///   worth it.
  func addProducts(of rows: [Float], with matrix: [Float], columns n: Int, isUpper: Bool, to sums: inout [Float]) {
    // So many rows of the matrix at a time stay in the cache.
    let depth = 64
    for from in stride(from: 0, to: n, by: depth) {
      let first = isUpper ? from : 0
      addProducts(
        of: rows, MatrixPlace(start: from, stride: n), with: matrix, MatrixPlace(start: from * n + first, stride: n),
        rows: rows.count / n, depth: min(depth, n - from), columns: n - first, to: &sums,
        MatrixPlace(start: first, stride: n))
    }
  }
}
