extension ArrayView {
  /// The rows of a matrix that makes queries or keys, or of its bias, as llama.cpp's rotation of pairs wants them: within
  /// each head the two halves, which transformers rotates against each other, interleaved.
  func interleavingHalves(heads: Int) throws(ArchitectureError) -> ArrayView {
    let half = (shape.first ?? 1) / heads / 2
    return try reshaped([heads, 2, half] + shape.dropFirst()).swapping(1, 2).flattened(to: shape)
  }

  /// Rows that stand head by head, for each its queries, keys and values, as all queries, all keys, all values.
  func separatingHeads(_ heads: Int) throws(ArchitectureError) -> ArrayView {
    let dimension = (shape.first ?? 1) / heads / 3
    return try reshaped([heads, 3, dimension] + shape.dropFirst()).swapping(0, 1).flattened(to: shape)
  }
}
