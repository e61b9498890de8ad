internal import StrictJSON
internal import TensorCore

/// What a pre-tokenizer does to a text, one step after another.
enum PreTokenizerStep: Hashable {
  /// What becomes of what a pattern finds.
  enum Behavior: String {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
  }

  case split(SplitBy, Behavior, isInverted: Bool)
  case byteLevel(addsPrefixSpace: Bool)
  case digits(each: Bool)
  case punctuation(Behavior)
  case whitespace
  case whitespaceSplit
  case bert
  /// One that this program does not know, by its type.
  case other(String)

  enum SplitBy: Hashable {
    case regex(String)
    case text(String)
  }

  /// The steps of a `pre_tokenizer`; none for null.
  static func list(_ value: JSONValue) -> [PreTokenizerStep] {
    guard let type = value["type"]?.string else {
      if case .null = value { return [] }
      return [.other("?")]
    }
    func flag(_ key: String, _ byDefault: Bool) -> Bool { value[key]?.boolean ?? byDefault }
    let behavior = value["behavior"]?.string.flatMap(Behavior.init(rawValue:))
    switch type {
    case "Sequence": return (value["pretokenizers"]?.array ?? []).flatMap { list($0) }
    case "ByteLevel":
      let bytes = byteLevel(addsPrefixSpace: flag("add_prefix_space", true))
      // Its own splitting comes before bytes become characters.
      return flag("use_regex", true) ? [.gpt2, bytes] : [bytes]
    case "Split":
      guard let behavior else { return [.other(type)] }
      if let regex = value["pattern"]?["Regex"]?.string {
        return [.split(.regex(SplitPattern.canonical(regex)), behavior, isInverted: flag("invert", false))]
      }
      guard let text = value["pattern"]?["String"]?.string else { return [.other(type)] }
      return [.split(.text(text), behavior, isInverted: flag("invert", false))]
    case "Digits": return [.digits(each: flag("individual_digits", false))]
    case "Punctuation": return [.punctuation(behavior ?? .isolated)]
    case "Whitespace": return [.whitespace]
    case "WhitespaceSplit": return [.whitespaceSplit]
    case "BertPreTokenizer": return [.bert]
    default: return [.other(type)]
    }
  }

  static func isolating(_ pattern: String) -> PreTokenizerStep { .split(.regex(pattern), .isolated, isInverted: false) }

  static let gpt2 = isolating(SplitPattern.gpt2)
}

extension PreTokenizerStep: CustomStringConvertible {
  var description: String {
    switch self {
    case .gpt2: "the regular expression of GPT-2"
    case .split(.regex(let pattern), let behavior, let isInverted):
      "Split by the regular expression \(pattern.quoted(limit: 300)) (\(behavior.rawValue)\(isInverted ? ", inverted" : ""))"
    case .split(.text(let text), let behavior, let isInverted):
      "Split by \(text.quoted(limit: 40)) (\(behavior.rawValue)\(isInverted ? ", inverted" : ""))"
    case .byteLevel(let addsPrefixSpace): addsPrefixSpace ? "ByteLevel with add_prefix_space" : "ByteLevel"
    case .digits(let each): each ? "each digit" : "runs of digits"
    case .punctuation(let behavior): "Punctuation (\(behavior.rawValue))"
    case .whitespace: "Whitespace"
    case .whitespaceSplit: "WhitespaceSplit"
    case .bert: "BertPreTokenizer"
    case .other(let type): "\(type.quoted(limit: 40))"
    }
  }
}
