import Conversion
import MemoryCheckpoints
import TensorCore
import Testing
import Verification

@Suite("Weights that F16 does not hold")
struct OverflowFindingTests {
  /// What is found in an F16 tensor of two rows of 32, made of ones but for these elements.
  private func message(_ changes: [Int: (source: Float, bits: UInt16)]) throws -> String? {
    var (weights, bytes) = ([Float](repeating: 1, count: 64), payload(of: Array(repeating: 1, count: 64), as: .f16))
    for (element, change) in changes {
      weights[element] = change.source
      bytes[2 * element] = UInt8(truncatingIfNeeded: change.bits)
      bytes[2 * element + 1] = UInt8(truncatingIfNeeded: change.bits >> 8)
    }
    let file = MemorySource("w", .f16, [2, 32], payload: bytes)
    let source = MemorySource("w", [2, 32], weights: weights)
    var options = VerificationOptions()
    // An infinity is beyond every bound too.
    options.checks.checksBounds = false
    let plan = VerificationPlan(file: file, source: source, options: options)
    let found = try Verifier(plan: plan, file: file, source: source, options: options, threads: 2).run().findings
    #expect(found.map(\.rule).filter { $0 != .sourceNotFinite } == [.notFinite])
    return found.first?.message
  }

  private static let advice = "as F16 ends at 65504: convert the tensor as BF16 or F32, or with --nonfinite clamp"

  @Test("One, or all that are not finite, overflowed", arguments: [(Float(65520), UInt16(0x7C00)), (-1e30, 0xFC00)])
  func overflow(source: Float, bits: UInt16) throws {
    #expect(
      try message([40: (source, bits)])
        == "a weight is not finite: row 1, column 8 (offset 80); it overflowed, \(Self.advice)")
    #expect(
      try message([40: (source, bits), 3: (source, bits)])
        == "2 weights are not finite, the first in row 0, column 3 (offset 6); they overflowed, \(Self.advice)")
  }

  @Test("Those that are not finite for other reasons are told apart")
  func others() throws {
    // The source's weight fits, or is itself not finite.
    #expect(try message([40: (65504, 0x7C00)]) == "a weight is not finite: row 1, column 8 (offset 80)")
    #expect(try message([40: (.infinity, 0x7C00)]) == "a weight is not finite: row 1, column 8 (offset 80)")
    #expect(
      try message([40: (70_000, 0x7C00), 41: (1, 0x7E00)])
        == "2 weights are not finite, the first in row 1, column 8 (offset 80); 1 of them overflowed, \(Self.advice)")
  }
}
