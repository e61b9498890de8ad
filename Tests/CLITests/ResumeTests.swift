import Foundation
import Testing
import TestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Conversions that go on where another was ended.
@Suite struct ResumeTests {
  private static let options = [
    "--raw-tensor", "w:2048x1024", "--as-is", "--type", "Q4_K", "--threads", "1", "--quiet",
  ]

  /// Eight chunks.
  private static func source(in folder: TemporaryFolder) throws {
    // Rows grow, so that no chunk is like another.
    let row = WeightDistribution.heavyTails.weights(1_024, seed: 99)
    var data = Data()
    for number in 0..<2_048 {
      let scaled = row.map { $0 * Float(1 + number / 100) }
      data.append(contentsOf: scaled.withUnsafeBytes(Array.init))
    }
    try data.write(to: URL(fileURLWithPath: folder.file("w.f32")))
  }

  /// A conversion that is halted when its journal has two records or more.
  ///
  /// On a busy machine it may end before this process looks again, and is started once more then.
  private static func halted(_ extra: [String], in folder: TemporaryFolder) throws -> ChildProcess {
    let journal = folder.file(".out.gguf.journal")
    for _ in 0..<100 {
      let process = try GGUFProgram.start(["convert", "w.f32", "-o", "out.gguf"] + options + extra, in: folder)
      while process.isRunning {
        let attributes = try? FileManager.default.attributesOfItem(atPath: journal)
        if attributes?[.size] as? Int ?? 0 >= 56 + 2 * 24 { break }
        usleep(500)
      }
      if process.halt(), try !folder.names.contains("out.gguf") { return process }
      process.send(SIGCONT)
      let ended = try process.wait()
      guard ended.exit == 0 else { throw ChildProcess.Failed(description: ended.standardError) }
      try folder.remove("out.gguf")
    }
    throw ChildProcess.Failed(description: "each of 100 conversions had ended before it was halted")
  }

  @Test(arguments: [([], SIGKILL), (["--resume"], SIGKILL), (["--resume"], SIGTERM)])
  func itGoesOnToTheSameBytes(_ extra: [String], _ signal: Int32) throws {
    let folder = try TemporaryFolder()
    try Self.source(in: folder)
    let process = try Self.halted(extra, in: folder)
    process.send(signal)
    process.send(SIGCONT)
    let ended = try process.wait()
    if signal != SIGKILL {
      #expect(ended.exit == 128 + signal)
      #expect(ended.messages == ["gguf: interrupted; no output was written, --resume goes on"])
    }
    #expect(try folder.names == [".out.gguf.journal", ".out.gguf.partial", "w.f32"])
    let again = try GGUFProgram.run(["convert", "w.f32", "-o", "out.gguf", "--resume"] + Self.options, in: folder)
    #expect(again.exit == 0, "\(again.standardError)")
    #expect(again.standardOutput.contains("of 8 chunks were written before\n"), "\(again.standardOutput)")
    #expect(try folder.names == ["out.gguf", "w.f32"])
    let undisturbed = try GGUFProgram.run(["convert", "w.f32", "-o", "expected.gguf"] + Self.options, in: folder)
    #expect(undisturbed.exit == 0)
    #expect(try folder.bytes("out.gguf") == folder.bytes("expected.gguf"))
    // Where it ends, the same figures are printed.
    func errorLine(_ result: ProcessResult) -> Substring? {
      result.standardOutput.split(separator: "\n").first { $0.hasPrefix("round-trip error") }
    }
    #expect(errorLine(again) == errorLine(undisturbed))
  }

  @Test func aSecondConversionIntoTheSameFileIsRefused() throws {
    let folder = try TemporaryFolder()
    try Self.source(in: folder)
    let first = try Self.halted([], in: folder)
    let second = try GGUFProgram.run(
      ["convert", "w.f32", "-o", "out.gguf", "--force"] + Self.options, in: folder)
    #expect(second.exit == 73)
    #expect(second.messages == ["gguf: out.gguf: is being written by another process"])
    first.send(SIGCONT)
    #expect(try first.wait().exit == 0)
    #expect(try folder.names == ["out.gguf", "w.f32"])
  }

  @Test func whatIsThereIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    try Self.source(in: folder)
    try folder.write("out.gguf", [1, 2, 3])
    let result = try GGUFProgram.run(["convert", "w.f32", "-o", "out.gguf", "--resume"] + Self.options, in: folder)
    #expect(result.exit == 73)
    #expect(result.messages == ["gguf: out.gguf: exists already; --force replaces it"])
    #expect(try folder.bytes("out.gguf") == Data([1, 2, 3]))
  }

  @Test(arguments: [
    (["--dry-run"], "--resume has nothing to go on with for --dry-run"),
    (
      ["-o", "out.gguf.zst"],
      "--resume cannot go on with a packed output; convert to a .gguf and pack it with gguf pack"
    ),
  ])
  func whatCannotGoOnIsRefused(_ extra: [String], _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("w.f32", Array(repeating: 0, count: 1024))
    let result = try GGUFProgram.run(
      ["convert", "w.f32", "--raw-tensor", "w:1x256", "--as-is", "--type", "Q4_K", "--resume"] + extra, in: folder)
    #expect(result.exit == 64)
    #expect(result.messages.first.map(String.init)?.hasPrefix("gguf: " + message) == true, "\(result.standardError)")
  }
}
