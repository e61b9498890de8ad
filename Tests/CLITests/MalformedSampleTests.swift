import Foundation
import Testing
import TestSupport

/// Every file of `samples/malformed/` through the program: whatever is wrong with it, the answer is one line that names
/// the file, and nothing is left behind.
@Suite struct MalformedSampleTests {
  static let messages = GoldenFile(name: "malformed-messages.txt")

  struct Sample: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    /// Further arguments; paths in them are relative to the folder of the sample.
    let command: String?
    /// False for what a reader takes and only a validator flags.
    let refused: Bool?

    var testDescription: String { file }

    /// What the names of the files that belong to the sample start with.
    var stem: Substring { file.prefix { $0 != "/" && $0 != "." } }

    func convert(in folder: TemporaryFolder) throws -> ProcessResult {
      let further = try commandLineWords(command ?? "").map { $0.hasPrefix("-") ? $0 : Self.folder + $0 }
      return try GGUFProgram.run(
        ["convert", Self.folder + file, "-o", "out.gguf", "--as-is", "--type", "F32", "--quiet"] + further, in: folder)
    }

    private static let folder = "samples/malformed/"
  }

  static func samples(refused: Bool) throws -> [Sample] {
    let manifest = Data(try Repository.bytes("samples/malformed/manifest.json"))
    return try JSONDecoder().decode([Sample].self, from: manifest).filter { ($0.refused ?? true) == refused }
  }

  @Test(arguments: try samples(refused: true)) func isRefusedInOneLine(_ sample: Sample) throws {
    let folder = try TemporaryFolder.withSamples()
    let result = try sample.convert(in: folder)
    #expect(result.exit == 65)
    #expect(result.standardOutput == "")
    #expect(result.standardError.hasSuffix("\n") && result.messages.count == 1, "\(result.standardError)")
    // Of several files that belong together, the one that is at fault.
    #expect(result.standardError.hasPrefix("gguf: samples/malformed/\(sample.stem)"), "\(result.standardError)")
    #expect(try folder.names == ["samples"])
    if !GoldenFile.isRecording {
      #expect(try Self.messages.read().contains(Self.recorded(result)), "not in Golden/\(Self.messages.name)")
    }
  }

  @Test(arguments: try samples(refused: false)) func isConvertedWhereAReaderTakesIt(_ sample: Sample) throws {
    let folder = try TemporaryFolder.withSamples()
    let result = try sample.convert(in: folder)
    #expect(result.exit == 0 && result.standardError == "", "\(result.standardError)")
    #expect(try folder.names == ["out.gguf", "samples"])
  }

  /// All messages are in one file, so that a change of their words is seen as a whole.
  @Test func everySampleHasItsMessageRecorded() throws {
    let samples = try Self.samples(refused: true)
    if GoldenFile.isRecording {
      let folder = try TemporaryFolder.withSamples()
      try Self.messages.check(try samples.map { Self.recorded(try $0.convert(in: folder)) }.joined())
    } else {
      #expect(try Self.messages.read().split(separator: "\n").count == samples.count)
    }
  }

  private static func recorded(_ result: ProcessResult) -> String {
    result.standardError.replacing("gguf: samples/malformed/", with: "")
  }
}
