import Testing

@testable import RemoteAccess

@Suite struct ReadAheadTests {
  private static let size = 1 << 40

  @Test func readingOnAsksForTwiceAsMuchEachTime() {
    var ahead = ReadAhead()
    var position = ReadAhead.first
    var lengths: [Int] = []
    for _ in 0..<6 {
      let range = ahead.range(at: position, wanted: 100, size: Self.size)
      #expect(range.lowerBound == position)
      lengths.append(range.count >> 20)
      position = range.upperBound
    }
    #expect(lengths == [2, 4, 8, 8, 8, 8])
  }

  @Test func anotherPlaceStartsSmall() {
    var ahead = ReadAhead()
    _ = ahead.range(at: ReadAhead.first, wanted: 1, size: Self.size)
    #expect(ahead.range(at: 1 << 30, wanted: 1, size: Self.size) == 1 << 30..<1 << 30 + ReadAhead.elsewhere)
    #expect(ahead.range(at: 1 << 30 + ReadAhead.elsewhere, wanted: 1, size: Self.size).count == 2 * ReadAhead.elsewhere)
  }

  @Test func longReadsAreSeveralRequests() {
    var ahead = ReadAhead()
    #expect(ahead.range(at: 1 << 30, wanted: 1 << 29, size: Self.size).count == ReadAhead.most)
  }

  @Test(arguments: [(9, 100), (1, 1), (300_000, 400_000)]) func theEndIsAskedForTogether(_ wanted: Int, _ before: Int) {
    var ahead = ReadAhead()
    let range = ahead.range(at: Self.size - before, wanted: wanted, size: Self.size)
    #expect(range.contains(Self.size - before) && range.upperBound <= Self.size && !range.isEmpty)
    #expect(before > ReadAhead.elsewhere || range == Self.size - ReadAhead.elsewhere..<Self.size)
  }

  @Test func nothingBehindTheEndIsAskedForOfTheLargestFile() {
    var ahead = ReadAhead()
    #expect(ahead.range(at: .max - 5, wanted: 5, size: .max).upperBound == .max)
  }
}
