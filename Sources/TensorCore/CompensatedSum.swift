/// A sum that also keeps what rounding took from it, so that long sums lose no digits.
///
/// Terms are added in a fixed order; the result then does not depend on who computed them. A. Neumaier, "Rundungsfehler-
/// analyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
package struct CompensatedSum: Sendable, Hashable {
  private var sum: Double = 0
  private var lost: Double = 0

  package init() {}

  /// An infinite term makes it infinite; what is lost is then not a number.
  package var value: Double { lost.isNaN && !sum.isNaN ? sum : sum + lost }

  package mutating func add(_ term: Double) {
    let next = sum + term
    lost += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  package mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    lost += other.lost
  }
}
