import Foundation
import TestSupport
import Testing

/// The program on samples with a changed byte or a missing end. ValidationTests does more of it, in its own process.
@Suite("The program on headers that are changed or cut off")
struct HeaderAttackTests {
  /// What the program needs for a few kilobytes of header, far below what a hostile one may make it ask for.
  private static let mostMemory = 64 << 20

  @Test(
    "answers with the header or in one line, in little memory",
    arguments: ["v3-little.gguf", "tiny-model.gguf", "dtypes.safetensors"])
  func attack(_ sample: String) throws {
    let bytes = try Repository.bytes("samples/valid/\(sample)")
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 811)
    for round in 0..<30 {
      var changed = bytes
      if round % 3 == 0 {
        changed = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator)))
      } else {
        // Headers of 1,000 to 3,000 bytes, of the shortest some data too.
        let offset = Int.random(in: 0..<1500, using: &generator)
        changed[offset] = generator.pick([0, 1, 0x7F, 0x80, 0xFF, changed[offset] ^ 4])
      }
      try folder.write(sample, changed)
      let comment = "seed \(generator.seed), round \(round)"
      let shown = try GGUFProgram.run(["inspect", sample, "--metadata", "--tensors"], in: folder)
      check(shown, exits: [0, 65], comment)
      // What can be shown is shown, with a line for each thing that is wrong.
      #expect(shown.exit == 0 || !shown.standardError.isEmpty, "\(comment)")
      #expect(shown.messages.allSatisfy { $0.hasPrefix("gguf: ") }, "\(comment): \(shown.standardError)")
      let validated = try GGUFProgram.run(["validate", sample, "--profile", "strict", "--no-config"], in: folder)
      check(validated, exits: [0, 1], comment)
      #expect(!validated.standardOutput.isEmpty, "\(comment)")
    }
  }

  private func check(_ result: ProcessResult, exits: Set<Int32>, _ comment: String) {
    #expect(exits.contains(result.exit), "\(comment): \(result.standardError)")
    #expect(result.peakMemory < Self.mostMemory, "\(comment): \(result.peakMemory) bytes")
  }
}
