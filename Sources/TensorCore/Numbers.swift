/// Numbers as people read them, without a locale: the same text everywhere.
package enum Numbers {
  /// `22,565,376`.
  package static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    groups.insert(digits, at: 0)
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// `1 file`, `3 files`.
  ///
  /// - Parameter plural: Where it is not the noun and an s.
  package static func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? noun : plural ?? "\(noun)s")"
  }

  /// `90.9 MB`: powers of 1,000, one digit behind the point.
  package static func bytes(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB", "TB", "PB"] {
      if value < 999.95 || unit == "PB" { return unit == "B" ? "\(count) B" : "\(fixed(value, 1)) \(unit)" }
      value /= 1000
    }
    return "\(count) B"
  }

  /// With so many digits behind the point, rounded to the nearest.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    // Beyond 2^53 a double has no digits behind the point to round.
    guard value.isFinite, abs(value) * scale < 0x1p53 else { return "\(value)" }
    let scaled = Int((abs(value) * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    let text = String(scaled)
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  /// Three significant digits: `0.00537`, `12.3`, `1.25e-09`.
  package static func significant(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    // The exponent that the value has once it is rounded to three digits.
    var exponent = 0
    var fraction = abs(value)
    while fraction >= 9.995 {
      fraction /= 10
      exponent += 1
    }
    while fraction < 0.9995 {
      fraction *= 10
      exponent -= 1
    }
    if (-4...2).contains(exponent) { return fixed(value, 2 - exponent) }
    let power = String(abs(exponent))
    return "\(value < 0 ? "-" : "")\(fixed(fraction, 2))e\(exponent < 0 ? "-" : "+")"
      + (power.count < 2 ? "0" : "") + power
  }
}
