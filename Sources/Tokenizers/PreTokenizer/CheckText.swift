internal import Digests
internal import StrictJSON
internal import TensorCore

/// The text by whose tokens llama.cpp's converter tells tokenizers apart (`get_vocab_base_pre`).
enum CheckText {
  static let text =
    "\n \n\n \n\n\n \t \t\t \t\n  \n   \n    \n     \n🚀 (normal) 😶\u{200D}🌫\u{FE0F} (multiple emojis "
    + "concatenated) ✅ 🦙🦙 3 33 333 3333 33333 333333 3333333 33333333 3.3 3..3 3...3 កាន់តែពិសេសអាច😁 ?我"
    + "想在apple工作1314151天～ ------======= нещо на Български ''''''```````\"\"\"\"......!!!!!!?????? I've "
    + "been 'told he's there, 'RE you sure? 'M not sure I'll make it, 'D you like some tea? We'Ve a'lL"

  /// The SHA-256, in hexadecimal, of the ids that a tokenizer makes of the text, written as Python writes a list; nil where
  /// the tokenizer has a part that is not understood here.
  static func digest(
    _ definition: TokenizerDefinition, _ merges: [ResolvedMerge], _ steps: [PreTokenizerStep]
  ) -> String? {
    guard let ids = ids(definition, merges, steps) else { return nil }
    let list = "[" + ids.map(String.init).joined(separator: ", ") + "]"
    return DigestAlgorithm.sha256.digest(of: Array(list.utf8)).description
  }

  /// The ids of the text; nil where the tokenizer has a part that is not understood here.
  static func ids(
    _ definition: TokenizerDefinition, _ merges: [ResolvedMerge], _ steps: [PreTokenizerStep]
  ) -> [Int]? {
    guard steps.count <= TokenizerLimits.steps, let normalizer = CheckNormalizer(definition.normalizer) else {
      return nil
    }
    let words: any WordEncoding
    switch definition.kind {
    case .bytePairs where !definition.hasByteFallback: words = BytePairEncoding(definition, merges)
    case .wordPiece: words = WordPieceEncoding(definition)
    default: return nil
    }
    var ids: [Int] = []
    // Added tokens are found first, in the text as it came; then those that are looked for behind the normalizer.
    let raw = AddedTokenSearch(definition.addedTokens.filter { !$0.isNormalized })
    let normalized = AddedTokenSearch(definition.addedTokens.filter(\.isNormalized))
    for part in raw.parts(of: Array(text.unicodeScalars)) {
      guard case .text(let text) = part else {
        if case .token(let id) = part { ids.append(id) }
        continue
      }
      guard let text = normalizer.normalized(text) else { return nil }
      for part in normalized.parts(of: text) {
        switch part {
        case .token(let id): ids.append(id)
        case .text(let text):
          guard let pieces = TextSplitting.pieces(of: text, steps) else { return nil }
          for piece in pieces { ids += words.ids(of: piece) }
        }
      }
    }
    return around(ids, definition.postProcessor)
  }

  /// Ids that are made of the text at most: a template could repeat it without end.
  private static let idLimit = 1 << 14

  /// The ids with what a post-processor puts around a text; nil where they become too many.
  private static func around(_ ids: [Int], _ processor: JSONValue) -> [Int]? {
    switch processor["type"]?.string {
    case "Sequence":
      var ids = ids
      for step in processor["processors"]?.array ?? [] {
        guard let next = around(ids, step) else { return nil }
        ids = next
      }
      return ids
    case "ByteLevel": return ids
    case "RobertaProcessing", "BertProcessing":
      guard let cls = processor["cls"]?.array?.last?.integer, let sep = processor["sep"]?.array?.last?.integer else {
        return nil
      }
      return [cls] + ids + [sep]
    case "TemplateProcessing":
      var result: [Int] = []
      for part in processor["single"]?.array ?? [] {
        if part["Sequence"] != nil {
          result += ids
        } else if let name = part["SpecialToken"]?["id"]?.string {
          result += (processor["special_tokens"]?[name]?["ids"]?.array ?? []).prefix(idLimit).compactMap(\.integer)
        }
        if result.count > idLimit { return nil }
      }
      return result
    case nil: if case .null = processor { return ids } else { return nil }
    default: return nil
    }
  }
}
