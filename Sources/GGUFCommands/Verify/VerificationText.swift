internal import TensorCore
internal import Verification

/// A verification in words and tables.
struct VerificationText {
  /// Tensors that are named as the worst.
  private static let worstCount = 5

  private let report: VerificationReport

  init(_ report: VerificationReport) { self.report = report }

  func rendered() -> String {
    var text =
      "\(report.file.name.printable) against \(report.source.name.printable): "
      + "\(Numbers.counted(report.tensors.count, "tensor")), \(Numbers.counted(report.whole.weights, "weight")), "
      + "\(Numbers.fixed(bitsPerWeight, 2)) bits a weight\n"
    text += typeTable.rendered(indent: "  ")
    let worst = worstTable
    if !worst.isEmpty { text += "worst tensors\n" + worst.rendered(indent: "  ") }
    let products = productTable
    if !products.isEmpty { text += "worst products with activations\n" + products.rendered(indent: "  ") }
    text += FindingLines.text(report.findings) + hint
    if report.exact == true {
      text += "every tensor is what quantizing the source gives, to the byte\n"
    }
    if report.findings.isEmpty { text += "nothing is wrong\n" }
    if let seconds = report.seconds {
      let bytes = [report.file.size, report.source.size].clampedSum
      text += "verified \(Numbers.bytes(bytes)) in \(Numbers.fixed(seconds, 2)) s\n"
    }
    return text
  }

  /// What may be behind the findings.
  private var hint: String {
    var hints = ""
    if report.findings.contains(where: { $0.rule == .bound || $0.rule == .exact }) {
      hints += "if the file was made in two steps, through F16 or BF16, say --via\n"
    }
    if report.tensors.isEmpty && report.findings.contains(where: { $0.rule == .missingTensor }) {
      hints += "no name is on both sides: --rename writes others for those of the source\n"
    }
    return hints
  }

  private var bitsPerWeight: Double {
    report.whole.weights == 0 ? 0 : Double(report.whole.bytes) * 8 / Double(report.whole.weights)
  }

  private var typeTable: TextTable {
    var table = TextTable([
      ("type", .left), ("tensors", .right), ("weights", .right), ("relative RMSE", .right), ("SQNR", .right),
      ("cosine", .right), ("largest error", .right),
    ])
    for group in report.types {
      table.add(
        [group.name ?? "", Numbers.grouped(group.tensors), Numbers.grouped(group.weights)]
          + Self.cells(group.figures) + [group.figures.map { Numbers.significant($0.maximumError) } ?? ""])
    }
    return table
  }

  private var worstTable: TextTable {
    var table = TextTable([
      ("tensor", .left), ("type", .left), ("relative RMSE", .right), ("SQNR", .right), ("cosine", .right),
      ("times usual", .right), ("p99.9 error", .right), ("largest error", .left),
    ])
    let lossy = report.tensors.filter { ($0.figures?.nmse ?? 0) > 0 }
    for tensor in lossy.sorted(by: { ($0.figures?.nmse ?? 0) > ($1.figures?.nmse ?? 0) }).prefix(Self.worstCount) {
      guard let figures = tensor.figures else { continue }
      table.add(
        [tensor.name.printable, tensor.type] + Self.cells(figures) + [
          tensor.usual.map { Numbers.fixed($0.ratio, 2) } ?? "",
          figures.quantiles.map { Numbers.significant($0.p999) } ?? "",
          figures.maximumAt.map { "\(Numbers.significant(figures.maximumError)) in row \($0.row), column \($0.column)" }
            ?? "",
        ])
    }
    return table
  }

  private var productTable: TextTable {
    var table = TextTable([
      ("tensor", .left), ("type", .left), ("samples", .right), ("relative error", .right),
      ("of the weights alone", .right),
    ])
    let multiplied = report.tensors.compactMap { tensor in tensor.product.map { (tensor, $0) } }
    for (tensor, product) in multiplied.sorted(by: { $0.1.relativeRMSE > $1.1.relativeRMSE }).prefix(Self.worstCount) {
      table.add([
        tensor.name.printable, tensor.type, Numbers.grouped(product.samples), Numbers.significant(product.relativeRMSE),
        Numbers.significant(product.weightsOnly),
      ])
    }
    return table
  }

  private static func cells(_ figures: ErrorFigures?) -> [String] {
    guard let figures else { return ["", "", ""] }
    return figures.nmse == 0
      ? ["0", "", "1"]
      : [
        Numbers.significant(figures.relativeRMSE), "\(Numbers.fixed(figures.sqnr, 1)) dB",
        Numbers.fixed(figures.cosine, 6),
      ]
  }
}
