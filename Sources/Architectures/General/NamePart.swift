/// The forms of parts of models' names, whatever their case: the regular expressions of gguf-py (metadata.py).
enum NamePart {
  /// `v1.5`, `iter3`, `3.1`: `(v|iter)?\d+([.]\d+)*`.
  static func isVersion(_ part: some StringProtocol) -> Bool {
    var reader = Reader(part)
    _ = reader.take("iter") || reader.take("v")
    return reader.takeDottedNumber() && reader.isAtEnd
  }

  /// `Q4_K_M`, `iq2_xs`, `bf16`: `i?q\d(_\w)*|b?fp?(16|32)`.
  static func isType(_ part: some StringProtocol) -> Bool {
    var reader = Reader(part)
    _ = reader.take("i")
    if reader.take("q"), reader.takeDigit() {
      while reader.take("_") {
        guard reader.takeWordCharacter() else { return false }
      }
      return reader.isAtEnd
    }
    reader = Reader(part)
    _ = reader.take("b")
    guard reader.take("f") else { return false }
    _ = reader.take("p")
    return (reader.take("16") || reader.take("32")) && reader.isAtEnd
  }

  /// `7B`, `8x7b`, `A3B`, `1.5B`, `7b1`, `small`, `xxl`:
  /// `(([A]|\d+[x])?\d+([._]\d+)?[KMBT][\d]?|small|mini|medium|large|x?xl)`.
  static func isSize(_ part: some StringProtocol) -> Bool {
    if ["small", "mini", "medium", "large", "xl", "xxl"].contains(part.lowercased()) { return true }
    var reader = Reader(part)
    if !reader.take("a") {
      // A number of experts, where an `x` follows.
      let start = reader
      if !(reader.takeNumber() && reader.take("x")) { reader = start }
    }
    guard reader.takeNumber() else { return false }
    let whole = reader
    if !((reader.take(".") || reader.take("_")) && reader.takeNumber()) { reader = whole }
    guard reader.take("k") || reader.take("m") || reader.take("b") || reader.take("t") else { return false }
    _ = reader.takeDigit()
    return reader.isAtEnd
  }

  /// What is written as it is in a title: `v2.5`, and what begins with a digit.
  static func keepsCase(_ word: some StringProtocol) -> Bool {
    var reader = Reader(word)
    if reader.takeDigit() { return true }
    return word.hasPrefix("v") && reader.take("v") && reader.takeDottedNumber() && reader.isAtEnd
  }

  /// Goes through a word, without regard to case.
  private struct Reader {
    private var rest: ArraySlice<UInt8>

    init(_ text: some StringProtocol) { rest = Array(text.lowercased().utf8)[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ word: StaticString) -> Bool {
      let bytes = Array(word.description.utf8)
      guard rest.starts(with: bytes) else { return false }
      rest = rest.dropFirst(bytes.count)
      return true
    }

    mutating func takeDigit() -> Bool {
      guard let byte = rest.first, (0x30...0x39).contains(byte) else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func takeNumber() -> Bool {
      guard takeDigit() else { return false }
      while takeDigit() {}
      return true
    }

    mutating func takeDottedNumber() -> Bool {
      guard takeNumber() else { return false }
      while take(".") {
        guard takeNumber() else { return false }
      }
      return true
    }

    /// A letter, a digit or `_`; letters beyond ASCII have several bytes, none of which is another character.
    mutating func takeWordCharacter() -> Bool {
      guard let byte = rest.first else { return false }
      guard byte >= 0x80 || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F else {
        return false
      }
      rest = rest.dropFirst()
      while let next = rest.first, byte >= 0x80, next & 0xC0 == 0x80 { rest = rest.dropFirst() }
      return true
    }
  }
}
