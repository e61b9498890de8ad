internal import Quantization
internal import TensorCore

extension BlockDocument {
  private static let bytesOfLine = 16

  /// For people.
  var text: String {
    var sections = [headText, bytesText]
    if let float { sections.append(Self.text(float, formulas ?? [])) }
    if let formulas, float == nil { sections.append(formulas.map { $0 + "\n" }.joined()) }
    if let groups { sections.append(text(groups)) }
    if let valueOfCode {
      sections.append(NumberGrid(title: "code", cells: ["value[code]": valueOfCode.map { "\($0)" }], from: 0).text)
    }
    sections.append(elementText)
    return sections.joined(separator: "\n")
  }

  private var byteCount: Int { (bytes.utf8.count + 1) / 3 }

  private var headText: String {
    let rowLength = tensor.shape.last ?? 1
    let place =
      if elements == 1 {
        "row \(Numbers.grouped(row)), column \(column)"
      } else if column + elements <= rowLength {
        "row \(Numbers.grouped(row)), columns \(column) to \(column + elements - 1)"
      } else {
        // Of small floats several share bytes, whatever the rows.
        "\(elements) elements from row \(Numbers.grouped(row)), column \(column) on"
      }
    return """
      \(source.printable): \(tensor.text)
        block \(Numbers.grouped(block)) of \(Numbers.grouped(blocks)), counted from 0
        \(place)
        \(Numbers.counted(byteCount, "byte")) at \(offset) of the tensor's data, \(fileOffset) of \(file.printable)

      """
  }

  /// The bytes, sixteen a line, below the name of their field.
  private var bytesText: String {
    let width = String(fileOffset + byteCount).count
    func padded(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    var text = "block  \(String(repeating: " ", count: max(0, width - 4)))file  bytes\n"
    for field in fields ?? [Field(name: "bytes", offset: 0, bytes: bytes, meaning: "", value: nil)] {
      let isNamed = fields != nil
      if isNamed { text += "\(field.name): \(field.meaning)\(field.value.map { ", \($0)" } ?? "")\n" }
      let digits = field.bytes.split(separator: " ")
      for start in stride(from: 0, to: digits.count, by: Self.bytesOfLine) {
        let line = digits[start..<min(start + Self.bytesOfLine, digits.count)].joined(separator: " ")
        let at = field.offset + start
        text += "\(padded(at, 5))  \(padded(fileOffset + at, max(4, width)))  \(line)\n"
      }
    }
    return text
  }

  private static func text(_ float: FloatJSON, _ formulas: [String]) -> String {
    var table = TextTable([("part", .left), ("bits", .left), ("value", .right)])
    let bits = float.bits.split(separator: " ").map(String.init)
    let kind =
      switch float.kind {
      case .zero: "zero"
      case .subnormal: "a subnormal number"
      case .normal: "a normal number"
      case .infinite: "infinite"
      case .nan: "not a number"
      }
    let parts = [
      float.sign.map { ("sign", "\($0)") }, ("exponent", "\(float.exponent)"),
      float.fractionBits == 0 ? nil : ("fraction", "\(float.fraction)"),
    ].compactMap { $0 }
    for (part, digits) in zip(parts, bits) { table.add([part.0, digits, part.1]) }
    return table.rendered() + "\(kind)\n" + formulas.map { $0 + "\n" }.joined()
  }

  private func text(_ groups: [Group]) -> String {
    let hasMinimum = groups.contains { $0.minimum != nil }
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("sub-block", .right), ("columns", .right), ("scale", .right), ("step", .left),
    ]
    if hasMinimum { columns += [("minimum", .right), ("shift", .left)] }
    var table = TextTable(columns)
    for (index, group) in groups.enumerated() {
      let first = column + group.firstWeight
      var row = ["\(index)", "\(first)-\(first + group.weights - 1)", "\(group.scale)", "\(group.step)"]
      if hasMinimum { row += [group.minimum.map { "\($0)" } ?? "", group.shift.map { "\($0)" } ?? ""] }
      table.add(row)
    }
    return table.rendered()
  }

  private var elementText: String {
    if let integers { return "integer \(integers.map { "\($0.value)" }.joined(separator: ", "))\n" }
    guard let weights else {
      return
        "\(tensor.byteOrder == "big" ? "big-endian " : "")\(tensor.type) is not decoded: only its bytes are shown\n"
    }
    guard let codes else { return "weight \(weights.map { "\($0)" }.joined(separator: ", "))\n" }
    return NumberGrid(
      title: "column", cells: ["code": codes.map { "\($0)" }, "weight": weights.map { "\($0)" }], from: column
    ).text
  }
}
