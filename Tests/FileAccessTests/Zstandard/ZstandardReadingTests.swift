import FileAccess
import Foundation
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// Files that are compressed with Zstandard, read as if they were not.
@Suite("Reading compressed files")
struct ZstandardReadingTests {
  /// Numbers that compress somewhat, and of which no two pages are the same.
  static func contents(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    var page: [UInt8] = []
    for _ in 0..<8192 { page.append(number: generator.next() & 0x3F0F_FF00_FF3F_7FFF) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + page.count)
    while bytes.count < count {
      bytes += page[..<(page.count - 8)]
      bytes.append(number: UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15)
    }
    return Array(bytes[..<count])
  }

  private static func same(_ first: [UInt8], _ second: ArraySlice<UInt8>) -> Bool {
    // In a build for debugging, comparing arrays takes too long.
    first.count == second.count
      && first.withUnsafeBytes { a in
        second.withUnsafeBytes { b in
          guard let a = a.baseAddress, let b = b.baseAddress else { return true }
          return memcmp(a, b, first.count) == 0
        }
      }
  }

  /// A way to lay a file out.
  enum Layout: CaseIterable {
    case oneFrame, oneFrameWithoutSize, withoutChecksum, manyFrames, manyFramesWithoutSize, framesOfAllSizes,
      skippableFirst
    case seekable, seekableWithChecksums, seekableFramesWithoutSize, emptyFramesBetween, byHand

    func file(_ contents: [UInt8]) -> [UInt8] {
      let third = max(1, contents.count / 3)
      switch self {
      case .oneFrame: return compressed(contents)
      case .oneFrameWithoutSize: return compressed(contents, Compression(saysSize: false))
      case .withoutChecksum: return compressed(contents, Compression(level: 3, hasChecksum: false))
      case .manyFrames: return frames(contents, of: max(1, contents.count / 23)).flatMap(\.self)
      case .manyFramesWithoutSize:
        return frames(contents, of: max(1, contents.count / 23), Compression(saysSize: false)).flatMap(\.self)
      case .framesOfAllSizes:
        // 1, 2, 4, ... bytes.
        var bytes: [UInt8] = []
        var (start, size) = (0, 1)
        while start < contents.count {
          bytes += compressed(Array(contents[start..<min(contents.count, start + size)]))
          (start, size) = (start + size, size * 2)
        }
        return bytes
      case .skippableFirst:
        return skippable([1, 2, 3]) + skippable([], number: 15) + compressed(contents) + skippable([9], number: 7)
      case .seekable, .seekableWithChecksums, .seekableFramesWithoutSize:
        let parts = frames(contents, of: third, Compression(saysSize: self != .seekableFramesWithoutSize))
        var table = SeekTableBuilder(parts, of: third, total: contents.count)
        table.hasChecksums = self == .seekableWithChecksums
        return parts.flatMap(\.self) + table.build()
      case .emptyFramesBetween:
        return compressed([]) + frames(contents, of: third).flatMap { $0 + compressed([]) + skippable([]) }
      case .byHand:
        let blocks = stride(from: 0, to: contents.count, by: 100_000).map {
          FrameBuilder.Block.raw(Array(contents[$0..<min(contents.count, $0 + 100_000)]))
        }
        var frame = FrameBuilder(blocks)
        frame.sizeBytes = 0
        return frame.build()
      }
    }
  }

