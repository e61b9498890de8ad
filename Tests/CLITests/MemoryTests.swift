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
  /// Less than the source has, in any build.
  private static let limit = 40_000_000

  @Test func aConversionNeedsMuchLessMemoryThanItsSourceHasBytes() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: Self.sourceBytes)
    let result = try GGUFProgram.run(
      [
        "convert", "zeros.f32", "--tensor", "zeros:\(Self.sourceBytes / 1024)x256", "--as-is", "--type", "Q8_0", "-o",
        "out.gguf", "--threads", "2",
      ], in: folder, limit: .seconds(600))
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(result.peakMemory > 1_000_000, "not measured")
    #expect(result.peakMemory < Self.limit)
  }
}
