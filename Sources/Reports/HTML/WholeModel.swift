internal import TensorCore
internal import Verification

/// The figures of all tensors together.
struct WholeModel {
  private let group: VerificationReport.Group

  init(_ group: VerificationReport.Group) { self.group = group }

  var markup: Markup {
    "<dl class=\"figures\">\n\(loss)\(size)</dl>\(remark)"
  }

  private var loss: Markup {
    guard let figures = group.figures else { return "" }
    let mean = group.meanNMSE.map { item("Mean NMSE", ReportText.figure($0), "each tensor by its weights") } ?? ""
    return item("Relative RMSE", ReportText.figure(figures.relativeRMSE), "of the weights' RMS")
      + item("SQNR", ReportText.decibels(figures.sqnr), "signal to quantization noise")
      + item("Cosine", ReportText.cosine(figures.cosine), "of weights and decoded weights")
      + item("Mean error", ReportText.figure(figures.meanError), "|decoded − original|")
      + item("Largest error", ReportText.figure(figures.maximumError), "of any weight") + mean
  }

  private var size: Markup {
    item("Tensors", Numbers.grouped(group.tensors), "compared")
      + item("Weights", Numbers.grouped(group.weights), "\(Numbers.grouped(group.figures?.weights ?? 0)) measured")
      + item("Size", Numbers.bytes(group.bytes), "of tensors")
      + item("Bits a weight", ReportText.bitsPerWeight(group), "on average")
  }

  private var remark: Markup {
    group.figures == nil ? "\n<p>No weights were measured: all tensors are integers or were copied.</p>" : ""
  }

  private func item(_ label: String, _ value: String, _ note: String) -> Markup {
    "<div><dt>\(label)</dt><dd>\(value)</dd><dd class=\"muted\">\(note)</dd></div>\n"
  }
}
