internal import CKernels

/// Where a matrix, or a part of one, stands in a buffer: row by row.
public struct MatrixPlace: Sendable {
  /// The place of the first element.
  public let start: Int
  /// Elements from one row to the next.
  public let stride: Int

  public init(start: Int = 0, stride: Int) { (self.start, self.stride) = (start, stride) }

  /// Whether a matrix of that size is inside a buffer of `count` elements.
  func holds(rows: Int, columns: Int, in count: Int) -> Bool {
    guard start >= 0, stride >= columns else { return false }
    let (last, overflows) = stride.multipliedReportingOverflow(by: rows - 1)
    return !overflows && start <= count && last <= count - start && columns <= count - start - last
  }
}

/// Sums of products of matrices: each element's runs over the inner index from 0 on, so that every set has the same bits.
extension KernelSet {
  /// targets[r, c] += factors[r, k] * vectors[k, c] in binary32, for k from 0 to `depth` - 1; a sum for each of rows x columns.
  public func addProducts(
    of factors: Span<Float>, _ factorPlace: MatrixPlace, with vectors: Span<Float>, _ vectorPlace: MatrixPlace,
    rows: Int, depth: Int, columns: Int, to targets: inout MutableSpan<Float>, _ targetPlace: MatrixPlace
  ) {
    guard rows > 0, depth > 0, columns > 0 else { return }
    precondition(
      factorPlace.holds(rows: rows, columns: depth, in: factors.count)
        && vectorPlace.holds(rows: depth, columns: columns, in: vectors.count)
        && targetPlace.holds(rows: rows, columns: columns, in: targets.count), "the matrices are inside their buffers")
    // Safe: the parts were just checked; the function is there in every set.
    unsafe factors.withUnsafeBufferPointer { factors in
      unsafe vectors.withUnsafeBufferPointer { vectors in
        unsafe targets.withUnsafeMutableBufferPointer { targets in
          guard let factors = factors.baseAddress, let vectors = vectors.baseAddress, let targets = targets.baseAddress
          else { return }
          unsafe set.add_products?(
            targets + targetPlace.start, targetPlace.stride, factors + factorPlace.start, factorPlace.stride,
            vectors + vectorPlace.start, vectorPlace.stride, rows, depth, columns)
        }
      }
    }
  }

  /// sums[r, c] -= factors[k, r] * vectors[k, c] in binary64, likewise.
  public func subtractProducts(
    of factors: Span<Double>, _ factorPlace: MatrixPlace, with vectors: Span<Float>, _ vectorPlace: MatrixPlace,
    rows: Int, depth: Int, columns: Int, from sums: inout MutableSpan<Double>, _ sumPlace: MatrixPlace
  ) {
    guard rows > 0, depth > 0, columns > 0 else { return }
    precondition(
      factorPlace.holds(rows: depth, columns: rows, in: factors.count)
        && vectorPlace.holds(rows: depth, columns: columns, in: vectors.count)
        && sumPlace.holds(rows: rows, columns: columns, in: sums.count), "the matrices are inside their buffers")
    // Safe: as above.
    unsafe factors.withUnsafeBufferPointer { factors in
      unsafe vectors.withUnsafeBufferPointer { vectors in
        unsafe sums.withUnsafeMutableBufferPointer { sums in
          guard let factors = factors.baseAddress, let vectors = vectors.baseAddress, let sums = sums.baseAddress
          else { return }
          unsafe set.subtract_products?(
            sums + sumPlace.start, sumPlace.stride, factors + factorPlace.start, factorPlace.stride,
            vectors + vectorPlace.start, vectorPlace.stride, rows, depth, columns)
        }
      }
    }
  }
}
