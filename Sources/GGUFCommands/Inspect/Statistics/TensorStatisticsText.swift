internal import Inspection
internal import TensorCore

/// What `--tensor` prints for people: everything about one tensor.
struct TensorStatisticsText {
  private let tensor: TensorStatistics
  private let description: TensorDescription
  private let terminal: Terminal

  init(_ tensor: TensorStatistics, _ description: TensorDescription, terminal: Terminal) {
    self.tensor = tensor
    self.description = description
    self.terminal = terminal
  }

  func rendered() -> String {
    var lines = [head]
    if let limitation = tensor.limitation { lines.append(limitation) }
    if let weights = tensor.weights { lines += text(weights) }
    if let blocks = tensor.blocks { lines.append(text(blocks)) }
    if let scales = tensor.scales { lines += text(scales, "scales") }
    if let subScales = tensor.subScales { lines += text(subScales, "sub-scales") }
    if let mins = tensor.mins { lines += text(mins, "mins") }
    if let subMins = tensor.subMins { lines += text(subMins, "sub-mins") }
    if let codes = tensor.codes { lines += text(codes) }
    if let rows = tensor.rows { lines += text(rows) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var head: String {
    "\(tensor.name.printable): \(tensor.type) \(description.shape), \(Numbers.counted(tensor.elements, "weight")), "
      + "\(Numbers.grouped(description.byteCount)) bytes at \(description.offset)"
  }

  private func text(_ weights: WeightFigures) -> [String] {
    var lines = [
      "weights  rms \(Numbers.significant(weights.rms)), std \(Numbers.significant(weights.standardDeviation)), "
        + "mean \(Numbers.significant(weights.mean)), "
        + "\(Numbers.significant(weights.minimum)) to \(Numbers.significant(weights.maximum))",
      weights.zeros == 0
        ? "         no zeros"
        : "         \(Numbers.counted(weights.zeros, "zero")) (\(FigureCells.share(weights.zeros, of: weights.count)))",
    ]
    if weights.notANumber + weights.infinite > 0 {
      lines.append("         \(Numbers.grouped(weights.notANumber)) NaN, \(Numbers.grouped(weights.infinite)) infinite")
    }
    return lines
  }

  private func text(_ blocks: BlockFigures) -> String {
    "blocks   \(Numbers.grouped(blocks.count)) of \(description.elementType.blockLength) weights"
      + (blocks.allZero.map { ", \($0 == 0 ? "none" : Numbers.grouped($0)) all zero" } ?? "")
  }

  private func text(_ scales: ScaleFigures, _ title: String) -> [String] {
    let magnitudes = scales.magnitudes
    var remarks = [
      "\(Numbers.grouped(scales.count)) in \(scales.encoding)",
      "mean magnitude \(Numbers.significant(scales.meanMagnitude))",
    ]
    for (count, words) in [
      (scales.negative, "below zero"), (scales.zeros, "zero"), (scales.negativeZeros, "of them -0"),
      (scales.subnormal, "subnormal"), (scales.largest, "at the largest magnitude"), (scales.infinite, "infinite"),
      (scales.notANumber, "NaN"),
    ] where count > 0 {
      remarks.append("\(Numbers.grouped(count)) \(words)")
    }
    var lines = Self.wrapped(remarks, title: title, width: terminal.columns)
    if scales.largestMagnitude > 0 {
      let (low, high) = (Numbers.significant(scales.smallestMagnitude), Numbers.significant(scales.largestMagnitude))
      let room = max(8, terminal.columns - low.count - high.count - 14)
      lines.append("  \(low) |\(Sparkline.text(magnitudes.counts, width: room, glyphs: terminal.glyphs))| \(high)")
    }
    return lines
  }

  /// Remarks behind a title, in as many lines as it takes.
  private static func wrapped(_ remarks: [String], title: String, width: Int) -> [String] {
    let indent = String(repeating: " ", count: 9)
    var lines: [String] = []
    var line = title + String(repeating: " ", count: max(2, 9 - title.count))
    for (index, remark) in remarks.enumerated() {
      let text = remark + (index + 1 < remarks.count ? ", " : "")
      if line.count + text.count > width && line.count > indent.count {
        lines.append(line.last == " " ? String(line.dropLast()) : line)
        line = indent
      }
      line += text
    }
    return lines + [line]
  }

  private func text(_ integers: IntegerHistogram, _ title: String) -> [String] {
    guard let first = integers.values.first, let last = integers.values.last else { return [] }
    return [
      "\(title)  \(first) to \(last): \(bits(integers))",
      "  |\(Sparkline.text(integers.counts, width: terminal.columns - 4, glyphs: terminal.glyphs))|",
    ]
  }

  private func bits(_ integers: IntegerHistogram) -> String {
    "\(Numbers.fixed(integers.entropy, 2)) of \(Numbers.fixed(integers.availableBits, 2)) bits used, "
      + "\(integers.used) of \(integers.values.count) values"
  }

  private func text(_ codes: CodeFigures) -> [String] {
    var remarks = [bits(codes.histogram)]
    if let saturated = codes.saturated {
      remarks.append("lowest and highest \(FigureCells.share(saturated, of: tensor.elements))")
    }
    if codes.countedOneIn > 1 { remarks.append("one in \(codes.countedOneIn) counted") }
    return Self.wrapped(remarks, title: codes.kind.rawValue, width: terminal.columns) + bars(codes)
  }

  /// The most lines of bars.
  private static let mostBars = 32

  private func bars(_ codes: CodeFigures) -> [String] {
    let all = codes.histogram
    // Exponents that are not there, at both ends, are left out.
    let isThere = all.counts.indices.filter { all.counts[$0] > 0 }
    guard let first = isThere.first, let last = isThere.last else { return [] }
    let range = codes.kind == .codes ? 0..<all.counts.count : first..<(last + 1)
    let share = (range.count + Self.mostBars - 1) / Self.mostBars
    let bars = stride(from: range.lowerBound, to: range.upperBound, by: share).map { start in
      let end = min(start + share, range.upperBound)
      return (label: label(start..<end, codes), count: all.counts[start..<end].reduce(0, +))
    }
    let total = all.total
    let highest = bars.map(\.count).max() ?? 0
    let labelWidth = bars.map(\.label.count).max() ?? 0
    return bars.map { label, count in
      let percent = FigureCells.share(count, of: total)
      let bar = HorizontalBar.text(
        Double(count) / Double(max(1, highest)), width: max(10, terminal.columns - labelWidth - 14),
        glyphs: terminal.glyphs)
      let line =
        "  " + String(repeating: " ", count: labelWidth - label.count) + label + "  "
        + String(repeating: " ", count: max(0, 8 - percent.count)) + percent + "  " + bar
      return line.last == " " ? String(line.reversed().drop { $0 == " " }.reversed()) : line
    }
  }

  /// The codes, or the powers of two, that a bar is of.
  private func label(_ range: Range<Int>, _ codes: CodeFigures) -> String {
    let values = codes.histogram.values
    let names = [values[range.lowerBound], values[range.upperBound - 1]].map { value in
      if codes.kind == .codes { return "\(value)" }
      // The lowest exponent is that of zero and of subnormal numbers.
      return value == 0 ? "0" : "2^\(value - (values.count / 2 - 1))"
    }
    return range.count == 1 ? names[0] : "\(names[0])..\(names[1])"
  }

  private func text(_ rows: RowFigures) -> [String] {
    var remarks = [
      "\(Numbers.grouped(rows.count)), median RMS \(Numbers.significant(rows.medianRMS))",
      "median distance from it \(Numbers.fixed(rows.deviation, 2)) octaves",
      rows.outlierCount == 0 ? "no outliers" : Numbers.counted(rows.outlierCount, "outlier"),
    ]
    if rows.zeroRows > 0 { remarks.append("\(Numbers.grouped(rows.zeroRows)) all zero") }
    if rows.notFiniteRows > 0 { remarks.append("\(Numbers.grouped(rows.notFiniteRows)) not finite") }
    var lines = Self.wrapped(remarks, title: "rows", width: terminal.columns)
    guard !rows.outliers.isEmpty else { return lines }
    var table = TextTable([("row", .right), ("rms", .right), ("times median", .right), ("largest magnitude", .right)])
    for outlier in rows.outliers {
      table.add([
        Numbers.grouped(outlier.row), Numbers.significant(outlier.rms),
        Numbers.significant(outlier.rms / rows.medianRMS), Numbers.significant(outlier.largestMagnitude),
      ])
    }
    lines.append(String(table.rendered(indent: "  ").dropLast()))
    return lines
  }
}
