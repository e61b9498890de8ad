import FileAccess
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// Compressed files that are damaged or lie: an error of its own for each way, at the point where it shows.
@Suite("Compressed files that are not right")
struct ZstandardErrorTests {
  /// Opens a file and reads it to its end.
  private func verdict(_ bytes: [UInt8]) throws -> Outcome<ZstandardError> {
    let folder = try TemporaryFolder()
    let path = try folder.write("f", bytes)
    return outcome { try Self.readAll(path) }
  }

  private static func readAll(_ path: String) throws {
    let file = try InputFile(path: path)
    var at = 0
    while at < file.size {
      let end = min(file.size, at + 1 << 20)
      _ = try file.bytes(in: at..<end)
      at = end
    }
  }

  private static let good = FrameBuilder([.raw([1, 2, 3]), .repeated(7, count: 50)])

  private static func bad(_ change: (inout FrameBuilder) -> Void) -> [UInt8] {
    var frame = good
    change(&frame)
    return frame.build()
  }

  private static let largeBlocks = Array(repeating: FrameBuilder.Block.repeated(1, count: 128 << 10), count: 80)

  private static let headers: [(String, [UInt8], ZstandardError)] = [
    ("text behind a frame", good.build() + Array("text".utf8), .notAFrame(at: 20, found: Array("text".utf8))),
    (
      "an old format", good.build() + [0x27, 0xB5, 0x2F, 0xFD, 0], .notAFrame(at: 20, found: [0x27, 0xB5, 0x2F, 0xFD])
    ),
    ("a reserved bit", bad { $0.reservedBit = true }, .reservedBit(at: 0)),
    ("a dictionary", bad { $0.dictionary = 77 }, .needsDictionary(at: 0, id: 77)),
    (
      "a reserved type of block", bad { $0.blocks = [.raw([1]), .other(type: 3, size: 1, [0])] },
      .blockTypeReserved(at: 0, block: 14)
    ),
    (
      "a block beyond 128 KiB", bad { $0.blocks = [.repeated(1, count: (128 << 10) + 1)] },
      .blockTooLarge(at: 0, block: 10, size: (128 << 10) + 1, limit: 128 << 10)
    ),
    (
      "a block beyond the window",
      bad {
        $0.windowDescriptor = 0
        $0.blocks = [.repeated(1, count: 1025)]
      }, .blockTooLarge(at: 0, block: 10, size: 1025, limit: 1024)
    ),
    (
      "a giant content size",
      bad {
        $0.sizeBytes = 8
        $0.contentSize = 1 << 60
      }, .contentImpossible(at: 0, size: 1 << 60, blocks: 53...53)
    ),
    (
      "a content size beyond all numbers",
      bad {
        $0.sizeBytes = 8
        $0.contentSize = .max
      }, .contentImpossible(at: 0, size: .max, blocks: 53...53)
    ),
    ("a content size of less", bad { $0.contentSize = 52 }, .contentImpossible(at: 0, size: 52, blocks: 53...53)),
    (
      "a window of 256 MiB",
      bad {
        $0.windowDescriptor = 18 << 3
        $0.blocks = largeBlocks
      }, .windowTooLarge(at: 0, size: 1 << 28, limit: 1 << 27)
    ),
    (
      "a skippable frame that goes on beyond the end", good.build() + skippable([1, 2, 3]).dropLast(),
      .cutOff(at: 20, needs: 31, size: 30)
    ),
    (
      "a giant skippable frame", good.build() + [0x50, 0x2A, 0x4D, 0x18, 0xFF, 0xFF, 0xFF, 0xFF],
      .cutOff(at: 20, needs: 28 + 0xFFFF_FFFF, size: 28)
    ),
    ("a last block that is not its last", bad { $0.endsWithLastBlock = false }, .cutOff(at: 0, needs: 23, size: 20)),
  ]

  @Test("Each broken rule of a header has its own error", arguments: headers)
  func header(what: String, bytes: [UInt8], expected: ZstandardError) throws {
    #expect(try verdict(bytes) == .breaks(expected), "\(what)")
    #expect(!expected.description.isEmpty)
  }

  @Test("A window of 128 MiB is the largest")
  func largestWindow() throws {
    var frame = FrameBuilder(Self.largeBlocks)
    frame.windowDescriptor = 17 << 3
    #expect(try verdict(frame.build()) == .accepted)
    frame.windowDescriptor = 17 << 3 | 1
    #expect(try verdict(frame.build()) == .breaks(.windowTooLarge(at: 0, size: 9 << 24, limit: 1 << 27)))
    // A frame that is unpacked whole needs none.
    frame.blocks.removeLast(20)
    #expect(try verdict(frame.build()) == .accepted)
  }

  @Test("A wrong checksum is found", arguments: [1000, 12 << 20])
  func checksum(size: Int) throws {
    var bytes = compressed(ZstandardReadingTests.contents(size, seed: 3))
    bytes[bytes.count - 1] ^= 1
    #expect(try verdict(bytes) == .breaks(.checksumWrong(at: 0)))
    #expect(try verdict(compressed([1]) + bytes) == .breaks(.checksumWrong(at: compressed([1]).count)))
  }

  @Test("Of several frames that do not say their size, the first that is damaged is the error")
  func damagedWithoutSizes() throws {
    let contents = ZstandardReadingTests.contents(200_000, seed: 6)
    let parts = frames(contents, of: 10_000, Compression(saysSize: false))
    for damaged in [[0, 1], [7, 19], [19]] {
      var bytes: [UInt8] = []
      var first: Int?
      for (number, part) in parts.enumerated() {
        if damaged.contains(number) { first = first ?? bytes.count }
        bytes += damaged.contains(number) ? part.dropLast() + [part[part.count - 1] ^ 1] : part
      }
      #expect(try verdict(bytes) == .breaks(.checksumWrong(at: first ?? -1)))
    }
  }

