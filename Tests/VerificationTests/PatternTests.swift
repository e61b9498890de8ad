import TestSupport
import Testing

@testable import Verification

@Suite("Patterns of rows and names")
struct PatternTests {
  private func pattern(_ weights: [Float], _ rowLength: Int) -> RowPattern {
    RowPattern(weights.span, rowLength: rowLength)
  }

  @Test("Rows of the same bits are equal, others are not")
  func rows() {
    #expect(pattern([1, 2, 1, 2, 1, 2], 2).areEqual)
    #expect(!pattern([1, 2, 1, 2, 1, 3], 2).areEqual)
    #expect(!pattern([0, 0, 0, -0.0], 2).areEqual)
    #expect(pattern([5, 6, 7], 3).areEqual)
    #expect(!RowPattern.unknown.areEqual)
  }

  @Test("Parts are equal when their rows are")
  func parts() {
    var same = pattern([1, 2, 1, 2], 2)
    same.add(pattern([1, 2], 2))
    #expect(same.areEqual)
    same.add(pattern([2, 1, 2, 1], 2))
    #expect(!same.areEqual)
    same.add(pattern([1, 2], 2))
    #expect(!same.areEqual, "never again")
  }
}
