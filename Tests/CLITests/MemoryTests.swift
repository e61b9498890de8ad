import Foundation
import Testing
import TestSupport

/// Memory does not grow with the model.
@Suite struct MemoryTests {
  #if DEBUG
    // Without optimization a gigabyte takes minutes.
    private static let sourceBytes = 64 << 20
  #else
    private static let sourceBytes = 1 << 30
  #endif
  /// Less than the source has, in any build; half of it is the program itself where it is not optimized.
  private static let limit = 50_000_000

  private static func convert(_ options: [String], in folder: TemporaryFolder) throws -> ProcessResult {
    try folder.writeSparse("zeros.f32", [], size: Self.sourceBytes)
    return try GGUFProgram.run(
      [
        "convert", "zeros.f32", "--raw-tensor", "zeros:\(Self.sourceBytes / 1024)x256", "--as-is", "--type", "Q8_0",
        "-o",
        "out.gguf",
      ] + options, in: folder, limit: .seconds(600))
  }

  @Test func aConversionNeedsMuchLessMemoryThanItsSourceHasBytes() throws {
    let folder = try TemporaryFolder()
    let result = try Self.convert(["--threads", "2"], in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(result.peakMemory > 1_000_000, "not measured")
    #expect(result.peakMemory < Self.limit)
  }

  @Test func aFakeQuantizationNeedsMuchLessMemoryThanItsSourceHasBytes() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: Self.sourceBytes)
    let result = try GGUFProgram.run(
      [
        "fake-quantize", "zeros.f32", "--raw-tensor", "zeros:\(Self.sourceBytes / 1024)x256", "--type", "Q8_0",
        "-o", "out.safetensors", "--threads", "2",
      ], in: folder, limit: .seconds(600))
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(result.peakMemory > 1_000_000, "not measured")
    #expect(result.peakMemory < Self.limit)
  }

  /// The least that it asks for, and a little more; twice that.
  @Test(arguments: [1, 2]) func aLimitIsKept(_ factor: Int) throws {
    let folder = try TemporaryFolder()
    let refusal = try Self.convert(["--max-memory", "1MiB"], in: folder).standardError
    let need = try #require(refusal.firstMatch(of: /needs ([0-9]+) bytes/).flatMap { Int($0.1) }, "\(refusal)")
    let limit = (need + 1_000_000) * factor
    let result = try Self.convert(["--max-memory", "\(limit)"], in: folder)
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(result.peakMemory > 1_000_000, "not measured")
    #expect(result.peakMemory <= limit)
  }

  @Test func aLimitThatIsTooLowIsAnErrorBeforeAnythingIsWritten() throws {
    let folder = try TemporaryFolder()
    let result = try Self.convert(["--max-memory", "1MiB"], in: folder)
    #expect(result.exit == 64)
    #expect(
      result.standardError.wholeMatch(
        of: /gguf: --max-memory 1048576: this conversion needs [0-9]+ bytes with one thread\n/) != nil,
      "\(result.standardError)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["zeros.f32"])
  }

  @Test(arguments: ["", "0", "-1", "10Q", "M", "1.5G", "99999999999999999999", "9999999999999G"])
  func aLimitIsANumberOfBytesWithAUnit(_ text: String) throws {
    let folder = try TemporaryFolder()
    let result = try Self.convert(["--max-memory=\(text)"], in: folder)
    #expect(result.exit == 64)
    #expect(result.standardError.contains("--max-memory"), "\(result.standardError)")
  }
}
