import FileAccess
import TensorCore
import TestSupport
import Testing

/// Where an archive is cut.
@Suite("The layout of an archive")
struct ArchiveLayoutTests {
  private static let kibibyte = 1 << 10

  private static func frames(
    _ size: Int, _ starts: [Int], _ frameBytes: Int = 256 * kibibyte
  ) throws -> [Range<Int>] {
    try ArchiveLayout(contentSize: size, sectionStarts: starts, frameBytes: frameBytes).frames
  }

  @Test("The header has a frame of its own, however short")
  func header() throws {
    #expect(try Self.frames(1000, [10]) == [0..<10, 10..<1000])
    #expect(try Self.frames(1000, [10, 20, 30]) == [0..<10, 10..<1000])
  }

  @Test("Short sections share a frame, as many as fit")
  func shortSections() throws {
    let k = Self.kibibyte
    #expect(
      try Self.frames(700 * k, [k, 100 * k, 200 * k, 257 * k, 258 * k, 400 * k])
        == [0..<k, k..<(257 * k), (257 * k)..<(400 * k), (400 * k)..<(656 * k), (656 * k)..<(700 * k)])
  }

  @Test("A long section begins a frame, and is cut into pieces of about the same length")
  func longSection() throws {
    let k = Self.kibibyte
    // 600 KiB take three frames of at most 256 KiB: 200 each, rounded up to a multiple of 128.
    #expect(
      try Self.frames(701 * k, [k, 61 * k, 661 * k])
        == [
          0..<k, k..<(61 * k), (61 * k)..<(317 * k), (317 * k)..<(573 * k), (573 * k)..<(661 * k),
          (661 * k)..<(701 * k),
        ])
    #expect(try Self.frames(256 * k, []) == [0..<(256 * k)])
    #expect(try Self.frames(257 * k, []) == [0..<(256 * k), (256 * k)..<(257 * k)])
  }

  @Test("What has no sections is cut into equal frames, and nothing into one that is empty")
  func noSections() throws {
    let k = Self.kibibyte
    #expect(try Self.frames(0, []) == [0..<0])
    #expect(try Self.frames(0, [0, 7]) == [0..<0])
    #expect(try Self.frames(1, []) == [0..<1])
    #expect(
      try Self.frames(512 * k, [], 64 * k) == stride(from: 0, to: 512 * k, by: 64 * k).map { $0..<($0 + 64 * k) })
  }

  @Test("Sections outside of the contents, twice, or in any order change nothing")
  func strangeSections() throws {
    let expected = try Self.frames(1 << 20, [100, 500_000])
    #expect(try Self.frames(1 << 20, [500_000, 100, 500_000, -5, 0, 1 << 20, .max, .min]) == expected)
  }

  @Test("Any contents are covered without gaps by frames that are not too long", arguments: 0..<30)
  func covered(_ round: UInt64) throws {
    var generator = SeededGenerator(seed: 71 + round)
    let size = Int.random(in: 1...(64 << 20), using: &generator)
    let starts = (0..<Int.random(in: 0...300, using: &generator)).map { _ in Int.random(in: 0...size, using: &generator)
    }
    let frameBytes = Int.random(in: ArchiveLayout.frameBytes, using: &generator)
    let layout = try ArchiveLayout(contentSize: size, sectionStarts: starts, frameBytes: frameBytes)
    #expect(layout.frames.first?.lowerBound == 0 && layout.frames.last?.upperBound == size)
    #expect(zip(layout.frames, layout.frames.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(layout.frames.allSatisfy { !$0.isEmpty && $0.count <= frameBytes }, "seed \(generator.seed)")
    // No two neighbours behind the header would have shared a frame, unless they are pieces of a section.
    let cuts = Set(starts)
    for (first, second) in zip(layout.frames, layout.frames.dropFirst()).dropFirst()
    where cuts.contains(first.lowerBound) && cuts.contains(second.lowerBound) {
      let end = starts.filter { $0 > second.lowerBound }.min() ?? size
      #expect(end - first.lowerBound > frameBytes || first.lowerBound == 0, "seed \(generator.seed)")
    }
  }

  @Test("More frames than readers take are refused before any is made")
  func tooMany() {
    #expect(throws: ZstandardError.tooManyFrames(limit: 1 << 22)) {
      _ = try ArchiveLayout(contentSize: 1 << 39, sectionStarts: [], frameBytes: 64 << 10)
    }
  }
}
