import FileAccess
import Foundation
import TestSupport
import Testing

@Suite("Files that replace others")
struct ReplacingTests {
  @Test("A writer takes the permissions of a file", arguments: [0o400, 0o600, 0o640, 0o755])
  func permissions(_ permissions: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", [1])
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
    let status = try #require(FileStatus(ofPath: path))
    #expect(status.permissions == UInt32(permissions))
    let writer = try AtomicFileWriter(path: path, size: 1, replaces: true)
    try writer.takePermissions(of: status)
    let bytes: [UInt8] = [2]
    try writer.write(bytes.span, at: 0)
    try writer.commit()
    #expect(FileStatus(ofPath: path)?.permissions == UInt32(permissions))
    #expect(FileStatus(ofPath: path)?.identity != status.identity)
  }

  @Test("A path is followed through links to links, and one that leads nowhere has no file")
  func links() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", [])
    try FileManager.default.createSymbolicLink(atPath: folder.file("b"), withDestinationPath: "a")
    try FileManager.default.createSymbolicLink(atPath: folder.file("c"), withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: folder.file("d"), withDestinationPath: "nothing")
    let resolved = try #require(resolvedPath(folder.file("c")))
    #expect(resolved.hasSuffix("/a"))
    #expect(FileStatus(ofPath: resolved)?.identity == FileStatus(ofPath: path)?.identity)
    #expect(resolvedPath(folder.file("d")) == nil)
    #expect(resolvedPath(folder.file("e")) == nil)
  }
}
