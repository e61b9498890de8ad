import TensorCore
import TestSupport
import Testing

struct ByteOrderTests {
  private static let bytes: [UInt8] = [0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88, 0x09]

  @Test func integersLoadInBothOrdersAtAnyOffset() {
    let span = Self.bytes.span
    #expect(span.load(UInt8.self, at: 8) == 0x09)
    #expect(span.load(UInt16.self, at: 1) == 0x0382)
    #expect(span.load(UInt16.self, at: 1, .big) == 0x8203)
    #expect(span.load(UInt32.self, at: 1) == 0x0584_0382)
    #expect(span.load(UInt32.self, at: 1, .big) == 0x8203_8405)
    #expect(span.load(UInt64.self, at: 1) == 0x0988_0786_0584_0382)
    #expect(span.load(UInt64.self, at: 1, .big) == 0x8203_8405_8607_8809)
    #expect(span.load(Int16.self, at: 1, .big) == -0x7DFD)
    #expect(span.load(Int64.self, at: 0) == Int64(bitPattern: 0x8807_8605_8403_8201))
  }

  @Test(arguments: [21, 22, 23] as [UInt64])
  func whatIsStoredIsLoadedAgainAndTheRestIsLeftAlone(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let before = generator.bytes(24)
      var after = before
      let offset = Int.random(in: 0...16, using: &generator)
      let value = generator.next()
      var span = after.mutableSpan
      span.store(value, at: offset)
      var expected: [UInt8] = []
      expected.append(number: value)
      #expect(after == before[..<offset] + expected + before[(offset + 8)...], "seed \(seed)")
      #expect(after.span.load(UInt64.self, at: offset) == value, "seed \(seed)")
    }
  }

  @Test func smallerIntegersAreStoredLittleEndian() {
    var bytes = [UInt8](repeating: 0xEE, count: 9)
    var span = bytes.mutableSpan
    span.store(UInt16(0x0102), at: 0)
    span.store(UInt32(0x0304_0506), at: 3)
    span.store(UInt8(0x07), at: 8)
    #expect(bytes == [0x02, 0x01, 0xEE, 0x06, 0x05, 0x04, 0x03, 0xEE, 0x07])
  }

  @Test(
    arguments: [
      (1, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]), (2, 0, [2, 1, 4, 3, 6, 5, 8, 7, 9]), (4, 0, [4, 3, 2, 1, 8, 7, 6, 5, 9]),
      (8, 0, [8, 7, 6, 5, 4, 3, 2, 1, 9]), (8, 1, [1, 9, 8, 7, 6, 5, 4, 3, 2]), (8, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      (2, 3, [1, 2, 3, 5, 4, 7, 6, 9, 8]), (16, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]), (4, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ] as [(Int, Int, [UInt8])])
  func bytesOfWholeElementsAreReversedFromTheStartGiven(width: Int, start: Int, expected: [UInt8]) {
    var bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    var span = bytes.mutableSpan
    span.reverseBytes(ofElements: width, from: start)
    #expect(bytes == expected)
  }

  @Test func appendingALittleEndianNumberWritesItsBytesLowestFirst() {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(0x0102_0304))
    bytes.append(littleEndian: Int16(-2))
    bytes.append(littleEndian: UInt8(9))
    #expect(bytes == [4, 3, 2, 1, 0xFE, 0xFF, 9])
  }
}
