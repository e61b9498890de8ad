/// Lines of text that fit.
enum Lines {
  /// A sentence in lines that are broken at blanks, those behind the first two columns further in.
  ///
  /// - Parameter columns: What a line may have; nil for any.
  static func wrapped(_ line: String, indent: Int, columns: Int?) -> String {
    let start = String(repeating: " ", count: indent)
    guard let columns, line.count + indent > columns else { return start + line + "\n" }
    var text = ""
    var current = start
    for word in line.split(separator: " ", omittingEmptySubsequences: false) {
      if current.count + 1 + word.count > columns, current.contains(where: { $0 != " " }) {
        text += current + "\n"
        current = start + "  " + word
      } else {
        current += (current.contains(where: { $0 != " " }) ? " " : "") + word
      }
    }
    return text + current + "\n"
  }
}
