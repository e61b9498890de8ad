import FileAccess
import SystemPackage
import TensorCore
import TestSupport
import Testing

struct InputFileTests {
  /// The error with which a path is refused, or nil.
  private func refusal(_ path: String) -> FileError? {
    do throws(SourceError) {
      _ = try InputFile(path: path)
      return nil
    } catch {
      if case .file(let error) = error { return error }
      return nil
    }
  }

  @Test func anyRangeOfAFileIsRead() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let file = try InputFile(path: folder.write("a", bytes))
    #expect(file.size == 1000)
    #expect(file.path == folder.file("a"))
    for range in [0..<1000, 0..<0, 1000..<1000, 999..<1000, 0..<1, 123..<457] {
      #expect(try file.bytes(in: range) == Array(bytes[range]))
    }
  }

  @Test func anEmptyFileIsAFile() throws {
    let folder = try TemporaryFolder()
    #expect(try InputFile(path: folder.write("empty", [])).size == 0)
  }

  @Test func aSymbolicLinkLeadsToItsFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", [1, 2, 3])
    let file = try InputFile(path: folder.makeLink("link", to: "a"))
    #expect(try file.bytes(in: 0..<3) == [1, 2, 3])
  }

  @Test(arguments: ["missing", "missing/a", "file/a", "", "nowhere", "loop", String(repeating: "n", count: 300)])
  func whatCannotBeOpenedIsRefusedInTheSystemsWords(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("file", [1])
    try folder.makeLink("nowhere", to: "missing")
    try folder.makeLink("loop", to: "loop")
    let path = name.isEmpty ? "" : folder.file(name)
    let reason =
      switch name {
      case "file/a": Errno.notDirectory
      case "loop": Errno.tooManySymbolicLinkLevels
      case _ where name.count == 300: Errno.fileNameTooLong
      default: Errno.noSuchFileOrDirectory
      }
    #expect(refusal(path) == FileError(path: path, operation: .open, reason: String(describing: reason)))
  }

  @Test func aDirectoryIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(
      refusal(folder.path)
        == FileError(path: folder.path, operation: .open, reason: "is a directory, not a regular file"))
  }

  @Test func aPipeIsRefusedWithoutWaitingForAWriter() throws {
    let folder = try TemporaryFolder()
    let path = try folder.makePipe("pipe")
    #expect(refusal(path) == FileError(path: path, operation: .open, reason: "is a pipe, not a regular file"))
  }

  @Test(arguments: ["/dev/null", "/dev/zero"])
  func aDeviceIsRefused(path: String) {
    #expect(
      refusal(path) == FileError(path: path, operation: .open, reason: "is a device or socket, not a regular file"))
  }

  @Test(.enabled(if: Permissions.canBeRefused))
  func aFileWithoutPermissionIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("secret", [1, 2, 3])
    try Permissions.set(0, of: path)
    let found = try Permissions.withoutPrivileges { refusal(path) }
    #expect(
      found == FileError(path: path, operation: .open, reason: String(describing: Errno.permissionDenied)))
  }

  @Test(arguments: [0, 10, 99])
  func aFileThatIsCutShortWhileOpenIsAnErrorAndNotASignal(size: Int) throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("a", [UInt8](repeating: 1, count: 100)))
    try folder.resize("a", to: size)
    let reason = "ends at byte \(size), expected 100 or more: it was cut short while being read"
    do throws(SourceError) {
      let bytes = try file.bytes(in: 0..<100)
      Issue.record("read \(bytes.count) bytes")
    } catch {
      guard case .file(let found) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(found == FileError(path: file.path, operation: .read, reason: reason))
    }
    #expect(try file.bytes(in: 0..<size).count == size)
  }

  @Test func aRangeBehindTheEndIsAnError() throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("a", [1, 2, 3]))
    #expect(throws: SourceError.self) { try file.bytes(in: 2..<4) }
    #expect(throws: SourceError.self) { try file.bytes(in: 1000..<1001) }
  }

  @Test func aFileThatIsRemovedWhileOpenIsStillRead() throws {
    let folder = try TemporaryFolder()
    let file = try InputFile(path: folder.write("a", [1, 2, 3]))
    try folder.remove("a")
    #expect(try file.bytes(in: 0..<3) == [1, 2, 3])
  }

  @Test func manyTasksReadFromOneFileAtOnce() async throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<64_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let file = try InputFile(path: folder.write("a", bytes))
    let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
      for start in stride(from: 0, to: 64_000, by: 1000) {
        group.addTask { try file.bytes(in: start..<(start + 1000)) != Array(bytes[start..<(start + 1000)]) }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(wrong == 0)
  }
}
