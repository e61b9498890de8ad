import Foundation
import Testing
import TestSupport

/// Outputs that cannot be written: the message names the file, and nothing is left behind.
@Suite struct OutputFailureTests {
  private static func convert(_ source: String, _ rows: Int, to output: String) -> [String] {
    ["convert", source, "--raw-tensor", "zeros:\(rows)x256", "--as-is", "--type", "F32", "-o", output, "--quiet"]
  }

  @Test func aDiskWithoutRoomIsAnErrorAtTheStart() throws {
    let folder = try TemporaryFolder()
    let file = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
    let free = try #require(file[.systemFreeSize] as? Int)
    // A terabyte more than there is, rounded to rows of 1,024 bytes.
    let rows = (free + 1 << 40) / 1024
    try folder.writeSparse("zeros.f32", [], size: rows * 1024)
    let result = try GGUFProgram.run(Self.convert("zeros.f32", rows, to: "out.gguf"), in: folder)
    #expect(result.exit == 74)
    #expect(result.messages.count == 1 && result.standardError.hasPrefix("gguf: out.gguf: no room for "))
    #expect(result.standardOutput == "")
    #expect(try folder.names == ["zeros.f32"])
  }

  /// Without care the system would end the program with SIGXFSZ, and leave the partial file.
  @Test func aLimitOfTheFileSizeIsAnErrorThatNamesTheFile() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 4096 * 1024)
    let result = try GGUFProgram.run(
      Self.convert("zeros.f32", 4096, to: "out.gguf"), in: folder, after: "ulimit -f 1000")
    #expect(result.exit == 74)
    #expect(result.messages.count == 1 && result.standardError.hasPrefix("gguf: out.gguf: "))
    #expect(result.standardError.contains("too large"))
    #expect(try folder.names == ["zeros.f32"])
  }

  #if canImport(Darwin)
    static let unwritableFolders = ["zeros.f32", "missing", "/System"]
  #else
    static let unwritableFolders = ["zeros.f32", "missing", "/proc", "/dev/fd/0"]
  #endif

  /// A file, a folder that is not there, and folders of the system that take files from nobody.
  @Test(arguments: unwritableFolders) func aFolderThatTakesNoFileIsNamed(_ target: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 1024)
    let result = try GGUFProgram.run(Self.convert("zeros.f32", 1, to: target + "/out.gguf"), in: folder)
    #expect(result.exit == 73)
    #expect(result.messages.count == 1 && result.standardError.hasPrefix("gguf: \(target)/out.gguf: "))
    #expect(try folder.names == ["zeros.f32"])
  }

  @Test(.enabled(if: Privileges.canBeDropped, "needs a user whom file permissions bind, or setpriv"))
  func aReadOnlyFolderIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 1024)
    try FileManager.default.createDirectory(atPath: folder.file("locked"), withIntermediateDirectories: false)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.file("locked"))
    let result = try Privileges.run(Self.convert("zeros.f32", 1, to: "locked/out.gguf"), in: folder)
    #expect(result.exit == 73)
    #expect(result.standardError == "gguf: locked/out.gguf: Permission denied\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("locked")) == [])
  }

  @Test(arguments: ["/dev/null", "pipe"]) func whatIsNoRegularFileIsNotReplaced(_ output: String) throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 1024)
    _ = try folder.makePipe("pipe")
    let result = try GGUFProgram.run(Self.convert("zeros.f32", 1, to: output) + ["--force"], in: folder)
    #expect(result.exit == 73)
    #expect(result.messages.count == 1 && result.standardError.hasPrefix("gguf: \(output): is a "))
    #expect(try folder.names == ["pipe", "zeros.f32"])
  }

  /// By its name, by a symbolic link and by a hard link.
  @Test(arguments: ["zeros.f32", "./zeros.f32", "symbolic.f32", "hard.f32"])
  func theSourceIsNeverTheOutput(_ output: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("zeros.f32", [UInt8](repeating: 0, count: 1024))
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.file("symbolic.f32"), withDestinationPath: "zeros.f32")
    try files.linkItem(atPath: folder.file("zeros.f32"), toPath: folder.file("hard.f32"))
    let result = try GGUFProgram.run(Self.convert("zeros.f32", 1, to: output) + ["--force"], in: folder)
    #expect(result.exit == 73)
    #expect(result.standardError == "gguf: \(output): is a file of the source itself (zeros.f32)\n")
    #expect(try folder.bytes("zeros.f32") == Data(count: 1024))
  }

  /// A checkpoint is more than its weights: the description of a raw file, the index of a set of shards.
  @Test(arguments: [
    (["weights.f32", "--description", "weights.json"], "weights.json"),
    (["sharded"], "sharded/model.safetensors.index.json"),
  ])
  func noFileOfTheSourceIsEverReplaced(_ source: [String], _ output: String) throws {
    let folder = try TemporaryFolder()
    for name in ["raw/weights.f32", "raw/weights.json", "sharded"] {
      let target = String(name.split(separator: "/").last ?? "")
      try FileManager.default.copyItem(
        atPath: Repository.path("samples/valid/" + name), toPath: folder.file(target))
    }
    let before = try folder.bytes(output)
    let result = try GGUFProgram.run(
      ["convert"] + source + ["--as-is", "--type", "F16", "-o", output, "--force"], in: folder)
    let after = try folder.bytes(output)
    #expect(result.exit == 73)
    #expect(after == before)
  }
}
