internal import StrictJSON

/// What normalizers do to the check text.
///
/// The text is its own canonical composition and decomposition, and has one character with a compatibility mapping: that
/// much of Unicode is enough here.
struct CheckNormalizer {
  private enum Step {
    case compatibility
    case lowercase
    case stripAccents
    case replace(String, String)
    case prepend(String)
    case bertClean
    case spaceHan
  }

  private var steps: [Step] = []

  /// Scalars that the text may grow to, and that one step may put in another's place: a file's normalizer could make
  /// much of little otherwise.
  private static let (textLimit, contentLimit) = (1 << 12, 16)

  /// nil for a normalizer that is not understood here.
  init?(_ value: JSONValue) {
    if case .null = value { return }
    guard add(value), steps.count <= TokenizerLimits.steps else { return nil }
  }

  private mutating func add(_ value: JSONValue) -> Bool {
    switch value["type"]?.string {
    case "Sequence": return (value["normalizers"]?.array ?? []).allSatisfy { add($0) }
    case "NFC", "NFD": return true
    case "NFKC", "NFKD": steps.append(.compatibility)
    case "Lowercase": steps.append(.lowercase)
    case "StripAccents": steps.append(.stripAccents)
    case "Prepend":
      guard let prefix = value["prepend"]?.string, Self.isShort(prefix) else { return false }
      steps.append(.prepend(prefix))
    case "Replace":
      guard let pattern = value["pattern"]?["String"]?.string, let content = value["content"]?.string,
        Self.isShort(content)
      else { return false }
      steps.append(.replace(pattern, content))
    case "BertNormalizer":
      let lowercases = value["lowercase"]?.boolean ?? true
      if value["clean_text"]?.boolean ?? true { steps.append(.bertClean) }
      if value["handle_chinese_chars"]?.boolean ?? true { steps.append(.spaceHan) }
      if value["strip_accents"]?.boolean ?? lowercases { steps.append(.stripAccents) }
      if lowercases { steps.append(.lowercase) }
    default: return false
    }
    return true
  }

  private static func isShort(_ text: String) -> Bool { text.unicodeScalars.count <= contentLimit }

  /// nil where the text becomes too long.
  func normalized(_ text: [Unicode.Scalar]) -> [Unicode.Scalar]? {
    var text = text
    for step in steps {
      text = Self.normalized(text, step)
      if text.count > Self.textLimit { return nil }
    }
    return text
  }

  private static func normalized(_ text: [Unicode.Scalar], _ step: Step) -> [Unicode.Scalar] {
    switch step {
    case .compatibility: text.map { $0 == "\u{FF5E}" ? "~" : $0 }
    case .lowercase: text.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
    case .stripAccents: text.filter { $0.properties.generalCategory != .nonspacingMark }
    case .replace(let pattern, let content):
      Array(String(String.UnicodeScalarView(text)).replacing(exactly: pattern, with: content).unicodeScalars)
    case .prepend(let prefix): text.isEmpty ? text : Array(prefix.unicodeScalars) + text
    case .bertClean: text.filter { !isControl($0) }.map { $0.properties.isWhitespace ? " " : $0 }
    case .spaceHan: text.flatMap { isHan($0) ? [" ", $0, " "] : [$0] }
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\n", "\r": return false
    case "\0", "\u{FFFD}": return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .surrogate: return true
    default: return false
    }
  }

  /// The blocks that BERT takes for Chinese characters.
  private static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF,
      0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
