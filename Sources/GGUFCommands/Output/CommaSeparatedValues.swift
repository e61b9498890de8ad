/// Lines of comma-separated values (RFC 4180), with line feeds.
struct CommaSeparatedValues {
  private(set) var text = ""

  init(_ titles: [String]) { add(titles) }

  mutating func add(_ values: [String]) {
    text += values.map(Self.quoted).joined(separator: ",") + "\n"
  }

  /// In quotes where it could be taken for more than one value.
  private static func quoted(_ value: String) -> String {
    guard value.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return value }
    return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
