import Kernels
import TensorCore
import TestSupport
import Testing
import Verification

@Suite("The document behind all reports")
struct ReportTests {
  private func input(
    _ name: String, _ type: ElementType = .q8_0, _ original: [Float], _ decoded: [Float], rowLength: Int = 32,
    offset: Int = 1_000
  ) throws -> VerificationReport.Input {
    var (errors, histogram) = (ErrorCounts(), ErrorHistogram())
    var loss = TensorLoss(rowLength: rowLength, blockLength: type.blockLength)
    loss.add(original: original.span, decoded: decoded.span, kernels: .fastest, errors: &errors)
    histogram.add(&errors)
    let shape = try #require(Shape(checking: [UInt64(original.count / rowLength), UInt64(rowLength)]))
    func tensor(_ type: ElementType) throws -> TensorDescription {
      TensorDescription(
        name: name, elementType: type, shape: shape, offset: offset,
        byteCount: try #require(type.byteCount(elements: original.count)))
    }
    return .init(
      file: try tensor(type), source: try tensor(.f32),
      measurement: TensorMeasurement(loss: loss, errors: histogram, rowsAreEqual: false))
  }

  private func report(_ inputs: [VerificationReport.Input], findings: [Finding] = [], isExact: Bool = false)
    -> VerificationReport
  {
    VerificationReport(
      file: .init(name: "a.gguf", format: "GGUF", size: 1), source: .init(name: "b", format: "safetensors", size: 2),
      inputs: inputs, errors: RelativeHistogram(), isExact: isExact, findings: findings, seconds: nil)
  }

  @Test("A tensor's figures say where the worst is, with the offset in the file")
  func places() throws {
    var decoded = [Float](repeating: 1, count: 96)
    decoded[70] = 5
    let report = report([try input("w", .q8_0, [Float](repeating: 1, count: 96), decoded)])
    let figures = try #require(report.tensors[0].figures)
    #expect(figures.maximumAt?.row == 2 && figures.maximumAt?.column == 6 && figures.maximumError == 4)
    let block = try #require(figures.worstBlock)
    #expect(block.block == 2 && block.row == 2 && block.firstColumn == 0 && block.lastColumn == 31)
    #expect(block.offset == 1_000 + 2 * 34 && block.rmse == 0.5.squareRoot())
    #expect(figures.worstRow?.row == 2 && figures.zeroRows == nil)
    #expect(figures.quantiles?.p50 == 0)
  }

  /// 32 ones that lost half of themselves, and 64 hundreds that lost nothing.
  private static let pooled = (32 * 0.25) / (32 + 64 * 10_000.0)

  @Test("Groups are made by type, layer and kind, and pool their tensors")
  func groups() throws {
    let ones = [Float](repeating: 1, count: 32)
    let hundreds = [Float](repeating: 100, count: 64)
    let report = report([
      try input("blk.10.q", .q8_0, ones, ones.map { $0 * 1.5 }), try input("blk.2.q", .q8_0, hundreds, hundreds),
      try input("out", .f32, ones, ones),
    ])
    #expect(report.layers.map(\.name) == ["2", "10"])
    #expect(report.kinds.map(\.name) == ["blk.*.q", "out"])
    #expect(Set(report.types.map(\.name)) == ["Q8_0", "F32"])
    let kind = try #require(report.kinds.first)
    #expect(kind.tensors == 2 && kind.weights == 96 && kind.bytes == 3 * 34)
    // The sums pooled: large weights count for more.
    #expect(kind.figures?.nmse == Self.pooled)
    // By elements: every weight counts the same.
    #expect(kind.meanNMSE == 8.0 / 96)
    #expect(report.whole.weights == 128 && report.whole.name == nil)
  }

  @Test("Errors come first, each in their order, and make it fail")
  func findings() throws {
    let (warning, error) = (Finding(.allZero, .warning, tensor: "a", "x"), Finding(.shape, tensor: "b", "y"))
    let both = report([], findings: [warning, error, Finding(.bound, tensor: "c", "z")])
    #expect(both.findings.map(\.tensor) == ["b", "c", "a"])
    #expect(both.hasErrors)
    #expect(!report([], findings: [warning]).hasErrors)
  }

  @Test("Exact is said only where every tensor is, and nothing is wrong")
  func exact() throws {
    var input = try input("w", .q8_0, [Float](repeating: 1, count: 32), [Float](repeating: 1, count: 32))
    #expect(report([input]).exact == nil)
    #expect(report([input], isExact: true).exact == false)
    input.exact = true
    #expect(report([input], isExact: true).exact == true)
    #expect(report([input], findings: [Finding(.missingTensor, tensor: "a", "x")], isExact: true).exact == false)
    input.exact = false
    #expect(report([input], isExact: true).exact == false)
  }
}
