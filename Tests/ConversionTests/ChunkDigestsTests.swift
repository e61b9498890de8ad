import TestSupport
import Testing

@testable import Conversion

@Suite("Digests of chunks")
struct ChunkDigestsTests {
  @Test("What is set is found, in any order, as in a dictionary", arguments: [1, 63, 64, 65, 1000])
  func dictionary(chunkCount: Int) {
    let seed: UInt64 = 1
    var generator = SeededGenerator(seed: seed)
    var digests = ChunkDigests(chunkCount: chunkCount)
    var expected: [Int: UInt64] = [:]
    #expect(digests.count == 0 && digests[0] == nil)
    for _ in 0..<chunkCount {
      let (chunk, digest) = (Int.random(in: 0..<chunkCount, using: &generator), generator.next())
      digests.set(digest, of: chunk)
      expected[chunk] = digest
    }
    #expect(digests.count == expected.count, "seed \(seed)")
    for chunk in 0..<chunkCount { #expect(digests[chunk] == expected[chunk], "chunk \(chunk), seed \(seed)") }
  }

  @Test("A number that is no chunk's has none", arguments: [-1, 5, 64, Int.max, Int.min])
  func noChunk(number: Int) {
    var digests = ChunkDigests(chunkCount: 5)
    digests.set(4, of: 4)
    digests.set(7, of: number)
    #expect(digests.count == 1 && digests[number] == nil && digests[4] == 4)
  }
}
