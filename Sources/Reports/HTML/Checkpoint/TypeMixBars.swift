internal import Inspection
internal import TensorCore

/// Two bars: what share of the bytes and of the parameters each element type has.
struct TypeMixBars {
  private let mix: TypeMix

  init(_ mix: TypeMix) { self.mix = mix }

  var markup: Markup {
    if mix.shares.isEmpty { return "<p>There are no tensors.</p>" }
    return """
      <dl class="mix">
      \(bar("Bytes", mix.shares.map(\.bytes), mix.bytes))\(bar("Parameters", mix.shares.map(\.parameters), mix.parameters))</dl>
      """
  }

  private func bar(_ label: String, _ parts: [Int], _ whole: Int) -> Markup {
    guard whole > 0 else { return "" }
    let width = 1000.0
    var (rectangles, description, start): (Markup, [String], Double) = ("", [], 0)
    for (index, part) in parts.enumerated() where part > 0 {
      let length = Double(part) / Double(whole) * width
      let type = mix.shares[index].type
      rectangles += """
        <rect class="\(TypeTable.colour(index))" x="\(Numbers.fixed(start, 2))" y="0" width="\(Numbers.fixed(length, 2))" height="10">\
        <title>\(type): \(ReportText.share(part, of: whole))</title></rect>
        """
      description.append("\(type) \(ReportText.share(part, of: whole))")
      start += length
    }
    return """
      <div><dt>\(label)</dt><dd><svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" \
      aria-label="\(label): \(description.joined(separator: ", "))">\(rectangles)</svg></dd></div>

      """
  }
}
