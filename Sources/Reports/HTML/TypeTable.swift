internal import Inspection
internal import TensorCore
internal import Verification

/// The figures of each element type. The order of the types also decides their colours.
struct TypeTable {
  /// Types that have a colour of their own; report.css has as many.
  static let colours = 8

  /// The colour of the type with this place in the order.
  static func colour(_ index: Int) -> String { "t" + String(min(index, colours)) }

  private let titles: [String]
  private let rows: [(type: String, cells: [String])]

  /// What the types lost.
  init(_ types: [VerificationReport.Group]) {
    titles = ["Tensors", "Weights", "Size", "Bits a weight", "Relative RMSE", "SQNR", "Cosine", "Largest error"]
    rows = types.map { group in
      let figures = group.figures
      return (
        group.name ?? "",
        [
          Numbers.grouped(group.tensors), Numbers.grouped(group.weights), Numbers.bytes(group.bytes),
          ReportText.bitsPerWeight(group), figures.map { ReportText.figure($0.relativeRMSE) } ?? "–",
          figures.map { ReportText.decibels($0.sqnr) } ?? "–", figures.map { ReportText.cosine($0.cosine) } ?? "–",
          figures.map { ReportText.figure($0.maximumError) } ?? "–",
        ]
      )
    }
  }

  /// How much of a checkpoint they are.
  init(_ mix: TypeMix) {
    titles = ["Tensors", "Parameters", "of all", "Size", "of all", "Bits a weight"]
    let (parameters, bytes) = (mix.parameters, mix.bytes)
    rows = mix.shares.map { share in
      (
        share.type,
        [
          Numbers.grouped(share.tensors), Numbers.grouped(share.parameters),
          ReportText.share(share.parameters, of: parameters), Numbers.bytes(share.bytes),
          ReportText.share(share.bytes, of: bytes), Numbers.fixed(share.bitsPerWeight, 2),
        ]
      )
    }
  }

  var markup: Markup {
    """
    <table>
    <thead><tr><th scope="col">Type</th>\(titles.map { "<th scope=\"col\">\($0)</th>" as Markup }.joined())</tr></thead>
    <tbody>
    \(rows.enumerated().map { row($0.offset, $0.element) }.joined())</tbody>
    </table>
    """
  }

  private func row(_ index: Int, _ row: (type: String, cells: [String])) -> Markup {
    """
    <tr><th scope="row"><span class="swatch \(Self.colour(index))"></span>\(row.type)</th>\
    \(row.cells.map { "<td>\($0)</td>" as Markup }.joined())</tr>

    """
  }
}
