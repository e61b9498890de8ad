internal import TensorCore
internal import Verification

/// The figures of each element type. The order of the types also decides their colours.
struct TypeTable {
  /// Types that have a colour of their own; report.css has as many.
  static let colours = 8

  private let types: [VerificationReport.Group]

  init(_ types: [VerificationReport.Group]) { self.types = types }

  var markup: Markup {
    """
    <table>
    <thead><tr><th scope="col">Type</th><th scope="col">Tensors</th><th scope="col">Weights</th>\
    <th scope="col">Size</th><th scope="col">Bits a weight</th><th scope="col">Relative RMSE</th>\
    <th scope="col">SQNR</th><th scope="col">Cosine</th><th scope="col">Largest error</th></tr></thead>
    <tbody>
    \(types.enumerated().map { row($0.offset, $0.element) }.joined())</tbody>
    </table>
    """
  }

  private func row(_ index: Int, _ group: VerificationReport.Group) -> Markup {
    let figures = group.figures
    return """
      <tr><th scope="row"><span class="swatch t\(String(min(index, Self.colours)))"></span>\(group.name ?? "")</th>\
      <td>\(Numbers.grouped(group.tensors))</td><td>\(Numbers.grouped(group.weights))</td>\
      <td>\(Numbers.bytes(group.bytes))</td><td>\(ReportText.bitsPerWeight(group))</td>\
      <td>\(figures.map { ReportText.figure($0.relativeRMSE) } ?? "–")</td>\
      <td>\(figures.map { ReportText.decibels($0.sqnr) } ?? "–")</td>\
      <td>\(figures.map { ReportText.cosine($0.cosine) } ?? "–")</td>\
      <td>\(figures.map { ReportText.figure($0.maximumError) } ?? "–")</td></tr>

      """
  }
}
