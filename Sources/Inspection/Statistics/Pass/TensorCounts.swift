/// What is counted of a tensor's blocks, in any order: by a thread for a chunk, then for the whole tensor.
struct TensorCounts: Sendable {
  /// By their bits.
  var scales = PatternCounts(patterns: 1 << 16)
  var mins = PatternCounts(patterns: 1 << 16)
  /// Element n is the lowest that there can be, plus n.
  var subScales = [Int](repeating: 0, count: 256)
  var subMins = [Int](repeating: 0, count: 256)
  /// Codes by the byte that they are, or exponents of binary32 numbers.
  var codes = [Int](repeating: 0, count: 256)
  var saturated = 0
  var zeroBlocks = 0
  var rows = RowSizes()

  /// Takes over what another has counted, which is then empty.
  mutating func take(_ other: inout TensorCounts) {
    scales.take(&other.scales)
    mins.take(&other.mins)
    Self.move(&other.subScales, to: &subScales)
    Self.move(&other.subMins, to: &subMins)
    Self.move(&other.codes, to: &codes)
    saturated += other.saturated
    zeroBlocks += other.zeroBlocks
    (other.saturated, other.zeroBlocks) = (0, 0)
    rows.take(&other.rows)
  }

  private static func move(_ counts: inout [Int], to sums: inout [Int]) {
    for index in counts.indices where counts[index] != 0 {
      sums[index] += counts[index]
      counts[index] = 0
    }
  }

  mutating func removeAll() {
    scales.removeAll()
    mins.removeAll()
    for index in 0..<256 { (subScales[index], subMins[index], codes[index]) = (0, 0, 0) }
    (saturated, zeroBlocks) = (0, 0)
    rows.removeAll()
  }
}
