internal import Inspection
internal import TensorCore

/// What `--stats` prints for people.
struct StatisticsText {
  private let measured: MeasuredCheckpoint
  private let terminal: Terminal
  private var statistics: CheckpointStatistics { measured.statistics }

  init(_ measured: MeasuredCheckpoint, terminal: Terminal) {
    self.measured = measured
    self.terminal = terminal
  }

  func rendered() -> String {
    if statistics.tensors.isEmpty { return "no tensors\n" }
    var sections = [tensorTable, typeTable]
    if !statistics.layers.isEmpty { sections.append(layerTable) }
    if statistics.types.contains(where: { $0.scales != nil }) { sections.append(scaleTable) }
    var text = sections.joined(separator: "\n")
    text += "\n" + notes
    let findings = MeasuredFindingLines.text(measured)
    return findings.isEmpty ? text : text + "\n" + findings
  }

  private static let figureColumns: [(title: String, alignment: TextTable.Alignment)] = [
    ("rms", .right), ("largest", .right), ("zeros", .right), ("bits used", .right), ("saturated", .right),
  ]

  private var tensorTable: String {
    let rows = statistics.tensors.map { tensor in
      [
        tensor.type, FigureCells.number(tensor.weights?.rms), FigureCells.number(tensor.weights?.largestMagnitude),
        FigureCells.share(tensor.weights?.zeros, of: tensor.weights?.count ?? 0), FigureCells.bits(tensor.codes),
        FigureCells.share(tensor.codes?.saturated, of: tensor.elements), FigureCells.range(tensor.scales),
      ]
    }
    // On a narrow terminal the names need the room; the scales of each type are drawn below.
    let hasScales = !terminal.isTerminal || terminal.columns >= 100
    let columns = [("tensor", .left), ("type", .left)] + Self.figureColumns + (hasScales ? [("scales", .left)] : [])
    var table = TextTable(columns, flexible: 0)
    for (tensor, row) in zip(statistics.tensors, rows) {
      table.add([tensor.name.printable] + (hasScales ? row : row.dropLast()))
    }
    return table.rendered(width: terminal.isTerminal ? terminal.columns : nil)
  }

  private var typeTable: String {
    var table = TextTable([("type", .left), ("tensors", .right), ("weights", .right)] + Self.figureColumns)
    for type in statistics.types {
      var row = cells(type)
      // The bits of floats are those of their exponents.
      if let codes = type.codes { row[6] = FigureCells.bits(codes.entropy, of: codes.availableBits) }
      table.add(row)
    }
    return table.rendered()
  }

  private var layerTable: String {
    var table = TextTable([("layer", .left), ("tensors", .right), ("weights", .right)] + Self.figureColumns)
    for layer in statistics.layers { table.add(cells(layer)) }
    return table.rendered()
  }

  private func cells(_ group: StatisticsGroup) -> [String] {
    [
      group.name, Numbers.grouped(group.tensors), Numbers.grouped(group.elements),
      FigureCells.number(group.weights?.rms), FigureCells.number(group.weights?.largestMagnitude),
      FigureCells.share(group.weights?.zeros, of: group.weights?.count ?? 0),
      group.coded == 0 ? "-" : FigureCells.bits(group.entropy, of: group.availableBits),
      FigureCells.share(group.coded == 0 ? nil : group.saturated, of: group.coded),
    ]
  }

  /// How the scales of blocks are distributed, four columns for each power of two.
  private var scaleTable: String {
    var table = TextTable([("type", .left), ("scales", .left), ("distribution", .left)])
    for type in statistics.types {
      guard let scales = type.scales else { continue }
      let range = MagnitudeText.range(scales)
      let room = max(8, terminal.columns - 44)
      table.add([
        type.name, range.isEmpty ? "none but 0" : range,
        Sparkline.text(scales.counts, width: room, glyphs: terminal.glyphs),
      ])
    }
    return table.rendered()
  }

  /// What the figures leave out.
  private var notes: String {
    var lines = "bits used: the entropy of the codes, of floats that of their exponents, and the bits that they have\n"
    if statistics.tensors.contains(where: { $0.codes?.countedOneIn ?? 1 > 1 }) {
      lines +=
        "of large tensors a quarter of the codes was counted for \"bits used\"; everything else is of all weights\n"
    }
    var reasons: [(reason: String, tensors: Int)] = []
    for tensor in statistics.tensors {
      guard let reason = tensor.limitation else { continue }
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].tensors += 1
      } else {
        reasons.append((reason, 1))
      }
    }
    for (reason, tensors) in reasons {
      lines += "\(Numbers.counted(tensors, "tensor")) without all figures: \(reason)\n"
    }
    return lines
  }
}

/// Classes of magnitudes in words.
enum MagnitudeText {
  /// `1.75x2^-14..2^-11`; nothing for none.
  static func range(_ magnitudes: MagnitudeHistogram) -> String {
    guard !magnitudes.counts.isEmpty else { return "" }
    let last = magnitudes.first + magnitudes.counts.count
    return "\(power(magnitudes.first))..\(power(last))"
  }

  /// The lower bound of a class: `2^-14`, `1.25x2^-14`.
  private static func power(_ number: Int) -> String {
    let octave = Int((Double(number) / 4).rounded(.down))
    let quarter = number - octave * 4
    return (quarter == 0 ? "" : ["1.25", "1.5", "1.75"][quarter - 1] + "x") + "2^\(octave)"
  }
}
