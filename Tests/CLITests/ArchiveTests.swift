import Foundation
import Testing
import TestSupport

/// `gguf pack`, `gguf unpack`, and commands on archives. Sizes depend on the version of libzstd: golden files have none.
@Suite struct ArchiveTests {
  private static let sample = "samples/valid/tiny-model.gguf"

  /// Noise that does not compress, as raw fp32 of rows of 256.
  private static func writeNoise(_ folder: TemporaryFolder, bytes: Int) throws {
    var generator = SeededGenerator(seed: 77)
    var noise: [UInt8] = []
    noise.reserveCapacity(bytes)
    while noise.count < bytes {
      // The exponent keeps them finite.
      var word = generator.next() & 0xBFFF_FFFF_BFFF_FFFF
      for _ in 0..<8 {
        noise.append(UInt8(truncatingIfNeeded: word))
        word >>= 8
      }
    }
    try folder.write("noise.f32", noise)
  }

  @Test func whatIsPackedIsToldAndCanBeUnpacked() throws {
    let folder = try TemporaryFolder.withSamples()
    let packed = try GGUFProgram.run(["pack", Self.sample, "-o", "m.gguf.zst"], in: folder)
    #expect(packed.exit == 0 && packed.standardError == "")
    #expect(
      try packed.standardOutput.wholeMatch(
        of: Regex(
          #"m\.gguf\.zst: [0-9,]+ of [0-9,]+ bytes, [0-9.]+ %, in 2 frames at level 3\npacked [0-9.]+ kB of GGUF in [0-9.]+ s\n"#
        )) != nil, "\(packed.standardOutput)")
    let json = try GGUFProgram.run(
      ["pack", Self.sample, "-o", "j.zst", "--level", "19", "--frame-size", "64KiB", "--json"], in: folder)
    let document = try JSONSerialization.jsonObject(with: Data(json.standardOutput.utf8)) as? [String: Any]
    #expect(document?["schema"] as? String == "gguf-pack-1")
    #expect(document?["size"] as? Int == (try folder.bytes("j.zst").count))
    #expect(document?["level"] as? Int == 19 && document?["frameSize"] as? Int == 65536)
    for archive in ["m.gguf.zst", "j.zst"] {
      let result = try GGUFProgram.run(["unpack", archive, "-o", "again", "--force"], in: folder)
      #expect(result.exit == 0 && result.standardError == "")
      #expect(try folder.bytes("again") == folder.bytes(Self.sample))
    }
  }

  private static let zstd = ["/usr/bin/zstd", "/opt/homebrew/bin/zstd", "/usr/local/bin/zstd"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled(if: zstd != nil, "needs zstd")) func theProgramZstdRestoresTheFile() throws {
    let folder = try TemporaryFolder.withSamples()
    let zstd = try #require(Self.zstd)
    #expect(try GGUFProgram.run(["pack", Self.sample, "-o", "m.gguf.zst"], in: folder).exit == 0)
    #expect(try ChildProcess([zstd, "-t", "m.gguf.zst"], in: folder.path).wait().exit == 0)
    #expect(try ChildProcess([zstd, "-d", "m.gguf.zst"], in: folder.path).wait().exit == 0)
    #expect(try folder.bytes("m.gguf") == folder.bytes(Self.sample))
  }

  @Test func theArchiveOfAConversionIsThatOfItsFile() throws {
    let folder = try TemporaryFolder.withSamples()
    let conversion = ["convert", "samples/valid/tiny-f32.safetensors", "--as-is", "--type", "Q8_0", "-o"]
    let packed = try GGUFProgram.run(conversion + ["m.gguf.zst", "--level", "5"], in: folder)
    #expect(packed.exit == 0)
    #expect(packed.standardOutput.contains("\npacked into "))
    #expect(try GGUFProgram.run(conversion + ["m.gguf"], in: folder).exit == 0)
    #expect(try GGUFProgram.run(["pack", "m.gguf", "-o", "p.zst", "--level", "5"], in: folder).exit == 0)
    #expect(try folder.bytes("m.gguf.zst") == folder.bytes("p.zst"))
    // Every command takes it in place of the file.
    for words in [
      ["hash", "m.gguf.zst"], ["validate", "m.gguf.zst"], ["inspect", "m.gguf.zst", "--stats"],
      ["diff", "m.gguf.zst", "m.gguf"],
      ["verify", "m.gguf.zst", "--against", "samples/valid/tiny-f32.safetensors", "--exact"],
    ] {
      #expect(try GGUFProgram.run(words, in: folder).exit == 0, "\(words)")
    }
  }

  /// Where the frames of an archive are, by its table.
  private static func frames(_ archive: Data) -> [Range<Int>] {
    func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(archive[at + $1]) << (8 * $1) } }
    let count = number(archive.count - 9)
    var start = 0
    return (0..<count).map { index in
      let frame = start..<(start + number(archive.count - 9 - 12 * (count - index)))
      start = frame.upperBound
      return frame
    }
  }

  /// If any other frame were unpacked, its damage would be found.
  @Test func lookingIntoAnArchiveUnpacksOnlyWhatItShows() throws {
    let folder = try TemporaryFolder()
    try Self.writeNoise(folder, bytes: 1 << 20)
    let tensors = ["--raw-tensor", "a:256x256", "--raw-tensor", "b:512x256", "--raw-tensor", "c:256x256"]
    let converted = try GGUFProgram.run(
      ["convert", "noise.f32", "--as-is", "--type", "F32", "-o", "m.gguf.zst", "--frame-size", "128KiB"] + tensors,
      in: folder)
    #expect(converted.exit == 0, "\(converted.standardError)")
    var archive = try folder.bytes("m.gguf.zst")
    let frames = Self.frames(archive)
    // The header; a and c in two frames each, b in four.
    #expect(frames.count == 9)
    for number in [1, 2, 7, 8] { for at in frames[number].dropFirst(18) { archive[at] ^= 0x5A } }
    try archive.write(to: URL(fileURLWithPath: folder.file("m.gguf.zst")))
    for words in [
      ["inspect", "m.gguf.zst"], ["inspect", "m.gguf.zst", "--tensors"], ["inspect", "m.gguf.zst", "--metadata"],
      ["inspect", "m.gguf.zst", "--tensor", "b"], ["inspect", "m.gguf.zst", "--tensor", "b", "--block", "7"],
    ] {
      let result = try GGUFProgram.run(words, in: folder)
      #expect(result.exit == 0, "\(words): \(result.standardError)")
    }
    for words in [
      ["inspect", "m.gguf.zst", "--tensor", "c"], ["hash", "m.gguf.zst"], ["unpack", "m.gguf.zst", "-o", "x"],
    ] {
      let result = try GGUFProgram.run(words, in: folder)
      #expect(result.exit == 65 && result.standardError.contains("the Zstandard frame at byte"), "\(words)")
    }
    #expect(try folder.names == ["m.gguf.zst", "noise.f32"])
  }

  @Test(arguments: [["pack", "zeros.f32", "-o", "out.zst"], ["unpack", "zeros.zst", "-o", "out"]])
  func aSignalEndsTheWorkAndLeavesNothing(_ words: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 8 << 30)
    if words[0] == "unpack" {
      // 8 GiB of zeros, of which 256 KiB are packed.
      try folder.writeSparse("small", [], size: 8 << 20)
      #expect(try GGUFProgram.run(["pack", "small", "-o", "small.zst", "--frame-size", "8MiB"], in: folder).exit == 0)
      let frame = try folder.bytes("small.zst").prefix(upTo: Self.frames(folder.bytes("small.zst"))[0].upperBound)
      try Data((0..<1024).flatMap { _ in frame }).write(to: URL(fileURLWithPath: folder.file("zeros.zst")))
    }
    let names = try folder.names
    let process = try GGUFProgram.start(words, in: folder)
    while process.isRunning, try !folder.names.contains(where: { $0.hasSuffix(".partial") }) { usleep(1000) }
    process.send(SIGINT)
    let result = try process.wait()
    #expect(result.exit == 130)
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == names)
  }

  @Test(arguments: [
    ["pack", "noise.f32", "-o", "out.zst"],
    ["convert", "noise.f32", "--raw-tensor", "n:4096x256", "--as-is", "--type", "F32", "-o", "out.zst"],
  ])
  func anArchiveThatCannotBeWrittenIsNamed(_ words: [String]) throws {
    let folder = try TemporaryFolder()
    try Self.writeNoise(folder, bytes: 4 << 20)
    let result = try GGUFProgram.run(words + ["--quiet", "--frame-size", "64KiB"], in: folder, after: "ulimit -f 1000")
    #expect(result.exit == 74)
    #expect(result.messages.count == 1 && result.standardError.hasPrefix("gguf: out.zst: "), "\(result.standardError)")
    #expect(try folder.names == ["noise.f32"])
  }

  /// The least that it asks for, with the frames that are held and what libzstd takes, and a little more.
  @Test func aConversionIntoAnArchiveKeepsToItsMemory() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 64 << 20)
    func convert(_ output: String, limit: Int) throws -> ProcessResult {
      let conversion = [
        "convert", "zeros.f32", "--raw-tensor", "z:65536x256", "--as-is", "--type", "F16", "--no-verify",
      ]
      let level = output.hasSuffix(".zst") ? ["--level", "9"] : []
      return try GGUFProgram.run(conversion + level + ["-o", output, "--max-memory", "\(limit)"], in: folder)
    }
    func need(_ output: String) throws -> Int {
      let refusal = try convert(output, limit: 1 << 20)
      #expect(refusal.exit == 64)
      return try #require(refusal.standardError.firstMatch(of: /needs ([0-9]+) bytes/).flatMap { Int($0.1) })
    }
    let limit = try need("out.zst") + 1_000_000
    // Four frames, and what libzstd takes at this level.
    #expect(try need("out.gguf") + 16 << 20 < limit)
    let result = try convert("out.zst", limit: limit)
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(result.peakMemory > 1_000_000 && result.peakMemory <= limit, "\(result.peakMemory) of \(limit)")
    #expect(try folder.names == ["out.zst", "zeros.f32"])
  }

  /// Two threads, their frames and what libzstd keeps: far less than the file.
  @Test func memoryDoesNotGrowWithTheFile() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 1 << 30)
    let result = try GGUFProgram.run(["pack", "zeros.f32", "-o", "out.zst", "--threads", "2"], in: folder)
    #expect(result.exit == 0)
    #expect(result.peakMemory < 100 << 20, "\(result.peakMemory)")
  }
}
