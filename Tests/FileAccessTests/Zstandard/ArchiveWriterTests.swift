import Dispatch
import FileAccess
import Foundation
import Synchronization
import TensorCore
import TestSupport
import Testing

/// Archives as they are written.
@Suite("Writing an archive")
struct ArchiveWriterTests {
  /// Contents, and how they are written.
  private struct Case {
    let contents: [UInt8]
    let layout: ArchiveLayout
    /// What is written, in pieces that threads take in their order; the rest is zeros.
    let pieces: [Range<Int>]

    init(seed: UInt64, size: Int) throws {
      var generator = SeededGenerator(seed: seed)
      var contents = ZstandardReadingTests.contents(size, seed: seed)
      let starts = (0..<20).map { _ in Int.random(in: 0..<size, using: &generator) }
      layout = try ArchiveLayout(contentSize: size, sectionStarts: starts, frameBytes: 64 << 10)
      var pieces: [Range<Int>] = []
      var at = 0
      while at < size {
        let end = min(size, at + Int.random(in: 1...200_000, using: &generator))
        // The header is always written; here and there something is left out, whole frames of it too.
        if at > 0 && Int.random(in: 0..<4, using: &generator) == 0 {
          contents.replaceSubrange(at..<end, with: repeatElement(0, count: end - at))
        } else {
          pieces.append(at..<end)
        }
        at = end
      }
      self.contents = contents
      self.pieces = pieces
    }

    func write(_ folder: TemporaryFolder, _ name: String, level: Int = 3, threads: Int) throws -> [UInt8] {
      let writer = try ArchiveWriter(
        path: folder.file(name), layout: layout, written: pieces, level: level, threads: threads, replaces: false)
      let next = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        while true {
          let number = next.add(1, ordering: .relaxed).oldValue
          guard number < pieces.count else { return }
          do {
            try writer.write(contents.span.extracting(pieces[number]), at: pieces[number].lowerBound)
          } catch {
            Issue.record(error)
          }
        }
      }
      #expect(try folder.names.filter { !$0.hasSuffix(".partial") }.contains(name) == false)
      try writer.commit()
      let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
      #expect(bytes.count == writer.size)
      return bytes
    }
  }

  @Test("Whatever the number of threads and the pieces: the same bytes, which hold the contents")
  func threads() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("seed \(seed)")
    let folder = try TemporaryFolder()
    for round in 0..<4 {
      let example = try Case(seed: seed &+ UInt64(round), size: 3_000_001)
      var first: [UInt8]?
      for threads in [1, 2, 3, 8] {
        let bytes = try example.write(folder, "\(round).\(threads)", threads: threads)
        #expect(first.map { $0 == bytes } ?? true, "\(threads) threads")
        first = bytes
        let file = try InputFile(path: folder.file("\(round).\(threads)"))
        #expect(file.isCompressed && file.size == example.contents.count)
        #expect(try file.bytes(in: 0..<file.size) == example.contents)
        #expect(file.unpackedFrames == example.layout.frames.count)
      }
    }
  }

  /// A frame must not depend on what its compressor did before.
  @Test("A frame is the same in an archive of its own", arguments: [1, 3, 9, 19])
  func frameByItself(level: Int) throws {
    let folder = try TemporaryFolder()
    let contents = ZstandardReadingTests.contents(300_000, seed: 11)
    func archive(_ name: String, _ contents: [UInt8]) throws -> [UInt8] {
      let layout = try ArchiveLayout(contentSize: contents.count, sectionStarts: [], frameBytes: 64 << 10)
      let writer = try ArchiveWriter(
        path: folder.file(name), layout: layout, level: level, threads: 1, replaces: false)
      try writer.write(contents.span, at: 0)
      try writer.commit()
      return Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
    }
    let whole = try archive("whole", contents)
    var alone: [UInt8] = []
    for start in stride(from: 0, to: contents.count, by: 64 << 10) {
      let part = Array(contents[start..<min(contents.count, start + 64 << 10)])
      // Without its seek table of one frame.
      alone += try archive("\(start)", part).dropLast(8 + 12 + 9)
    }
    #expect(whole.starts(with: alone))
  }

  @Test("Nothing becomes an archive of one empty frame")
  func empty() throws {
    let folder = try TemporaryFolder()
    let layout = try ArchiveLayout(contentSize: 0, sectionStarts: [])
    let writer = try ArchiveWriter(path: folder.file("a"), layout: layout, threads: 2, replaces: false)
    try writer.commit()
    let file = try InputFile(path: folder.file("a"))
    #expect(file.isCompressed && file.size == 0)
  }

  @Test("An archive that is not committed leaves nothing")
  func uncommitted() throws {
    let folder = try TemporaryFolder()
    do {
      let layout = try ArchiveLayout(contentSize: 100_000, sectionStarts: [10])
      let writer = try ArchiveWriter(path: folder.file("a"), layout: layout, threads: 2, replaces: false)
      try writer.write([UInt8](repeating: 1, count: 10).span, at: 0)
      #expect(try folder.names.count == 1)
    }
    #expect(try folder.names == [])
  }

  /// Without that, the threads of a conversion that fails would wait for ever.
  @Test("A piece far ahead waits for those before it, and no longer when they are given up")
  func abandoned() throws {
    let folder = try TemporaryFolder()
    let layout = try ArchiveLayout(contentSize: 1 << 20, sectionStarts: [], frameBytes: 64 << 10)
    let writer = try ArchiveWriter(path: folder.file("a"), layout: layout, threads: 2, replaces: false)
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
      try? writer.write([UInt8](repeating: 1, count: 64 << 10).span, at: 15 * 64 << 10)
    }
    #expect(group.wait(timeout: .now() + 0.1) == .timedOut)
    writer.abandon()
    #expect(group.wait(timeout: .now() + 60) == .success)
    // What is in turn is still taken, so that what is wrong with it is found.
    try writer.write([UInt8](repeating: 1, count: 64 << 10).span, at: 0)
  }
}
