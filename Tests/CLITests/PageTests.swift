import Foundation
import Kernels
import Testing
import TestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `gguf inspect --html`: what is written, and when nothing is.
@Suite struct PageTests {
  private static func page(_ source: String, _ output: String, _ others: String...) -> [String] {
    ["inspect", source, "--html", output] + others
  }

  /// By its name, by a symbolic link and by a hard link.
  @Test(arguments: ["model.html", "./model.html", "symbolic.html", "hard.html"])
  func theSourceIsNeverThePage(_ output: String) throws {
    let folder = try TemporaryFolder.withSamples()
    let model = try folder.bytes("samples/valid/tiny-model.gguf")
    try folder.write("model.html", Array(model))
    let files = FileManager.default
    try files.createSymbolicLink(atPath: folder.file("symbolic.html"), withDestinationPath: "model.html")
    try files.linkItem(atPath: folder.file("model.html"), toPath: folder.file("hard.html"))
    let result = try GGUFProgram.run(Self.page("model.html", output, "--force"), in: folder)
    #expect(result.exit == 73)
    #expect(result.standardError == "gguf: \(output): is a file of the source itself (model.html)\n")
    #expect(try folder.bytes("model.html") == model)
  }

  /// As `gguf inspect` shows what can be read.
  @Test(arguments: [[], ["--no-stats"]]) func ofADamagedFileThePageSaysWhatIsWrong(_ others: [String]) throws {
    let folder = try TemporaryFolder.withSamples()
    let source = "samples/malformed/gguf-cut-in-data.gguf"
    let result = try GGUFProgram.run(["inspect", source, "--html", "page.html"] + others, in: folder)
    let message = "its data ends at 384, past the end of the data (382 bytes)"
    #expect(result.exit == 65)
    #expect(result.standardOutput == "page.html shows 2 tensors of \(source)\n")
    #expect(result.standardError == "gguf: \(source): tensor \"blk.0.attn_q.bias\": \(message) (GGUF-L003)\n")
    let page = String(decoding: try folder.bytes("page.html"), as: UTF8.self)
    #expect(page.contains("Breaks 1 rule<"))
    #expect(page.contains("<span class=\"message\">\(message)</span>") && page.contains(">GGUF-L003</code>"))
    #expect(page.contains("Only headers were read"))
  }

  @Test func ofAFileThatIsNoCheckpointThereIsNoPage() throws {
    let folder = try TemporaryFolder.withSamples()
    let result = try GGUFProgram.run(
      Self.page("samples/malformed/gguf-cut-in-metadata.gguf", "page.html"), in: folder)
    #expect(result.exit == 65)
    #expect(try folder.names == ["samples"])
  }

  @Test func thePageDoesNotDependOnThreadsAndKernels() throws {
    let folder = try TemporaryFolder.withSamples()
    let source = "samples/valid/tiny-model.gguf"
    for (output, others) in [("a.html", ["--threads", "1", "--kernels", "generic"]), ("b.html", [])] {
      #expect(try GGUFProgram.run(["inspect", source, "--html", output] + others, in: folder).exit == 0)
    }
    #expect(try folder.bytes("a.html") == folder.bytes("b.html"))
  }

  @Test func aSignalEndsItAndLeavesNothing() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 1 << 36)
    let process = try GGUFProgram.start(
      Self.page("zeros.f32", "page.html", "--raw-tensor", "zeros:67108864x256", "--threads", "1"), in: folder)
    try process.waitForProgress()
    process.send(SIGINT)
    let result = try process.wait()
    #expect(result.exit == 130)
    #expect(try folder.names == ["zeros.f32"])
  }
}
