import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

/// `--kernels` and `GGUF_KERNELS`.
@Suite struct KernelChoiceTests {
  private static let source = "samples/valid/tiny-f32.safetensors"

  private static func convert(
    _ type: String, _ options: [String], after preparation: String = ":", in folder: TemporaryFolder
  ) throws -> ProcessResult {
    try GGUFProgram.run(
      ["convert", source, "--as-is", "--type", type, "-o", "out.gguf", "--force"] + options, in: folder,
      after: preparation)
  }

  /// Every set that this processor runs, by the option and by the environment.
  @Test(arguments: ["Q8_0", "Q4_K", "Q6_K", "Q3_K", "IQ4_XS", "TQ1_0", "NF4", "F16"])
  func theOutputIsTheSameWithEverySet(_ type: String) throws {
    let folder = try TemporaryFolder.withSamples()
    var outputs: [Data] = []
    for set in KernelSet.all {
      var result = try Self.convert(type, ["--kernels", set.name], in: folder)
      #expect(result.exit == 0, "\(result.standardError)")
      outputs.append(try folder.bytes("out.gguf"))
      // In any case, as types are.
      result = try Self.convert(type, [], after: "export GGUF_KERNELS=\(set.name.uppercased())", in: folder)
      #expect(result.exit == 0, "\(result.standardError)")
      outputs.append(try folder.bytes("out.gguf"))
    }
    #expect(outputs.count >= 4)
    #expect(outputs.allSatisfy { $0 == outputs[0] })
  }

  @Test func aSetThatDoesNotExistIsAnErrorThatNamesThoseThatDo() throws {
    let folder = try TemporaryFolder.withSamples()
    let names = KernelSet.all.map(\.name).joined(separator: ", ")
    let option = try Self.convert("Q8_0", ["--kernels", "avx9"], in: folder)
    #expect(option.exit == 64)
    #expect(
      option.standardError
        == "gguf: --kernels: there is no set of kernels \"avx9\"; this processor runs \(names); "
        + "see gguf convert --help\n")
    let variable = try Self.convert("Q8_0", [], after: "export GGUF_KERNELS=avx9", in: folder)
    #expect(variable.exit == 64)
    #expect(variable.standardError.hasPrefix("gguf: GGUF_KERNELS: there is no set of kernels \"avx9\""))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out.gguf")))
  }

  @Test func theOptionCountsForMoreThanTheEnvironment() throws {
    let folder = try TemporaryFolder.withSamples()
    let result = try Self.convert("Q8_0", ["--kernels", "generic"], after: "export GGUF_KERNELS=avx9", in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
  }

  @Test func anEmptyVariableIsNoChoice() throws {
    let folder = try TemporaryFolder.withSamples()
    let result = try Self.convert("Q8_0", [], after: "export GGUF_KERNELS=", in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
    let option = try Self.convert("Q8_0", ["--kernels", ""], in: folder)
    #expect(option.exit == 64, "an empty name is a slip of the pen")
  }
}
