/// Regular expressions that published tokenizers split text with, as their tokenizer.json has them.
///
/// Only these are ever run, and only over the check text: a pattern of a file is compared with them, never compiled.
enum SplitPattern {
  /// What `ByteLevel` does where it says `use_regex`.
  static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  static let llama3 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
  static let qwen2 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
  static let qwen35 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + spaces
  static let ufakzeka = #"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
  static let seedCoder =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|"# + spaces
  static let miniCPM5 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
  static let bailing =
    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#
  static let jais2 =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"#
    + #"\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|"#
    + #"\s{1,2}(?!\S)|\s{1}"#
  static let exaoneMoE =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}|"#
    + #" ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"#
  static let gpt4o =
    #"[^\r\n\p{L}\p{N}]?"# + upper + "*" + lower + #"+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?"# + upper + "+"
    + lower + #"*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces
  static let tekken =
    #"[^\r\n\p{L}\p{N}]?"# + upper + "*" + lower + #"+|[^\r\n\p{L}\p{N}]?"# + upper + "+" + lower
    + #"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces

  static let deepSeekDigits = #"\p{N}{1,3}"#
  static let deepSeekHan = "[一-龥぀-ゟ゠-ヿ]+"
  static let deepSeekWords =
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"##
    + spaces
  static let lineBreak = #"[\r\n]"#
  static let deepSeekLetters =
    #"\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇ"#
    + #"ℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⲳⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+"#
  static let deepSeekPunctuation = #"\s?[!-/:-~！-／：-～‘-‟　-。]+"#
  static let trailingSpace = #"\s+$"#
  static let deepSeekCJK = "[一-龥ࠀ-一가-퟿]+"
  static let coderLetters = #"\s?\p{L}+"#
  static let coderPunctuation = #"\s?\p{P}+"#
  static let threeDigits = "[0-9][0-9][0-9]"
  static let digit = #"\p{N}"#
  static let bloom = #" ?[^(\s|[.,!?…。，、।۔،])]+"#

  private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#

  private static let all: Set<String> = [
    gpt2, llama3, qwen2, qwen35, ufakzeka, seedCoder, miniCPM5, bailing, jais2, exaoneMoE, gpt4o, tekken,
    deepSeekDigits, deepSeekHan, deepSeekWords, lineBreak, deepSeekLetters, deepSeekPunctuation, trailingSpace,
    deepSeekCJK, coderLetters, coderPunctuation, threeDigits, digit, bloom,
  ]

  /// A pattern with line breaks spelled `\r` and `\n`, which some files have as they are.
  static func canonical(_ pattern: String) -> String {
    pattern.replacing(exactly: "\r", with: #"\r"#).replacing(exactly: "\n", with: #"\n"#)
  }

  /// The places in a text at which one of these patterns is found; nil for any other pattern.
  static func matches(of pattern: String, in text: [Unicode.Scalar]) -> [Range<Int>]? {
    guard all.contains(pattern), let regex = try? Regex(pattern) else { return nil }
    let string = String(String.UnicodeScalarView(text))
    let view = string.unicodeScalars
    return string.matches(of: regex.matchingSemantics(.unicodeScalar)).map { match in
      let start = view.distance(from: view.startIndex, to: match.range.lowerBound)
      return start..<(start + view.distance(from: match.range.lowerBound, to: match.range.upperBound))
    }
  }
}
