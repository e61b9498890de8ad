import Foundation
import TestSupport
import Testing

/// `gguf set` and the files that it replaces.
@Suite struct SetTests {
  private static func copySample(_ name: String, to target: String, in folder: TemporaryFolder) throws {
    try FileManager.default.copyItem(atPath: Repository.path("samples/valid/" + name), toPath: folder.file(target))
  }

  private static func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test(arguments: [0o600, 0o644, 0o664]) func inPlaceKeepsThePermissions(_ permissions: Int) throws {
    let folder = try TemporaryFolder()
    try Self.copySample("alignment-64.gguf", to: "m.gguf", in: folder)
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: folder.file("m.gguf"))
    let before = try folder.bytes("m.gguf")
    let result = try GGUFProgram.run(["set", "m.gguf", "a.b:u32=5", "--in-place"], in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(try folder.names == ["m.gguf"])
    #expect(try folder.bytes("m.gguf") != before)
    #expect(try Self.permissions(folder.file("m.gguf")) == permissions)
    // And back: what is removed leaves the bytes that were there.
    #expect(try GGUFProgram.run(["set", "m.gguf", "--remove", "a.b", "--in-place"], in: folder).exit == 0)
    #expect(try folder.bytes("m.gguf") == before)
  }

  @Test func inPlaceReplacesTheFileBehindASymbolicLink() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("blobs"), withIntermediateDirectories: false)
    try Self.copySample("alignment-64.gguf", to: "blobs/1", in: folder)
    try FileManager.default.createSymbolicLink(atPath: folder.file("m.gguf"), withDestinationPath: "blobs/1")
    let result = try GGUFProgram.run(["set", "m.gguf", "a.b:u32=5", "--in-place"], in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("m.gguf")) == "blobs/1")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("blobs")) == ["1"])
    let shown = try GGUFProgram.run(["inspect", "blobs/1", "--metadata"], in: folder)
    #expect(shown.standardOutput.contains("a.b"))
  }

  @Test func anEditThatChangesNothingLeavesTheFileItself() throws {
    let folder = try TemporaryFolder()
    try Self.copySample("v2-little.gguf", to: "m.gguf", in: folder)
    let before = try folder.bytes("m.gguf")
    let result = try GGUFProgram.run(["set", "m.gguf", "general.architecture=llama", "--in-place"], in: folder)
    #expect(result.exit == 0 && result.standardOutput == "m.gguf: nothing changes\n", "\(result)")
    #expect(try folder.bytes("m.gguf") == before)
  }

  @Test(arguments: [(["--in-place"], SIGINT, 130), (["-o", "out.gguf"], SIGTERM, 143)] as [([String], Int32, Int32)])
  func anInterruptionLeavesTheFileAsItWas(_ options: [String], _ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    // A header for one tensor of 2 GB, which is a hole.
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    builder.addTensor("w", [1 << 31], type: 24, payload: [])
    let header = builder.build()
    try folder.writeSparse("m.gguf", header, size: header.count + (1 << 31))
    let process = try GGUFProgram.start(["set", "m.gguf", "a.b:u32=5"] + options, in: folder)
    while process.isRunning, try !folder.names.contains(where: { $0.hasSuffix(".partial") }) { usleep(1000) }
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == ["m.gguf"])
    #expect(
      try GGUFProgram.run(["inspect", "m.gguf", "--metadata"], in: folder).standardOutput.contains("a.b") == false)
  }

  @Test func anOutputThatIsTheFileItselfIsRefusedByWhateverName() throws {
    let folder = try TemporaryFolder()
    try Self.copySample("alignment-64.gguf", to: "m.gguf", in: folder)
    try FileManager.default.linkItem(atPath: folder.file("m.gguf"), toPath: folder.file("hard.gguf"))
    let before = try folder.bytes("m.gguf")
    for output in ["m.gguf", "./m.gguf", "hard.gguf"] {
      let result = try GGUFProgram.run(["set", "m.gguf", "a.b:u32=5", "-o", output, "--force"], in: folder)
      #expect(result.exit == 73)
      #expect(result.standardError == "gguf: \(output): is the file that is edited; say --in-place\n")
    }
    #expect(try folder.bytes("m.gguf") == before)
  }

  @Test func aValueIsReadFromAFile() throws {
    let folder = try TemporaryFolder()
    try Self.copySample("alignment-64.gguf", to: "m.gguf", in: folder)
    try folder.write("template.jinja", Array("{% for m in messages %}\n{{ m }}{% endfor %}\n".utf8))
    try folder.write("bad.txt", [0xFF, 0xFE])
    let result = try GGUFProgram.run(
      ["set", "m.gguf", "tokenizer.chat_template:str=@template.jinja", "a.at:str=@@x", "-o", "out.gguf", "--json"],
      in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
    let document = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any]
    let changes = try #require(document?["changes"] as? [[String: Any]])
    let values = changes.map { ($0["after"] as? [String: Any])?["value"] as? String }
    #expect(values == ["{% for m in messages %}\n{{ m }}{% endfor %}\n", "@x"])
    let bad = try GGUFProgram.run(["set", "m.gguf", "a.b:str=@bad.txt", "--dry-run"], in: folder)
    #expect(bad.exit == 65 && bad.standardError == "gguf: bad.txt: is not UTF-8\n", "\(bad)")
    #expect(try GGUFProgram.run(["set", "m.gguf", "a.b:str=@none", "--dry-run"], in: folder).exit == 66)
  }
}
