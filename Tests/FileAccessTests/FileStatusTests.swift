import FileAccess
import SystemPackage
import TensorCore
import TestSupport
import Testing

struct FileStatusTests {
  @Test func aPathIsWhatItLeadsTo() throws {
    let folder = try TemporaryFolder()
    try folder.write("file", [1, 2, 3])
    try folder.makeFolder("folder")
    try folder.makePipe("pipe")
    try folder.makeLink("link", to: "file")
    try folder.makeLink("nowhere", to: "missing")
    #expect(FileStatus(ofPath: folder.file("file"))?.kind == .regular)
    #expect(FileStatus(ofPath: folder.file("file"))?.size == 3)
    #expect(FileStatus(ofPath: folder.file("folder"))?.kind == .directory)
    #expect(FileStatus(ofPath: folder.file("pipe"))?.kind == .pipe)
    #expect(FileStatus(ofPath: "/dev/null")?.kind == .other)
    #expect(FileStatus(ofPath: folder.file("link"))?.kind == .regular)
    #expect(FileStatus(ofPath: folder.file("nowhere")) == nil)
    #expect(FileStatus(ofPath: folder.file("missing")) == nil)
  }

  @Test func twoPathsToOneFileHaveOneIdentity() throws {
    let folder = try TemporaryFolder()
    let file = try #require(FileStatus(ofPath: folder.write("file", [1])))
    let link = try #require(FileStatus(ofPath: folder.makeLink("link", to: "file")))
    let other = try #require(FileStatus(ofPath: folder.write("other", [1])))
    #expect(file.identity == link.identity)
    #expect(file.identity != other.identity)
  }

  @Test func theNamesInADirectoryAreSortedByTheirBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["b", "a", "B", "z10", "z9", ".hidden", "ä", "größe"] { try folder.write(name, []) }
    try folder.makeFolder("c")
    #expect(try directoryEntries(folder.path) == [".hidden", "B", "a", "b", "c", "größe", "z10", "z9", "ä"])
  }

  @Test func aLongNameIsListedWhole() throws {
    let folder = try TemporaryFolder()
    let name = String(repeating: "n", count: 255)
    try folder.write(name, [])
    #expect(try directoryEntries(folder.path) == [name])
  }

  @Test func whatIsNoDirectoryHasNoNames() throws {
    let folder = try TemporaryFolder()
    #expect(throws: Errno.noSuchFileOrDirectory) { try directoryEntries(folder.file("missing")) }
    #expect(throws: Errno.notDirectory) { try directoryEntries(folder.write("file", [])) }
  }
}
