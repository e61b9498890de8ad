extension Sequence where Element == Int {
  /// The sum of sizes that headers or a file system state. Each was checked; together they may be more than any file has
  /// (sparse files cost nothing), and the sum then stays at the largest `Int`.
  package var clampedSum: Int {
    reduce(0) { sum, value in
      let (next, overflow) = sum.addingReportingOverflow(value)
      return overflow ? .max : next
    }
  }
}
