internal import GGUF
internal import TensorCore

enum MergesMissing: ModelRule {
  static let rule = Rule(
    "GGUF-V015", "merges-missing", .llamaCpp(.error),
    demand: "A tokenizer that merges has merges.",
    reason: "llama.cpp refuses the model; by the GGUF document every character would be a token.",
    remedy: Remedies.convertAgain)

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isModel, model.isWhole, let tokenizer = model.tokenizerModel,
      Tokenizers.withMerges.contains(tokenizer), model.metadata["tokenizer.ggml.merges"] == nil,
      model.metadata.string("tokenizer.ggml.pre") != "kimi-k2"
    else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.merges"),
      "no tokenizer.ggml.merges, and the tokenizer is \(tokenizer.quoted(limit: 64))")
  }
}

extension GGUFArray {
  /// Where the second part of a merge begins: behind the first space that has something before it, as in llama.cpp.
  fileprivate func secondPart(_ merge: Range<Int>) -> Int? {
    guard merge.count >= 3, let space = bytes[(merge.lowerBound + 1)..<merge.upperBound].firstIndex(of: 0x20),
      space + 1 < merge.upperBound
    else { return nil }
    return space + 1
  }

  fileprivate func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

enum MergeMalformed: ModelRule {
  static let rule = Rule(
    "GGUF-V016", "merge-malformed", .everywhere(.warning),
    demand: "A merge is two parts with a space between them.",
    reason: "Programs pass over the merge or merge nothing: text has other tokens than the model was trained with.",
    remedy: Remedies.convertAgain)

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF, let merges = model.tokenizerArray("merges") else { return }
    var (index, count) = (0, 0)
    var first: (index: Int, range: Range<Int>)?
    merges.forEachString { range in
      if merges.secondPart(range) == nil {
        count += 1
        if first == nil { first = (index, range) }
      }
      index += 1
    }
    guard let first else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.merges"),
      "\(Numbers.grouped(count)) of \(Numbers.counted(merges.count, "merge")) have no two parts, the first is number "
        + "\(first.index), \(merges.text(first.range).quoted(limit: 64))")
  }
}

enum MergeNotInVocabulary: ModelRule {
  static let rule = Rule(
    "GGUF-V017", "merge-not-in-vocabulary", .everywhere(.warning),
    demand: "Both parts of a merge, and what they are merged to, are tokens.",
    reason: "What is merged to no token falls apart again, or is lost: vocabulary and merges are of two tokenizers.",
    remedy: Remedies.convertAgain)

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard let merges = model.tokenizerArray("merges"), merges.elementType == .string, let table = model.tokenTable
    else { return }
    let bytes = merges.bytes
    var joined: [UInt8] = []
    var (index, count) = (0, 0)
    var first: (index: Int, range: Range<Int>)?
    merges.forEachString { range in
      defer { index += 1 }
      guard let second = merges.secondPart(range) else { return }
      joined.removeAll(keepingCapacity: true)
      joined.append(contentsOf: bytes[range.lowerBound..<(second - 1)])
      joined.append(contentsOf: bytes[second..<range.upperBound])
      guard
        !table.contains(bytes, range.lowerBound..<(second - 1)) || !table.contains(bytes, second..<range.upperBound)
          || !table.contains(joined, 0..<joined.count)
      else { return }
      count += 1
      if first == nil { first = (index, range) }
    }
    guard let first else { return }
    findings.add(
      rule, at: .init(key: "tokenizer.ggml.merges"),
      "\(Numbers.grouped(count)) of \(Numbers.counted(merges.count, "merge")) are of or to what is no token, the first "
        + "is number \(first.index), \(merges.text(first.range).quoted(limit: 64))")
  }
}
