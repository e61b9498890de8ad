import FileAccess
import TensorCore
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files that one process begins and another finishes.
@Suite struct TakingUpTests {
  private func writer(
    _ folder: TemporaryFolder, _ leftover: AtomicFileWriter.Leftover, size: Int = 4, replaces: Bool = false
  ) throws(FileError) -> AtomicFileWriter {
    try AtomicFileWriter.resumable(path: folder.file("a"), size: size, replaces: replaces, leftover: leftover)
  }

  private func contents(_ writer: AtomicFileWriter) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xEE, count: writer.size ?? 0)
    var span = bytes.mutableSpan
    let count = try writer.read(at: 0, into: &span)
    #expect(count == bytes.count)
    return bytes
  }

  private func begin(_ folder: TemporaryFolder) throws {
    let writer = try writer(folder, .removed)
    try writer.write([1, 2].span, at: 1)
    writer.keep()
  }

  @Test func whatIsKeptIsTakenUp() throws {
    let folder = try TemporaryFolder()
    try begin(folder)
    #expect(try folder.names == [".a.partial"])
    let again = try writer(folder, .takenUp)
    #expect(try contents(again) == [0, 1, 2, 0])
    try again.write([7].span, at: 3)
    try again.commit()
    #expect(try folder.names == ["a"])
  }

  @Test func whatIsNotKeptIsGone() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = try writer(folder, .removed)
      try writer.write([1].span, at: 0)
    }
    #expect(try folder.names == [])
  }

  @Test func whatShouldBeRemovedIs() throws {
    let folder = try TemporaryFolder()
    try begin(folder)
    #expect(try contents(writer(folder, .removed)) == [0, 0, 0, 0])
  }

  @Test func aFileOfAnotherSizeIsNotTakenUp() throws {
    let folder = try TemporaryFolder()
    try begin(folder)
    #expect(try contents(writer(folder, .takenUp, size: 5)) == [0, 0, 0, 0, 0])
  }

  @Test func aLinkIsNotFollowed() throws {
    let folder = try TemporaryFolder()
    try folder.write("target", [5, 5, 5, 5])
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(".a.partial"), withDestinationPath: folder.file("target"))
    let writer = try writer(folder, .takenUp)
    try writer.write([1, 2, 3, 4].span, at: 0)
    try writer.commit()
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("target")))) == [5, 5, 5, 5])
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("a")))) == [1, 2, 3, 4])
  }

  @Test func aFileThatHasItsNameIsCompared() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", [1, 2, 3, 4])
    let named = try writer(folder, .takenUpByEitherName)
    try named.write([2, 3].span, at: 1)
    #expect(throws: FileError.self) { try named.write([9].span, at: 0) }
    try named.commit()
    #expect(try contents(named) == [1, 2, 3, 4])
    #expect(try folder.names == ["a"])
  }

  @Test func aFileThatHasTheNameIsInTheWayOfOneThatIsTakenUp() throws {
    let folder = try TemporaryFolder()
    try begin(folder)
    try folder.write("a", [1])
    let again = try writer(folder, .takenUp)
    #expect(throws: FileError.self) { try again.commit() }
    #expect(throws: FileError.self) { try writer(folder, .removed) }
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("a")))) == [1])
  }

  @Test func aNameThatLeavesNoRoomIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.file(String(repeating: "n", count: 250))
    #expect(AtomicFileWriter.companion(of: path, ending: "partial") == nil)
    #expect(throws: FileError.self) {
      try AtomicFileWriter.resumable(path: path, size: 1, replaces: false, leftover: .removed)
    }
  }
}
