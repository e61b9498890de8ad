/// Comma-separated values (RFC 4180): a field is quoted where it needs to be, lines end with CR LF.
enum CSV {
  static func text(_ titles: [String], _ rows: some Sequence<[String]>) -> String {
    var text = line(titles)
    for row in rows { text += line(row) }
    return text
  }

  private static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

  private static func field(_ value: String) -> String {
    let isPlain = !value.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    return isPlain ? value : "\"" + value.replacing("\"", with: "\"\"") + "\""
  }
}
