internal import TensorCore

/// Text that Markdown (CommonMark and GitHub's extensions) shows as it is: no markup, no link, no mention, and no way out
/// of the cell of a table or the item of a list.
enum MarkdownText {
  /// Scalars of a name, and of a sentence, that are shown.
  static let nameLimit = 120
  static let sentenceLimit = 500

  /// A name as code. Long ones are cut.
  static func name(_ name: String) -> String {
    code(ReportText.name(name, limit: nameLimit))
  }

  /// Text as code. A span between backticks shows everything but a backtick as it is, and reads no link or mention into
  /// it; but in a table a vertical line ends it, and how many backslashes in front of one count is not the same
  /// everywhere. Texts with these, or with blanks at an end, are written as an element and in character references.
  private static func code(_ text: String) -> String {
    let isPlain = !text.contains { "`|\\".contains($0) } && text.first != " " && text.last != " "
    return isPlain ? "`\(text)`" : "<code>\(references(text))</code>"
  }

  /// ASCII other than letters and digits as character references, which are never read as markup.
  private static func references(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII, !isLetterOrDigit(scalar) {
        result += "&#\(scalar.value);"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A sentence, in the middle of a line: words in which a site could see an address, a mention, a reference or an emoji are code, and what
  /// Markdown could take for markup in the others has a backslash.
  static func sentence(_ text: String) -> String {
    ReportText.printable(text, limit: sentenceLimit).split(separator: " ").map {
      isPlain($0) ? escaped($0) : code(String($0))
    }
    .joined(separator: " ")
  }

  private static func isPlain(_ word: Substring) -> Bool {
    let inner = word.last == ":" ? word.dropLast() : word
    return !inner.contains { "@#:`".contains($0) } && !inner.lowercased().contains("www.") && !isHash(inner)
  }

  /// Whether a word could be taken for a commit.
  private static func isHash(_ word: Substring) -> Bool {
    word.utf8.count >= 7 && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
      && word.utf8.contains { $0 > 0x39 }
  }

  private static func escaped(_ word: Substring) -> String {
    var result = ""
    for scalar in word.unicodeScalars {
      if scalar.isASCII, !isLetterOrDigit(scalar), !".,;:/%=()'\"-".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
  }
}