  @Test("A seek table that lies is an error")
  func seekTable() throws {
    let contents = ZstandardReadingTests.contents(30_000, seed: 4)
    let parts = frames(contents, of: 10_000)
    let sized = SeekTableBuilder(parts, of: 10_000, total: contents.count)
    let bytes = parts.flatMap(\.self)
    let at = bytes.count
    func verdict(_ change: (inout SeekTableBuilder) -> Void) throws -> Outcome<ZstandardError> {
      var table = sized
      change(&table)
      return try self.verdict(bytes + table.build())
    }
    #expect(try verdict { _ in } == .accepted)
    #expect(try verdict { $0.descriptor = 0x40 } == .breaks(.seekTableReservedBits(at: at)))
    #expect(
      try verdict { $0.entries.removeLast() }
        == .breaks(.seekTableCoversOther(at: at, frames: at - parts[2].count)))
    #expect(
      try verdict { $0.entries[2].compressed += 1 } == .breaks(.seekTableCoversOther(at: at, frames: at + 1)))
    #expect(
      try verdict { $0.entries[1].content += 1 }
        == .breaks(
          .seekTableDisagrees(at: parts[0].count, what: "bytes of contents", table: 10_001, frame: 10_000)))
    // The second entry begins where no frame does.
    let wrong = try verdict {
      $0.entries[0].compressed -= 1
      $0.entries[1].compressed += 1
    }
    guard case .breaks(.notAFrame(at: parts[0].count - 1, _)) = wrong else {
      Issue.record("\(wrong)")
      return
    }
  }

  @Test(
    "A seek table that lies about frames which do not say their size shows when they are unpacked", arguments: [1, -1])
  func seekTableWithoutSizes(lie: Int) throws {
    for size in [10_000, 9 << 20] {
      let contents = ZstandardReadingTests.contents(size, seed: 4)
      let frame = compressed(contents, Compression(saysSize: false))
      var table = SeekTableBuilder([frame], of: size, total: size)
      table.entries[0].content += lie
      let expected: ZstandardError =
        lie > 0
        ? .contentShorter(at: 0, expected: size + lie, found: size) : .contentLonger(at: 0, expected: size + lie)
      #expect(try verdict(frame + table.build()) == .breaks(expected))
      table.entries[0].content = 1 << 31
      // More than the blocks can hold.
      guard case .breaks(.contentImpossible(at: 0, size: 1 << 31, _)) = try verdict(frame + table.build()) else {
        Issue.record("2^31 bytes of contents were believed")
        return
      }
    }
  }

  @Test("A file that ends like a seek table by chance is read by its frames")
  func noSeekTable() throws {
    var footer: [UInt8] = [200, 0, 0, 0, 0]
    footer.append(number: UInt32(0x8F92_EAB1))
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", Self.good.build() + skippable(footer)))
    #expect(file.size == 53)
  }

  @Test("A file that is cut off anywhere is an error, or has the frames before the cut")
  func cutOff() throws {
    let folder = try TemporaryFolder()
    let first = compressed(ZstandardReadingTests.contents(300, seed: 8))
    let second = compressed(Array("second".utf8), Compression(saysSize: false))
    let bytes = first + skippable([1, 2, 3, 4, 5]) + second
    let whole = [first.count, first.count + 13, bytes.count]
    for size in 4...bytes.count {
      let path = try folder.write("f", Array(bytes[..<size]))
      let verdict: Outcome<ZstandardError> = outcome { try Self.readAll(path) }
      if whole.contains(size) {
        #expect(verdict == .accepted, "\(size)")
      } else if case .breaks(.cutOff(let at, let needs, size)) = verdict {
        #expect(needs > size && (at == 0 || whole.contains(at)))
      } else {
        Issue.record("\(size): \(verdict)")
      }
    }
  }

  @Test("A file that is cut short while it is read is an error of the system's kind")
  func cutWhileRead() throws {
    let folder = try TemporaryFolder()
    for size in [100_000, 12 << 20] {
      let file = try InputFile(path: folder.write("f", compressed(ZstandardReadingTests.contents(size, seed: 1))))
      try folder.resize("f", to: 50)
      do {
        _ = try file.bytes(in: (size - 10)..<size)
        Issue.record("read")
      } catch SourceError.file(let error) {
        #expect(error.operation == .read)
      }
    }
  }

  @Test("Random bytes behind the magic, and random changes of good files, end with contents or an error")
  func random() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let contents = ZstandardReadingTests.contents(5000, seed: 2)
    let parts = frames(contents, of: 2000)
    let good = parts.flatMap(\.self) + SeekTableBuilder(parts, of: 2000, total: contents.count).build()
    let folder = try TemporaryFolder()
    for round in 0..<600 {
      var bytes = good
      if round % 3 == 0 {
        bytes = [0x28, 0xB5, 0x2F, 0xFD] + generator.bytes(Int.random(in: 0..<60, using: &generator))
      } else {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
        }
      }
      let path = try folder.write("f", bytes)
      let verdict: Outcome<ZstandardError> = outcome { try Self.readAll(path) }
      #expect(verdict.isForeseen, "\(verdict)")
    }
  }

  @Test("A bomb is unpacked no further than what is read of it")
  func bomb() throws {
    // 1 GiB of zeros in 33 kB, in one frame that says so.
    let frame = FrameBuilder(Array(repeating: .repeated(0, count: 128 << 10), count: 8192))
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", frame.build()))
    #expect(file.size == 1 << 30)
    #expect(try file.bytes(in: 0..<64) == Array(repeating: 0, count: 64))
  }
}