  @Test("What is read is what was compressed, any range of it", arguments: Layout.allCases, [1, 1000, 700_001])
  func ranges(layout: Layout, size: Int) throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    let contents = Self.contents(size, seed: seed)
    let folder = try TemporaryFolder()
    let bytes = layout.file(contents)
    let file = try InputFile(path: folder.write("f", bytes))
    #expect(file.isCompressed)
    #expect(file.size == size)
    #expect(file.sourceFile == SourceFile(path: file.path, size: bytes.count, unpackedSize: size))
    #expect(Self.same(try file.bytes(in: 0..<size), contents[...]))
    #expect(try file.bytes(in: size..<size).isEmpty)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let start = Int.random(in: 0..<size, using: &generator)
      let end = Int.random(in: start...size, using: &generator)
      file.prefetch(start..<end)
      #expect(Self.same(try file.bytes(in: start..<end), contents[start..<end]), "\(start)..<\(end)")
    }
  }

  /// Frames beyond 8 MiB are unpacked as streams, smaller ones whole; of the last one nothing is kept at the end that
  /// stood at the start.
  @Test(
    "Several threads read large files at once",
    arguments: [[3 << 20], [13 << 20], [9 << 20, 1 << 20, 11 << 20], [40 << 20]])
  func threads(sizes: [Int]) throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    let contents = Self.contents(sizes.reduce(0, +), seed: seed)
    var bytes: [UInt8] = []
    var start = 0
    for size in sizes {
      bytes += compressed(Array(contents[start..<(start + size)]))
      start += size
    }
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", bytes))
    DispatchQueue.concurrentPerform(iterations: 5) { thread in
      var generator = SeededGenerator(seed: seed &+ UInt64(thread))
      for number in 0..<12 {
        // One thread reads in order, the others anywhere.
        let length = Int.random(in: 1...(2 << 20), using: &generator)
        let anywhere = Int.random(in: 0..<(contents.count - length), using: &generator)
        let start = thread == 0 ? number * (contents.count / 13) : anywhere
        let end = min(contents.count, start + length)
        do {
          #expect(Self.same(try file.bytes(in: start..<end), contents[start..<end]), "\(start)..<\(end)")
        } catch {
          Issue.record(error)
        }
      }
    }
    let end = contents.count
    #expect(Self.same(try file.bytes(in: (end - 100)..<end), contents[(end - 100)...]))
    #expect(Self.same(try file.bytes(in: 0..<100), contents[..<100]))
  }

  @Test("Of a frame only what stands before the end of what is read is unpacked")
  func partOfAFrame() throws {
    let contents = Self.contents(20 << 20, seed: 5)
    var bytes = compressed(contents)
    bytes[bytes.count / 2] ^= 0xFF
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", bytes))
    #expect(Self.same(try file.bytes(in: 0..<1000), contents[..<1000]))
    #expect(throws: SourceError.self) { _ = try file.bytes(in: (contents.count - 10)..<contents.count) }
    // And what was right is right still.
    #expect(Self.same(try file.bytes(in: 500..<1000), contents[500..<1000]))
  }

  @Test("A frame that holds nothing is an empty file", arguments: [compressed([]), compressed([]) + skippable([1])])
  func empty(bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", bytes))
    #expect(file.isCompressed && file.size == 0)
    #expect(try file.bytes(in: 0..<0).isEmpty)
  }

  @Test("Thousands of tiny frames are read as one")
  func tinyFrames() throws {
    let contents = Self.contents(6000, seed: 9)
    let bytes = contents.flatMap { FrameBuilder([.raw([$0])]).build() + FrameBuilder([.raw([])]).build() }
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", bytes))
    #expect(try file.bytes(in: 0..<6000) == contents)
    #expect(try file.bytes(in: 3000..<3010) == Array(contents[3000..<3010]))
  }

  @Test(
    "What only looks like a compressed file is read as it is",
    arguments: [
      [], [0x28], [0x28, 0xB5, 0x2F], [0x28, 0xB5, 0x2F, 0xFC, 0, 0], skippable([1, 2]), skippable([]) + [1, 2, 3, 4],
      Array(skippable([1, 2]).dropLast()), [0x50, 0x2A, 0x4D, 0x18],
    ])
  func plain(bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f.zst", bytes))
    #expect(!file.isCompressed)
    #expect(file.sourceFile.unpackedSize == nil)
    #expect(try file.bytes(in: 0..<file.size) == bytes)
  }

  @Test("Reading beyond the contents is an error")
  func beyond() throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("f", compressed([1, 2, 3])))
    for range in [0..<4, 3..<4, 4..<4, 100..<101] {
      do {
        _ = try file.bytes(in: range)
        Issue.record("read \(range)")
      } catch SourceError.file(let error) {
        #expect(error.operation == .read)
      }
    }
  }
}
