internal import TensorCore
internal import Verification

/// The figures of all tensors together.
struct WholeModel {
  private let group: VerificationReport.Group

  init(_ group: VerificationReport.Group) { self.group = group }

  var markup: Markup {
    "\(FigureTiles(loss + size).markup)\(remark)"
  }

  private var loss: [FigureTiles.Tile] {
    guard let figures = group.figures else { return [] }
    let mean = group.meanNMSE.map {
      FigureTiles.Tile("Mean NMSE", ReportText.figure($0), "each tensor by its weights")
    }
    return [
      .init("Relative RMSE", ReportText.figure(figures.relativeRMSE), "of the weights' RMS"),
      .init("SQNR", ReportText.decibels(figures.sqnr), "signal to quantization noise"),
      .init("Cosine", ReportText.cosine(figures.cosine), "of weights and decoded weights"),
      .init("Mean error", ReportText.figure(figures.meanError), "|decoded − original|"),
      .init("Largest error", ReportText.figure(figures.maximumError), "of any weight"), mean,
    ].compactMap(\.self)
  }

  private var size: [FigureTiles.Tile] {
    [
      .init("Tensors", Numbers.grouped(group.tensors), "compared"),
      .init(
        "Weights", Numbers.grouped(group.weights), "\(Numbers.grouped(group.figures?.weights ?? 0)) measured"),
      .init("Size", Numbers.bytes(group.bytes), "of tensors"),
      .init("Bits a weight", ReportText.bitsPerWeight(group), "on average"),
    ]
  }

  private var remark: Markup {
    group.figures == nil ? "\n<p>No weights were measured: all tensors are integers or were copied.</p>" : ""
  }
}
