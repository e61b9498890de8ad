/// A text with places, `{{name}}`, that values are put into.
enum PageTemplate {
  /// Each place is filled once; what a value has in it is never taken for a place. A place without a value stays.
  static func filled(_ template: String, _ values: [String: String]) -> String {
    let parts = template.split(separator: "{{", omittingEmptySubsequences: false)
    var result = String(parts.first ?? "")
    for part in parts.dropFirst() {
      if let end = part.firstRange(of: "}}"), let value = values[String(part[..<end.lowerBound])] {
        result += value
        result += part[end.upperBound...]
      } else {
        result += "{{"
        result += part
      }
    }
    return result
  }
}
