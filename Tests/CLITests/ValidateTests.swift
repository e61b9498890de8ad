import Foundation
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

@Suite("Validating files with the program")
struct ValidateTests {
  private static let sound = "samples/valid/v3-little.gguf"
  private static let damaged = "samples/malformed/gguf-key-duplicate.gguf"

  /// A sound model of one F32 tensor, whose data is a hole.
  private static func writeLarge(_ name: String, gigabytes: Int, in folder: TemporaryFolder) throws {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    let rows = UInt64(gigabytes) << 20
    builder.addTensor("zeros", [256, rows], type: 0, payload: [])
    let header = builder.build()
    try folder.writeSparse(name, header, size: header.count + Int(rows) * 1024)
  }

  /// A container of two tensors, which is no model that anybody runs.
  private static func container(gap: Bool) -> [UInt8] {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("unknown"))
    builder.addTensor("a", [4], type: 0, payload: [UInt8](repeating: 1, count: 16))
    if gap { builder.tensors[0].payload += [UInt8](repeating: 0, count: 64) }
    builder.addTensor("b", [4], type: 0, payload: [UInt8](repeating: 2, count: 16))
    return builder.build()
  }

  @Test("a configuration is found upward from each model, and says which it is")
  func discovery() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("a")
    let bytes = Self.container(gap: true)
    try folder.write("a/m.gguf", bytes)
    try folder.write("m.gguf", bytes)
    try folder.write(
      ".gguf-validate.yml", Array("root: true\nprofile: llama.cpp\nrules: {architecture-unknown: off}\n".utf8))
    try folder.write("a/.gguf-validate.yml", Array("rules: {gap: off}\n".utf8))
    let result = try GGUFProgram.run(["validate", "a/m.gguf", "m.gguf", "--quiet"], in: folder)
    #expect(result.exit == 1)
    #expect(
      result.standardOutput.hasPrefix(
        """
        a/m.gguf: GGUF, 2 tensors, as a/.gguf-validate.yml and .gguf-validate.yml say: good

        m.gguf: GGUF, 2 tensors, as .gguf-validate.yml says: 1 error
          error GGUF-L005 gap

        """), "\(result.standardOutput)")
    // Where no configuration holds, the gap is a warning.
    #expect(try GGUFProgram.run(["validate", "a", "m.gguf", "--no-config", "--quiet"], in: folder).exit == 0)
    #expect(try GGUFProgram.run(["validate", "m.gguf", "--profile", "spec", "--quiet"], in: folder).exit == 0)
    let named = try GGUFProgram.run(
      ["validate", "m.gguf", "--config", "a/.gguf-validate.yml", "--quiet"], in: folder)
    #expect(named.exit == 0 && named.standardOutput.contains("as a/.gguf-validate.yml says: 1 note\n"))
  }

  @Test("a mistake in a configuration is one line, and nothing is validated")
  func mistake() throws {
    let folder = try TemporaryFolder.withSamples()
    try folder.write("m.gguf", try Repository.bytes(Self.sound))
    try folder.write(".gguf-validate.yml", Array("root: true\nrules:\n  gpa: off\n".utf8))
    let result = try GGUFProgram.run(["validate", Self.damaged, "m.gguf"], in: folder)
    #expect(result.exit == 65 && result.standardOutput == "")
    #expect(
      result.standardError == "gguf: .gguf-validate.yml: line 3: there is no rule \"gpa\"; did you mean gap?\n",
      "\(result.standardError)")
  }

  @Test("a report is written whole or not at all, never over what is read, and the exit code stays")
  func output() throws {
    let folder = try TemporaryFolder.withSamples()
    func run(_ arguments: String...) throws -> ProcessResult {
      try GGUFProgram.run(["validate", Self.damaged, "--quiet"] + arguments, in: folder)
    }
    let written = try run("--format", "sarif", "-o", "r.sarif")
    #expect(written.exit == 1 && written.standardOutput.hasPrefix("r.sarif: 1 error, "))
    let document = try JSONSerialization.jsonObject(with: try folder.bytes("r.sarif")) as? [String: Any]
    #expect(document?["version"] as? String == "2.1.0")
    #expect(try run("-o", "r.sarif").exit == 73)
    #expect(try run("-o", "r.sarif", "--force").exit == 1)
    #expect(try String(decoding: folder.bytes("r.sarif"), as: UTF8.self).hasPrefix(Self.damaged + ": "))
    #expect(try run("-o", "nowhere/r").exit == 73)
    try folder.write("m.gguf", try Repository.bytes(Self.sound))
    let over = try GGUFProgram.run(["validate", ".", "-o", "./m.gguf", "--force"], in: folder)
    #expect(over.exit == 73 && over.standardError.contains("is a file that is read"), "\(over.standardError)")
    #expect(try folder.bytes("m.gguf") == Data(try Repository.bytes(Self.sound)))
  }

  @Test("what cannot be read does not keep the others from being validated")
  func unreadable() throws {
    let folder = try TemporaryFolder.withSamples()
    try folder.makePipe("pipe.gguf")
    let result = try GGUFProgram.run(
      ["validate", "pipe.gguf", Self.damaged, "gone.gguf", Self.sound, "--quiet"], in: folder)
    #expect(result.exit == 66)
    #expect(result.standardOutput.contains("error GGUF-K006 key-twice"))
    #expect(result.standardOutput.contains("in 2 of 2 models, 2 could not be read\n"))
    #expect(
      result.messages == [
        "gguf: pipe.gguf: is a pipe, not a regular file", "gguf: gone.gguf: No such file or directory",
      ])
  }

  @Test(
    "a folder that cannot be listed is told, and what is in the others is validated all the same",
    .enabled(if: Privileges.canBeDropped, "needs a user whom file permissions bind, or setpriv"))
  func lockedFolder() throws {
    let folder = try TemporaryFolder()
    for name in ["d", "d/locked", "d/open"] { try folder.makeFolder(name) }
    try folder.write("d/open/m.gguf", try Repository.bytes(Self.sound))
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.file("d/locked"))
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("d/locked")) }
    let result = try Privileges.run(["validate", "d", "--quiet", "--no-config"], in: folder)
    #expect(result.exit == 66 && result.messages == ["gguf: d/locked: Permission denied"])
    #expect(result.standardOutput.contains("d/open/m.gguf: GGUF, 15 tensors: "))
  }

  @Test("the report does not depend on threads")
  func threads() throws {
    let folder = try TemporaryFolder.withSamples()
    let reports = try [1, 2, 7].map { threads in
      try GGUFProgram.run(
        ["validate", "samples", "--quiet", "--max-findings", "100", "--threads", "\(threads)"], in: folder,
        limit: .seconds(300)
      ).standardOutput
    }
    #expect(reports[0].contains("samples/valid/split/model-00001-of-00003.gguf: GGUF, 3 tensors, 3 files: "))
    #expect(!reports[0].contains("samples/valid/split/model-00002"))
    #expect(reports[0] == reports[1] && reports[0] == reports[2])
  }

  @Test("a lock finds what changed, and goes with one model")
  func lock() throws {
    let folder = try TemporaryFolder.withSamples()
    var bytes = try Repository.bytes(Self.sound)
    try folder.write("m.gguf", bytes)
    #expect(try GGUFProgram.run(["lock", "m.gguf", "--quiet"], in: folder).exit == 0)
    func run(_ files: String...) throws -> ProcessResult {
      try GGUFProgram.run(["validate", "--lock", "m.gguf.lock.json", "--quiet", "--no-config"] + files, in: folder)
    }
    #expect(try run("m.gguf").exit == 0)
    bytes[bytes.count - 1] ^= 1
    try folder.write("m.gguf", bytes)
    let changed = try run("m.gguf")
    #expect(changed.exit == 1 && changed.standardOutput.contains("error GGUF-D006 locked-data"))
    let two = try run("m.gguf", Self.sound)
    #expect(two.exit == 64 && two.standardError == "gguf: --lock goes with one model, found are 2\n")
    try folder.write("m.gguf.lock.json", Array("{}".utf8))
    #expect(try run("m.gguf").exit == 65)
  }

  @Test("a signal ends it at once", arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func interrupted(_ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    try Self.writeLarge("m.gguf", gigabytes: 256, in: folder)
    try folder.write(
      ".gguf-validate.yml",
      Array("root: true\nrequire: {sha256: {'*': \(String(repeating: "0", count: 64))}}\n".utf8))
    let process = try GGUFProgram.start(["validate", "m.gguf", "-o", "r.txt"], in: folder)
    try process.waitForProgress()
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.standardOutput == "")
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == [".gguf-validate.yml", "m.gguf"])
  }

  /// A block `console` has a command and the beginning of what it prints, which a golden file has too.
  @Test("what formats/validate.md shows is what is printed")
  func page() throws {
    let page = String(decoding: try Repository.bytes("formats/validate.md"), as: UTF8.self)
    let golden = try ["validate.txt", "validate-mistakes.txt"].map { try GoldenFile(name: $0).read() }.joined(
      separator: "\n")
    let blocks = page.components(separatedBy: "```console\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    #expect(blocks.count >= 2)
    for block in blocks {
      let lines = block.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      let parts = golden.components(separatedBy: "\(lines[0])\nexit: ")
      #expect(parts.count == 2, "\(lines[0])")
      let output = parts.last?.components(separatedBy: "--- stdout\n").dropFirst().first ?? ""
      #expect(output.hasPrefix(lines[1]), "\(lines[0]) prints\n\(output)")
    }
  }

  #if os(Linux)
    @Test("a report that cannot be printed is an error", arguments: ["text", "json", "sarif", "junit", "github"])
    func fullDisk(_ format: String) throws {
      let folder = try TemporaryFolder.withSamples()
      let result = try GGUFProgram.run(
        ["validate", Self.sound, "--format", format], in: folder, redirection: ">/dev/full")
      #expect(result.exit == 74)
      #expect(result.standardError == "gguf: standard output: No space left on device\n")
    }
  #endif
}
