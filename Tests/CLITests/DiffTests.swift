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

@Suite("Comparing files with the program")
struct DiffTests {
  private static func arguments(rows: Int) -> [String] {
    ["diff", "a.f32", "b.f32", "--raw-tensor", "blk.0.zeros:\(rows)x256", "--threads", "2"]
  }

  @Test("Of a damaged GGUF file nothing is said but what is wrong with it, whichever of the two it is")
  func damaged() throws {
    let folder = try TemporaryFolder.withSamples()
    let sound = "samples/valid/v3-little.gguf"
    let samples = try MalformedSampleTests.samples(refused: true)
      .filter { $0.file.hasPrefix("gguf-") && $0.command == nil }
    #expect(samples.count > 100)
    for (index, sample) in samples.enumerated() {
      let path = "samples/malformed/" + sample.file
      let result = try GGUFProgram.run(
        ["diff"] + (index % 2 == 0 ? [path, sound] : [sound, path]) + ["--quiet"], in: folder)
      #expect(result.exit == 65, "\(path)")
      #expect(result.standardOutput == "", "\(path)")
      // Of a split model the part is named, which may be another than the one that was given.
      let place = path.contains("/gguf-split-") ? "samples/malformed/gguf-split-" : path + ": "
      #expect(
        result.messages.count == 1 && result.standardError.hasPrefix("gguf: " + place), "\(result.standardError)")
    }
  }

  @Test("Memory does not grow with the files, where they are the same and where they are not")
  func memory() throws {
    let folder = try TemporaryFolder()
    let rows = (64 << 20) / 1024
    try folder.writeSparse("a.f32", [], size: rows * 1024)
    try folder.writeSparse("b.f32", [], size: rows * 1024)
    let same = try GGUFProgram.run(Self.arguments(rows: rows), in: folder, limit: .seconds(300))
    #expect(same.exit == 0, "\(same.standardError)")
    try folder.overwrite("b.f32", at: rows * 1024 - 1, with: 0x3F)
    let other = try GGUFProgram.run(Self.arguments(rows: rows), in: folder, limit: .seconds(300))
    #expect(other.exit == 1 && other.standardOutput.contains("relative RMSE inf"), "\(other.standardOutput)")
    for result in [same, other] {
      #expect(result.peakMemory > 1_000_000, "not measured")
      // The program itself, not optimized, has 30 MB of it.
      #expect(result.peakMemory < 50_000_000)
    }
  }

  @Test("A signal ends it at once", arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func interrupted(_ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    let rows = 1 << 28
    for name in ["a.f32", "b.f32"] { try folder.writeSparse(name, [], size: rows * 1024) }
    let process = try GGUFProgram.start(Self.arguments(rows: rows), in: folder)
    try process.waitForProgress()
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.standardOutput == "")
    #expect(result.messages.last == "gguf: interrupted", "\(result.standardError)")
  }

  #if os(Linux)
    @Test("A result that cannot be written is an error", arguments: [[], ["--json"], ["--brief"]])
    func fullDisk(_ options: [String]) throws {
      let folder = try TemporaryFolder.withSamples()
      let sample = "samples/valid/v3-little.gguf"
      let result = try GGUFProgram.run(["diff", sample, sample] + options, in: folder, redirection: ">/dev/full")
      #expect(result.exit == 74)
      #expect(result.standardError == "gguf: standard output: No space left on device\n")
    }
  #endif

  @Test("What no figure of weights tells is told in a sentence")
  func sentences() throws {
    let folder = try TemporaryFolder()
    func bytes(_ numbers: [UInt32]) -> [UInt8] {
      var bytes: [UInt8] = []
      for number in numbers { bytes.append(number: number) }
      return bytes
    }
    func file(integers: [UInt32], weights: [UInt32], zeros: [UInt32], block: UInt8) -> [UInt8] {
      var builder = GGUFBuilder()
      builder.add("general.architecture", .string("llama"))
      builder.addTensor("integers", [2, 2], type: 26, payload: bytes(integers))
      builder.addTensor("weights", [4], type: 0, payload: bytes(weights))
      builder.addTensor("zeros", [2], type: 0, payload: bytes(zeros))
      builder.addTensor(
        "iq2", [512], type: 17, payload: Array(repeating: 0, count: 74) + Array(repeating: block, count: 74))
      return builder.build()
    }
    let (one, nan) = (Float(1).bitPattern, Float.nan.bitPattern)
    try folder.write(
      "a.gguf", file(integers: [1, 2, 3, 4], weights: [one, nan, nan, one], zeros: [0, one], block: 1))
    try folder.write(
      "b.gguf", file(integers: [1, 2, 9, 8], weights: [one, nan, one, one], zeros: [1 << 31, one], block: 2))
    let result = try GGUFProgram.run(["diff", "a.gguf", "b.gguf"], in: folder)
    #expect(result.exit == 1)
    #expect(
      result.standardOutput == """
        a.gguf -> b.gguf
        metadata: 1 identical
        tensors: 4 changed
          ~ "integers": 2 of 4 integers differ, the first in row 1, column 0
          ~ "weights": 2 weights of A and 1 of B are NaN or infinite, and left out of the figures
          ~ "zeros": other bytes, the same weights
          ~ "iq2": IQ2_XS is not decoded; 1 of 2 blocks differs, the first is 1
        weights: 16.7 % of the 6 in tensors that are not identical differ; relative RMSE 0, cosine 1
          most changed tensors  type  weights  relative RMSE  cosine  largest change at row, column
          weights               F32    25.0 %              0       1

        """, "\(result.standardOutput)")
  }

  @Test("A chat template and a vocabulary that changed are told in a few words")
  func longValues() throws {
    let folder = try TemporaryFolder()
    func file(_ template: String, _ tokens: [String]) throws -> [UInt8] {
      var builder = GGUFBuilder()
      builder.add("general.architecture", .string("llama"))
      builder.add("tokenizer.chat_template", .string(template))
      builder.add("tokenizer.ggml.tokens", .array(of: 8, tokens.map { .string($0) }))
      return builder.build()
    }
    let lines = (1...40).map { "{% if line == \($0) %}" }
    var changed = lines
    changed[29] = "{% if line != 30 %}\u{1B}[31m"
    let tokens = (0..<5000).map { "token\($0)" }
    try folder.write("a.gguf", try file(lines.joined(separator: "\n"), tokens))
    try folder.write("b.gguf", try file(changed.joined(separator: "\n"), tokens.map { $0 == "token4321" ? "new" : $0 }))
    let result = try GGUFProgram.run(["diff", "a.gguf", "b.gguf"], in: folder)
    #expect(result.exit == 1)
    #expect(
      result.standardOutput.hasSuffix(
        """
        metadata: 2 changed, 1 identical
             key                      type   value
          ~  tokenizer.chat_template  str    790 -> 795 characters, from line 30, column 12: ..."if line == 30 %}\\u{a}{% if line == 3"... -> ..."if line != 30 %}\\u{1b}[31m\\u{a}{% if line"...
          ~  tokenizer.ggml.tokens    [str]  5,000 elements, 1 differs: [4321] "token4321" -> "new"
        tensors: none

        """), "\(result.standardOutput)")
  }
}
