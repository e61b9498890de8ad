/// Figures in messages, the same text everywhere.
enum FigureText {
  /// Three significant digits, or as many more as tell `value` from `other`: 0.00537, 12.3, 1.25e-09.
  static func text(_ value: Double, toldFrom other: Double? = nil) -> String {
    var digits = 3
    // 17 digits tell any two apart.
    while digits < 17, let other, other != value, significant(value, digits) == significant(other, digits) {
      digits += 1
    }
    return significant(value, digits)
  }

  /// A number with `count` significant digits, rounded to the nearest, halves away from zero; zeros at the end are kept.
  static func significant(_ value: Double, _ count: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "-infinite" : "infinite" }
    guard value != 0 else { return "0" }
    var (digits, exponent) = decimal(value.magnitude)
    digits += Array(repeating: 0, count: max(0, count + 1 - digits.count))
    let rest = digits[count]
    digits = Array(digits.prefix(count))
    if rest >= 5 {
      var index = count - 1
      while index >= 0 && digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits = [1] + digits.dropLast()
        exponent += 1
      }
    }
    return (value < 0 ? "-" : "") + text(digits, exponent)
  }

  /// The shortest digits that tell a positive number from all others, the first not 0, and the power of ten of the first.
  private static func decimal(_ value: Double) -> (digits: [Int], exponent: Int) {
    let parts = "\(value)".split(separator: "e")
    let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var exponent = number[0].count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let all = number.joined().compactMap(\.wholeNumberValue)
    let zeros = all.prefix { $0 == 0 }.count
    exponent -= zeros
    return (Array(all[zeros...]), exponent)
  }

  private static func text(_ digits: [Int], _ exponent: Int) -> String {
    let text = digits.map(String.init).joined()
    if exponent < -4 || exponent > 14 {
      let power = String(abs(exponent))
      return "\(text.prefix(1)).\(text.dropFirst())e\(exponent < 0 ? "-" : "+")\(power.count < 2 ? "0" : "")\(power)"
    }
    if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + text }
    let whole = exponent + 1
    if whole >= text.count { return text + String(repeating: "0", count: whole - text.count) }
    return "\(text.prefix(whole)).\(text.dropFirst(whole))"
  }
}
