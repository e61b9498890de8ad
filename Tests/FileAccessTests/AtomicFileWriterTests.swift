import FileAccess
import SystemPackage
import TensorCore
import TestSupport
import Testing

struct AtomicFileWriterTests {
  private static func contents(_ path: String) throws -> [UInt8] {
    let file = try InputFile(path: path)
    return try file.bytes(in: 0..<file.size)
  }

  /// The error with which a writer is refused, or nil.
  private func refusal(_ path: String, size: Int = 4, replaces: Bool = false) -> FileError? {
    do throws(FileError) {
      _ = try AtomicFileWriter(path: path, size: size, replaces: replaces)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [false, true])
  func aFileAppearsUnderItsNameOnlyWhenItIsCommitted(replaces: Bool) throws {
    let folder = try TemporaryFolder()
    let writer = try AtomicFileWriter(path: folder.file("out.gguf"), size: 6, replaces: replaces)
    try writer.write([4, 5, 6].span, at: 3)
    try writer.write([1, 2, 3].span, at: 0)
    let before = try folder.names
    #expect(before.count == 1)
    #expect(before.first?.hasPrefix(".out.gguf.") == true)
    #expect(before.first?.hasSuffix(".partial") == true)
    try writer.commit()
    #expect(try folder.names == ["out.gguf"])
    #expect(try Self.contents(folder.file("out.gguf")) == [1, 2, 3, 4, 5, 6])
  }

  @Test func severalFilesAppearTogether() throws {
    let folder = try TemporaryFolder()
    let writers = try ["a", "b"].map { try AtomicFileWriter(path: folder.file($0), size: 1, replaces: false) }
    for writer in writers { try writer.write([7].span, at: 0) }
    #expect(try folder.names.allSatisfy { $0.hasSuffix(".partial") })
    try AtomicFileWriter.commit(writers)
    #expect(try folder.names == ["a", "b"])
    try AtomicFileWriter.commit([])
  }

  @Test(arguments: [0, 1, 2]) func ofSeveralFilesNoneAppearsWhereOneCannot(taken: Int) throws {
    let folder = try TemporaryFolder()
    let names = ["a", "b", "c"]
    var writers = try names.map { try AtomicFileWriter(path: folder.file($0), size: 1, replaces: false) }
    // Somebody else is faster.
    try folder.write(names[taken], [1, 2, 3])
    #expect(throws: FileError.self) { try AtomicFileWriter.commit(writers) }
    writers.removeAll()
    #expect(try folder.names == [names[taken]])
    #expect(try Self.contents(folder.file(names[taken])) == [1, 2, 3])
  }

  @Test(arguments: [String(repeating: "n", count: 255), String(repeating: "é", count: 127)])
  func aNameMayBeAsLongAsFileSystemsTake(name: String) throws {
    let folder = try TemporaryFolder()
    try AtomicFileWriter(path: folder.file(name), size: 1, replaces: false).commit()
    #expect(try folder.names == [name])
  }

  @Test func whatIsNotWrittenIsZero() throws {
    let folder = try TemporaryFolder()
    let writer = try AtomicFileWriter(path: folder.file("a"), size: 5000, replaces: false)
    try writer.write([9].span, at: 4999)
    try writer.commit()
    #expect(try Self.contents(folder.file("a")) == [UInt8](repeating: 0, count: 4999) + [9])
  }

  @Test func anEmptyFileIsWritten() throws {
    let folder = try TemporaryFolder()
    let writer = try AtomicFileWriter(path: folder.file("empty"), size: 0, replaces: false)
    try writer.write([UInt8]().span, at: 0)
    try writer.commit()
    #expect(try Self.contents(folder.file("empty")) == [])
  }

  @Test(arguments: [false, true])
  func aWriterThatGoesAwayRemovesWhatItWroteAndNothingElse(replaces: Bool) throws {
    let folder = try TemporaryFolder()
    if replaces { try folder.write("a", [7]) }
    do {
      let writer = try AtomicFileWriter(path: folder.file("a"), size: 3, replaces: replaces)
      try writer.write([1, 2, 3].span, at: 0)
      #expect(try folder.names.contains { $0.hasSuffix(".partial") })
    }
    #expect(try folder.names == (replaces ? ["a"] : []))
    if replaces { #expect(try Self.contents(folder.file("a")) == [7]) }
  }

  @Test func aFileThatExistsIsRefusedUnlessItMayBeReplaced() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", [7])
    let found = try #require(refusal(path))
    #expect(found.operation == .create)
    #expect(found.path == path)
    #expect(found.reason.hasPrefix("exists already"))
    #expect(try folder.names == ["a"])

    let writer = try AtomicFileWriter(path: path, size: 2, replaces: true)
    try writer.write([1, 2].span, at: 0)
    #expect(try Self.contents(path) == [7])
    try writer.commit()
    #expect(try Self.contents(path) == [1, 2])
    #expect(try folder.names == ["a"])
  }

  @Test func replacingALinkLeavesItsTargetAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write("target", [7])
    let path = try folder.makeLink("link", to: "target")
    let writer = try AtomicFileWriter(path: path, size: 1, replaces: true)
    try writer.write([1].span, at: 0)
    try writer.commit()
    #expect(try Self.contents(folder.file("target")) == [7])
    #expect(try Self.contents(path) == [1])
  }

