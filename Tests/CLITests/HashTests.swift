import Foundation
import TestSupport
import Testing

/// `gguf hash` in the surroundings that a user may put it into.
@Suite struct HashTests {
  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func aSignalEndsItAndLeavesNoManifest(_ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    // A hole, far larger than is read before the signal comes.
    try folder.writeSparse("zeros.f32", [], size: 1 << 36)
    let process = try GGUFProgram.start(
      ["hash", "zeros.f32", "--raw-tensor", "zeros:67108864x256", "--manifest", "m"], in: folder)
    try process.waitForProgress()
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.standardOutput == "")
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == ["zeros.f32"])
  }

  /// As sha256sum does: what is printed can be checked.
  @Test(arguments: ["sha256", "xxh64", "all"]) func whatIsPrintedIsAManifest(_ algorithm: String) throws {
    let folder = try TemporaryFolder.withSamples()
    let name = "samples/valid/dtypes.safetensors"
    let printed = try GGUFProgram.run(["hash", name, "--algorithm", algorithm], in: folder)
    try folder.write("m", Array(printed.standardOutput.utf8))
    let checked = try GGUFProgram.run(["hash", name, "--check", "m", "--algorithm", algorithm], in: folder)
    #expect(checked.exit == 0, "\(checked.standardOutput)")
    #expect(!checked.standardOutput.contains("FAILED"))
  }

  @Test func aFlippedBitOfTheDataIsFoundInItsTensor() throws {
    let folder = try TemporaryFolder()
    let bytes = try Repository.bytes("samples/valid/alignment-64.gguf")
    try folder.write("m.gguf", bytes)
    #expect(try GGUFProgram.run(["hash", "m.gguf", "--manifest", "m", "--algorithm", "xxh64"], in: folder).exit == 0)
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<10 {
      // The first tensor's data.
      let place = bytes.count - 512 + Int.random(in: 0..<256, using: &generator)
      var changed = bytes
      changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try folder.write("m.gguf", changed)
      let result = try GGUFProgram.run(["hash", "m.gguf", "--check", "m"], in: folder)
      #expect(result.exit == 1, "byte \(place), seed \(generator.seed)")
      #expect(result.standardOutput.hasPrefix("FAILED   blk.0.attn_q.weight: other data: "), "\(result.standardOutput)")
    }
  }

  #if os(Linux)
    @Test func aManifestThatCannotBePrintedIsAnError() throws {
      let folder = try TemporaryFolder.withSamples()
      let result = try GGUFProgram.run(
        ["hash", "samples/valid/alignment-64.gguf"], in: folder, redirection: ">/dev/full")
      #expect(result.exit == 74 && result.messages.count == 1)
    }
  #endif
}
