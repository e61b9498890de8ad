/// Finds added tokens in a text: the first, and of those that begin there the longest.
struct AddedTokenSearch {
  enum Part {
    case token(Int)
    case text([Unicode.Scalar])
  }

  private struct Entry {
    let scalars: [Unicode.Scalar]
    let token: AddedToken
  }

  private var byFirst: [Unicode.Scalar: [Entry]] = [:]

  init(_ tokens: [AddedToken]) {
    for token in tokens {
      let scalars = Array(token.content.unicodeScalars)
      if let first = scalars.first { byFirst[first, default: []].append(Entry(scalars: scalars, token: token)) }
    }
    for key in byFirst.keys { byFirst[key]?.sort { $0.scalars.count > $1.scalars.count } }
  }

  func parts(of text: [Unicode.Scalar]) -> [Part] {
    var parts: [Part] = []
    // Where the text begins that is no token.
    var start = 0
    var position = 0
    while position < text.count {
      guard let entry = entry(at: position, in: text), let id = entry.token.id.flatMap({ Int(exactly: $0) }) else {
        position += 1
        continue
      }
      var (begin, end) = (position, position + entry.scalars.count)
      if entry.token.takesBlanksBefore {
        while begin > start, text[begin - 1].properties.isWhitespace { begin -= 1 }
      }
      if entry.token.takesBlanksBehind {
        while end < text.count, text[end].properties.isWhitespace { end += 1 }
      }
      if begin > start { parts.append(.text(Array(text[start..<begin]))) }
      parts.append(.token(id))
      (start, position) = (end, end)
    }
    if start < text.count { parts.append(.text(Array(text[start...]))) }
    return parts
  }

  private func entry(at position: Int, in text: [Unicode.Scalar]) -> Entry? {
    byFirst[text[position]]?.first { entry in
      guard text[position...].starts(with: entry.scalars) else { return false }
      guard entry.token.isWholeWord else { return true }
      let end = position + entry.scalars.count
      return !(position > 0 && text[position - 1].isWord) && !(end < text.count && text[end].isWord)
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isWord: Bool { properties.isAlphabetic || properties.numericType != nil || self == "_" }
}