  @Test func aLinkToNothingIsNotWrittenThrough() throws {
    let folder = try TemporaryFolder()
    let path = try folder.makeLink("link", to: "elsewhere")
    let writer = try AtomicFileWriter(path: path, size: 1, replaces: false)
    #expect(throws: FileError.self) { try writer.commit() }
    #expect(try !folder.names.contains("elsewhere"))
  }

  @Test(arguments: [("folder", "is a directory"), ("pipe", "is a pipe")], [false, true])
  func whatIsNoFileIsNeverReplaced(target: (name: String, reason: String), replaces: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("folder")
    try folder.makePipe("pipe")
    let path = folder.file(target.name)
    #expect(
      refusal(path, replaces: replaces) == FileError(path: path, operation: .create, reason: target.reason))
    #expect(try folder.names == ["folder", "pipe"])
  }

  @Test(arguments: [("missing/a", Errno.noSuchFileOrDirectory), ("file/a", .notDirectory)])
  func aFolderThatIsNotThereIsRefused(name: String, reason: Errno) throws {
    let folder = try TemporaryFolder()
    try folder.write("file", [7])
    let path = folder.file(name)
    #expect(refusal(path) == FileError(path: path, operation: .create, reason: String(describing: reason)))
    #expect(try folder.names == ["file"])
  }

  @Test(arguments: ["", "/"])
  func whatIsNoNameIsRefused(path: String) throws {
    #expect(try #require(refusal(path)).operation == .create)
  }

  @Test(.enabled(if: Permissions.canBeRefused))
  func aFolderWithoutPermissionIsRefused() throws {
    let folder = try TemporaryFolder()
    try Permissions.set(0o555, of: folder.path)
    defer { try? Permissions.set(0o755, of: folder.path) }
    let path = folder.file("a")
    let found = try Permissions.withoutPrivileges { refusal(path) }
    #expect(
      found == FileError(path: path, operation: .create, reason: String(describing: Errno.permissionDenied)))
  }

  @Test(arguments: [1 << 50, Int.max], [false, true])
  func moreThanTheDiskHasIsRefusedAtTheStartAndLeavesNothing(size: Int, replaces: Bool) throws {
    let folder = try TemporaryFolder()
    let found = try #require(refusal(folder.file("a"), size: size, replaces: replaces))
    #expect(found.operation == .write)
    #expect(found.reason.contains("no room for \(size) bytes"))
    #expect(try folder.names == [])
  }

  @Test func spaceIsReservedBeforeTheFirstByte() throws {
    let folder = try TemporaryFolder()
    let writer = try AtomicFileWriter(path: folder.file("a"), size: 1 << 20, replaces: false)
    let partial = try #require(try folder.names.first)
    let status = try #require(FileStatus(ofPath: folder.file(partial)))
    #expect(status.size == 1 << 20)
    _ = writer
  }

  @Test func aPathWithoutAFolderIsInTheWorkingDirectory() throws {
    // Only the refusal is looked at, so that nothing is written where the tests happen to run.
    let found = try #require(refusal("swift-gguf-test-without-a-folder", size: 1 << 50))
    #expect(found.operation == .write)
    #expect(FileStatus(ofPath: "swift-gguf-test-without-a-folder") == nil)
  }
}
