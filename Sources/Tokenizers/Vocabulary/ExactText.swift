extension String {
  /// What is behind a prefix, which is compared byte by byte: a mark that combines with its last character does not hide
  /// it. nil where it does not begin so.
  func dropping(prefix: String) -> String? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  /// Replaces what is the same byte by byte, from the start on.
  func replacing(exactly pattern: String, with replacement: String) -> String {
    let (text, wanted, new) = (Array(utf8), Array(pattern.utf8), Array(replacement.utf8))
    guard !wanted.isEmpty, text.count >= wanted.count else { return self }
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index...].starts(with: wanted) {
        result += new
        index += wanted.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
