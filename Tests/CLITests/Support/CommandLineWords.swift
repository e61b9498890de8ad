/// Splits a command line as a shell does, so far as the golden files need it: blanks separate words, single and double
/// quotes hold them together, and nothing is expanded.
func commandLineWords(_ line: String) throws -> [String] {
  struct OpenQuote: Error {}
  var words: [String] = []
  var word: String?
  var quote: Character?
  for character in line {
    switch (quote, character) {
    case (character?, _): quote = nil
    case (nil, "'"), (nil, "\""):
      quote = character
      word = word ?? ""
    case (nil, " "):
      if let word { words.append(word) }
      word = nil
    default: word = (word ?? "") + String(character)
    }
  }
  if quote != nil { throw OpenQuote() }
  if let word { words.append(word) }
  return words
}
