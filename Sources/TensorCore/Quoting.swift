extension String {
  /// The string in quotes, safe to print on one line of a terminal: control characters, line and direction changes are
  /// escaped, and what is longer than `limit` characters is cut.
  package func quoted(limit: Int = 200) -> String {
    var result = "\""
    for (count, scalar) in unicodeScalars.enumerated() {
      if count == limit {
        result += "\"..."
        return result
      }
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.isUnprintable: result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The string with everything escaped that could act on a terminal, without quotes.
  package var printable: String {
    guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
    return String(quoted(limit: .max).dropFirst().dropLast())
  }
}

extension [UInt8] {
  /// A file's first bytes for people: as text where they are, in hexadecimal too.
  package var shown: String {
    let digits = map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    let isText = !isEmpty && allSatisfy { (0x20...0x7E).contains($0) }
    return isText ? "\(String(decoding: self, as: UTF8.self).quoted()) (\(digits))" : "the bytes \(digits)"
  }
}

extension Unicode.Scalar {
  /// Control, format (zero-width, direction), line-breaking, private and unassigned characters, and those that leave no
  /// trace: fillers, variation selectors, the blank Braille pattern.
  fileprivate var isUnprintable: Bool {
    if isASCII { return value < 0x20 || value == 0x7F }
    if properties.isDefaultIgnorableCodePoint || value == 0x2800 { return true }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
