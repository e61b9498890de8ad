internal import Kernels

/// What the rows of a tensor are quantized by: the order of its columns, and its Hessian in that order.
final class FeedbackBasis: Sendable {
  let columns: Int
  /// The column that is quantized as number j. Those of a block stand together.
  let order: [Int]
  /// The place of each in its block.
  let places: [Int]
  let factor: HessianFactor
  /// The Hessian in that order, with what damping adds; empty where codes are not looked at again.
  let hessian: [Float]
  /// Its diagonal, column by column: what errors would count for if they were not fed back.
  let importance: [Float]
  /// What damping has added to the diagonal.
  let damping: Float

  /// - Parameters:
  ///   - matrix: The Hessian, row by row, checked.
  ///   - blockLength: Weights of a block; the columns are whole blocks.
  ///   - isCancelled: Asked now and then; the result is then nil.
  init?(
    of matrix: [Float], blockLength: Int, _ feedback: ErrorFeedback, kernels: KernelSet,
    isCancelled: () -> Bool = { false }
  ) throws(HessianFactor.Failure) {
    let n = Int(Double(matrix.count).squareRoot())
    let diagonal = (0..<n).map { matrix[$0 * n + $0] }
    let mean = diagonal.reduce(0) { $0 + Double($1) } / Double(n)
    // A number of its own where all but nothing went through the layer.
    damping = max(Float(Double(feedback.damping) * mean), .leastNormalMagnitude)
    columns = n
    order = feedback.ordersByActivity ? Self.order(diagonal, blockLength) : Array(0..<n)
    places = order.map { $0 % blockLength }
    var permuted = [Float](repeating: 0, count: n * n)
    for i in 0..<n {
      let row = order[i] * n
      for j in 0..<n { permuted[i * n + j] = matrix[row + order[j]] }
      permuted[i * n + i] += damping
    }
    let made: HessianFactor?
    do throws(HessianFactor.Failure) {
      made = try HessianFactor(of: permuted, columns: n, kernels: kernels, isCancelled: isCancelled)
    } catch {
      throw HessianFactor.Failure(column: order[error.column], pivot: error.pivot)
    }
    guard let made else { return nil }
    factor = made
    importance = diagonal.map { [damping] in $0 + damping }
    hessian = feedback.passes > 0 ? permuted : []
  }

  /// Blocks by the sum of their diagonal, then columns by theirs, the largest first; of equal ones the first.
  private static func order(_ diagonal: [Float], _ blockLength: Int) -> [Int] {
    let blocks = diagonal.count / blockLength
    let sums = (0..<blocks).map { block in
      (0..<blockLength).reduce(0) { $0 + Double(diagonal[block * blockLength + $1]) }
    }
    return (0..<blocks).sorted { (-sums[$0], $0) < (-sums[$1], $1) }.flatMap { block in
      ((block * blockLength)..<((block + 1) * blockLength)).sorted { (-diagonal[$0], $0) < (-diagonal[$1], $1) }
    }
  }
}
