internal import TensorCore

/// What is expected to stand at a place.
extension YAMLDocument.Node {
  package func unexpected(_ field: String, _ expected: String) -> YAMLError {
    .unexpected(line: line, field: field, expected: expected, found: summary)
  }

  private var summary: String {
    switch content {
    case .text(let text, let isPlain): text.isEmpty && isPlain ? "nothing" : text.quoted(limit: 60)
    case .list(let list): list.isEmpty ? "an empty list" : "a list"
    case .mapping: "a mapping"
    }
  }

  /// A text that is not empty.
  package func text(_ field: String, _ expected: String) throws(YAMLError) -> String {
    guard case .text(let text, _) = content, !text.isEmpty else { throw unexpected(field, expected) }
    return text
  }

  package func list(_ field: String) throws(YAMLError) -> [YAMLDocument.Node] {
    switch content {
    case .list(let list): return list
    case .text("", isPlain: true): return []
    default: throw unexpected(field, "a list")
    }
  }

  /// - Parameters:
  ///   - known: The keys that there are; nil for any.
  ///   - within: What has them, for the message; nil at the top.
  package func mapping(
    _ field: String, _ known: [String]? = nil, within: String? = nil
  ) throws(YAMLError) -> [(key: String, line: Int, value: YAMLDocument.Node)] {
    switch content {
    case .mapping(let pairs):
      if let known, let pair = pairs.first(where: { !known.contains($0.key) }) {
        throw .unknownKey(line: pair.line, key: pair.key, within: within, known: known)
      }
      return pairs
    case .text("", isPlain: true): return []
    default: throw unexpected(field, "a mapping")
    }
  }

  package func pattern(_ field: String) throws(YAMLError) -> NameRegex {
    let text = try text(field, "a regular expression")
    do throws(NameRegexError) {
      return try NameRegex(text)
    } catch {
      throw .badPattern(line: line, pattern: text, reason: "\(error)".printable)
    }
  }

  /// Bytes, with a unit or without.
  package func byteCount(_ field: String) throws(YAMLError) -> Int {
    let expected = "a number of bytes such as 500MB or 2GiB"
    guard let bytes = ByteCount.parse(try text(field, expected)) else { throw unexpected(field, expected) }
    return bytes
  }

  package func count(_ field: String) throws(YAMLError) -> Int {
    guard let count = Int(try text(field, "a number from 0 up")), count >= 0 else {
      throw unexpected(field, "a number from 0 up")
    }
    return count
  }
}
