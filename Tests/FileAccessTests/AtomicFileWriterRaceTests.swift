import FileAccess
import TensorCore
import TestSupport
import Testing

/// Several writers, or threads, at once.
struct AtomicFileWriterRaceTests {
  private static func contents(_ path: String) throws -> [UInt8] {
    let file = try InputFile(path: path)
    return try file.bytes(in: 0..<file.size)
  }

  @Test func tasksWriteTheirPartsOfOneFileInAnyOrder() async throws {
    let folder = try TemporaryFolder()
    let writer = try AtomicFileWriter(path: folder.file("a"), size: 64_000, replaces: false)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for part in (0..<64).reversed() {
        group.addTask {
          let bytes = [UInt8](repeating: UInt8(part), count: 1000)
          try writer.write(bytes.span, at: part * 1000)
        }
      }
      try await group.waitForAll()
    }
    try writer.commit()
    let expected = (0..<64).flatMap { [UInt8](repeating: $0, count: 1000) }
    #expect(try Self.contents(folder.file("a")) == expected)
  }

  @Test func ofTwoWritersToOneNameOneWinsAndItsBytesStay() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    let first = try AtomicFileWriter(path: path, size: 3, replaces: false)
    let second = try AtomicFileWriter(path: path, size: 3, replaces: false)
    try first.write([1, 1, 1].span, at: 0)
    try second.write([2, 2, 2].span, at: 0)
    try first.commit()
    let found = outcome(NoRule.self) { try second.commit() }
    guard case .fails(let error) = found else {
      Issue.record("the second writer: \(found)")
      return
    }
    #expect(error.operation == .create)
    #expect(error.reason.hasPrefix("exists already"))
    #expect(try Self.contents(path) == [1, 1, 1])
  }

  @Test func aWriterThatLostChangesNothingAnyMore() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    let first = try AtomicFileWriter(path: path, size: 3, replaces: false)
    let second = try AtomicFileWriter(path: path, size: 3, replaces: false)
    try first.write([1, 1, 1].span, at: 0)
    try first.commit()
    try second.write([2, 2, 2].span, at: 0)
    #expect(try Self.contents(path) == [1, 1, 1])
    #expect(throws: FileError.self) { try second.commit() }
    #expect(try Self.contents(path) == [1, 1, 1])
  }

  @Test func ofTwoWritersThatReplaceTheLastOneWins() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", [7])
    let first = try AtomicFileWriter(path: path, size: 3, replaces: true)
    let second = try AtomicFileWriter(path: path, size: 2, replaces: true)
    try first.write([1, 1, 1].span, at: 0)
    try second.write([2, 2].span, at: 0)
    try first.commit()
    #expect(try Self.contents(path) == [1, 1, 1])
    try second.commit()
    #expect(try Self.contents(path) == [2, 2])
    #expect(try folder.names == ["a"])
  }

  @Test func aWriterThatIsDoneLeavesALaterOneAlone() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    var done: AtomicFileWriter? = try AtomicFileWriter(path: path, size: 1, replaces: false)
    try done?.write([1].span, at: 0)
    try done?.commit()
    let later = try AtomicFileWriter(path: path, size: 1, replaces: true)
    try later.write([2].span, at: 0)
    done = nil
    try later.commit()
    #expect(try Self.contents(path) == [2])
  }

  /// A descriptor that is closed twice may by then be somebody else's.
  @Test func aWriterThatIsRefusedClosesNoFileOfAnother() async throws {
    let folder = try TemporaryFolder()
    let input = try folder.write("input", [1, 2, 3])
    let output = folder.file("a")
    let failures = await withTaskGroup(of: Int.self) { group in
      group.addTask {
        for _ in 0..<400 { _ = try? AtomicFileWriter(path: output, size: 1 << 50, replaces: false) }
        return 0
      }
      group.addTask {
        (0..<4000).reduce(0) { count, _ in
          do {
            let file = try InputFile(path: input)
            return try file.bytes(in: 0..<3) == [1, 2, 3] ? count : count + 1
          } catch {
            return count + 1
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(failures == 0)
  }

  @Test func aFileThatAppearsWhileAnotherIsWrittenIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    let writer = try AtomicFileWriter(path: path, size: 3, replaces: false)
    try writer.write([1, 1, 1].span, at: 0)
    try folder.write("a", [7])
    #expect(throws: FileError.self) { try writer.commit() }
    #expect(try Self.contents(path) == [7])
  }
}

/// For outcomes that are no rule of any format.
private enum NoRule: FormatViolation, Equatable {
  var description: String { "" }
}
