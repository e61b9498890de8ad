import Foundation
import Testing
import TestSupport

/// Sources that cannot be read, or not be converted: the message names the file, and there is no output.
@Suite struct SourceFailureTests {
  private static func convert(_ source: String) -> [String] {
    ["convert", source, "--as-is", "--type", "Q8_0", "-o", "out.gguf", "--quiet"]
  }

  static let commands = [convert("source"), ["inspect", "source"]]

  @Test(arguments: commands) func aPipeIsRefusedAndNotWaitedFor(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    _ = try folder.makePipe("source")
    let result = try GGUFProgram.run(command, in: folder)
    #expect(result.exit == 66)
    #expect(result.standardError == "gguf: source: is a pipe, not a regular file\n")
    #expect(try folder.names == ["source"])
  }

  @Test func aPipeAsDescriptionIsRefusedAndNotWaitedFor() throws {
    let folder = try TemporaryFolder()
    try folder.write("source", [0, 0, 0, 0])
    _ = try folder.makePipe("description")
    let result = try GGUFProgram.run(Self.convert("source") + ["--description", "description"], in: folder)
    #expect(result.exit == 66)
    #expect(result.standardError == "gguf: description: is a pipe, not a regular file\n")
    #expect(try folder.names == ["description", "source"])
  }

  @Test(arguments: commands) func aLinkThatLeadsToItselfIsNoInput(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(atPath: folder.file("source"), withDestinationPath: "source")
    let result = try GGUFProgram.run(command, in: folder)
    #expect(result.exit == 66)
    #expect(result.messages.count == 1 && result.standardError.hasPrefix("gguf: source: Too many levels of symbolic"))
  }

  @Test(
    .enabled(if: Privileges.canBeDropped, "needs a user whom file permissions bind, or setpriv"), arguments: commands)
  func aFileThatMayNotBeReadIsNamed(_ command: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write("source", try Repository.bytes("samples/valid/tiny-f32.safetensors"))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.file("source"))
    let result = try Privileges.run(command, in: folder)
    #expect(result.exit == 66)
    #expect(result.standardError == "gguf: source: Permission denied\n")
    #expect(try folder.names == ["source"])
  }

  /// It is found while the output is being written, unlike all that a header says.
  @Test(arguments: ["F16", "Q8_0", "Q4_0", "Q5_1", "Q4_K", "TQ1_0", "TQ2_0", "NF4"])
  func aWeightThatIsNotANumberIsNamedAndLeavesNoOutput(_ type: String) throws {
    let folder = try TemporaryFolder()
    var weights = [Float](repeating: 0.5, count: 258 * 1024)
    weights[257 * 1024 + 513] = .nan
    try folder.write("weights.f32", weights.withUnsafeBytes { Array($0) })
    let result = try GGUFProgram.run(
      ["convert", "weights.f32", "--raw-tensor", "w:258x1024", "--as-is", "--type", type, "-o", "out.gguf"], in: folder)
    #expect(result.exit == 65)
    #expect(result.messages.count == 1)
    #expect(result.standardError.hasPrefix("gguf: weights.f32: tensor \"w\": NaN in row 257, column 513;"))
    #expect(result.standardOutput == "")
    #expect(try folder.names == ["weights.f32"])
  }
}
