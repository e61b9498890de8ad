import FileAccess
import TensorCore
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct LockedFileTests {
  private func isHeld(_ path: String) throws -> Bool {
    do throws(LockedFile.Failure) {
      _ = try LockedFile(path: path)
      return false
    } catch {
      guard case .isHeld = error else { throw error }
      return true
    }
  }

  @Test func oneAtATimeHoldsIt() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("held")
    var file: LockedFile? = try LockedFile(path: path)
    #expect(file != nil)
    #expect(try isHeld(path))
    file = nil
    #expect(try !isHeld(path))
  }

  @Test func whatWasWrittenIsReadAgain() throws {
    let folder = try TemporaryFolder()
    do {
      let file = try LockedFile(path: folder.file("held"))
      try file.write([1, 2, 3, 4], at: 0)
      try file.write([9], at: 1)
    }
    let file = try LockedFile(path: folder.file("held"))
    #expect(try file.bytes(from: 0, count: 3) == [1, 9, 3])
    #expect(try file.bytes(from: 2, count: 100) == [3, 4])
    #expect(try file.bytes(from: 4, count: 1) == [])
    try file.cut(to: 2)
    #expect(try file.bytes(from: 0, count: 10) == [1, 9])
    file.remove()
    #expect(try folder.names == [])
  }

  /// Somebody else may have put them there.
  @Test func whatIsNotAFileOfOnesOwnIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write("target", [5])
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("link"), withDestinationPath: folder.file("target"))
    try FileManager.default.linkItem(atPath: folder.file("target"), toPath: folder.file("second"))
    try FileManager.default.createDirectory(atPath: folder.file("folder"), withIntermediateDirectories: false)
    for name in ["link", "second", "folder", "none/held"] {
      #expect(throws: LockedFile.Failure.self) { try LockedFile(path: folder.file(name)) }
    }
  }
}
