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

/// Signals in the middle of a conversion.
@Suite struct InterruptionTests {
  /// Far more than is converted before the signal comes, with any build.
  private static let sourceBytes = 2 << 30

  /// Returns when the first bytes of the output are on their way.
  private static func startLongConversion(in folder: TemporaryFolder) throws -> ChildProcess {
    try folder.writeSparse("zeros.f32", [], size: sourceBytes)
    let process = try GGUFProgram.start(
      [
        "convert", "zeros.f32", "--raw-tensor", "zeros:2097152x256", "--as-is", "--type", "Q4_K", "-o", "out.gguf",
        "--force",
      ], in: folder)
    while process.isRunning, try !folder.names.contains(where: { $0.hasSuffix(".partial") }) { usleep(1000) }
    return process
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func aSignalEndsTheConversionAndLeavesNothing(_ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    let process = try Self.startLongConversion(in: folder)
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.standardOutput == "")
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == ["zeros.f32"])
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("zeros.f32"))
    #expect(attributes[.size] as? Int == Self.sourceBytes)
  }

  @Test func anExistingOutputSurvivesAnInterruption() throws {
    let folder = try TemporaryFolder()
    try folder.write("out.gguf", Array("what was there".utf8))
    let process = try Self.startLongConversion(in: folder)
    process.send(SIGINT)
    #expect(try process.wait().exit == 130)
    #expect(try folder.names == ["out.gguf", "zeros.f32"])
    #expect(try folder.bytes("out.gguf") == Data("what was there".utf8))
  }

  @Test func aSignalLeavesNoneOfSeveralFiles() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: Self.sourceBytes)
    let tensors = (0..<4).flatMap { ["--raw-tensor", "zeros\($0):524288x256"] }
    let process = try GGUFProgram.start(
      ["dequantize", "zeros.f32"] + tensors + ["--type", "F16", "--max-shard-size", "256MiB", "-o", "out.safetensors"],
      in: folder)
    // Four shards and the index.
    while process.isRunning, try folder.names.count(where: { $0.hasSuffix(".partial") }) < 5 { usleep(1000) }
    process.send(SIGINT)
    let result = try process.wait()
    #expect(result.exit == 130)
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == ["zeros.f32"])
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func aSignalEndsAFakeQuantizationAndLeavesNothing(_ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 4 << 27)
    let tensors = (0..<4).flatMap { ["--raw-tensor", "zeros\($0):131072x256"] }
    let process = try GGUFProgram.start(
      ["fake-quantize", "zeros.f32"] + tensors
        + ["--type", "Q4_K", "--max-shard-size", "128MiB", "-o", "out.safetensors", "--threads", "1"],
      in: folder)
    while process.isRunning, try folder.names.count(where: { $0.hasSuffix(".partial") }) < 5 { usleep(1000) }
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == ["zeros.f32"])
  }

  /// Nobody can clean up after SIGKILL; but what is left must not look like a model.
  @Test func afterAKillNoFileHasTheNameOfTheOutput() throws {
    let folder = try TemporaryFolder()
    let process = try Self.startLongConversion(in: folder)
    process.send(SIGKILL)
    #expect(try process.wait().exit == -SIGKILL)
    #expect(try folder.names == [".out.gguf.journal", ".out.gguf.partial", "zeros.f32"])
  }
}
