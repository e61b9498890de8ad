import Foundation
import Testing
import TestSupport

/// The same bytes for the same input, however often and on however many threads.
@Suite struct ReproducibilityTests {
  /// 520 rows of 1,024 weights are three chunks, so that threads have something to share.
  private static let large = ["weights.f32", "--raw-tensor", "a:520x1024"]

  private static func writeWeights(in folder: TemporaryFolder) throws {
    var generator = SeededGenerator(seed: 7)
    let weights = (0..<(520 * 1024)).map { _ in Float.random(in: -1...1, using: &generator) }
    try folder.write("weights.f32", weights.withUnsafeBytes { Array($0) })
  }

  @Test(arguments: [
    (large, "Q8_0"), (["samples/valid/tiny-f32.safetensors"], "Q4_K"),
    (["samples/valid/tiny-f32.safetensors"], "TQ1_0"),
    (["samples/valid/tiny-f32.safetensors"], "NF4"),
  ])
  func outputAndFiguresDoNotDependOnThreadsNorOnTheRun(_ source: [String], _ type: String) throws {
    let folder = try TemporaryFolder.withSamples()
    if source == Self.large { try Self.writeWeights(in: folder) }
    var outputs: [Data] = []
    var figures: [ArraySlice<Substring>] = []
    for threads in [1, 1, 2, 3] {
      let result = try GGUFProgram.run(
        ["convert"] + source
          + ["--as-is", "--type", type, "-o", "out.gguf", "--force", "--threads", "\(threads)"],
        in: folder)
      #expect(result.exit == 0, "\(result.standardError)")
      outputs.append(try folder.bytes("out.gguf"))
      // All but the last line, which has the time.
      figures.append(result.standardOutput.lines.dropLast(2))
    }
    #expect(outputs.allSatisfy { $0 == outputs[0] })
    #expect(figures.allSatisfy { $0 == figures[0] })
    #expect(figures[0].contains { $0.hasPrefix("round-trip error, relative RMSE: 0.") })
  }

  /// The first in the file, whichever is found first.
  @Test(arguments: 1...3) func theErrorThatIsReportedDoesNotDependOnThreads(_ threads: Int) throws {
    let folder = try TemporaryFolder()
    var weights = [Float](repeating: 1, count: 520 * 1024)
    for row in [300, 500, 515] { weights[row * 1024 + 5] = .nan }
    try folder.write("weights.f32", weights.withUnsafeBytes { Array($0) })
    let result = try GGUFProgram.run(
      ["convert"] + Self.large + ["--as-is", "--type", "Q8_0", "-o", "out.gguf", "--threads", "\(threads)"],
      in: folder)
    #expect(result.exit == 65)
    #expect(result.standardError.contains("NaN in row 300, column 5;"), "\(result.standardError)")
  }
}
