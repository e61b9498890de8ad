/// Makes ids of a word, as a model does.
protocol WordEncoding {
  func ids(of word: [Unicode.Scalar]) -> [Int]
}

/// Byte-pair encoding: of all neighbours that are merged, those that come first in the list are merged first, the leftmost
/// of several.
struct BytePairEncoding: WordEncoding {
  private struct Pair: Hashable {
    let left: Int
    let right: Int
  }

  private let definition: TokenizerDefinition
  private var ranks: [Pair: (rank: Int, result: Int)] = [:]
  private let unknown: Int?

  init(_ definition: TokenizerDefinition, _ merges: [ResolvedMerge]) {
    self.definition = definition
    ranks.reserveCapacity(merges.count)
    for (rank, merge) in merges.enumerated() {
      ranks[Pair(left: merge.left, right: merge.right)] = (rank, merge.result)
    }
    unknown = definition.unknownToken.flatMap { definition.vocabulary.id(of: $0) }
  }

  func ids(of word: [Unicode.Scalar]) -> [Int] {
    if definition.ignoresMerges, let id = definition.vocabulary.id(of: String(String.UnicodeScalarView(word))) {
      return [id]
    }
    var ids: [Int] = word.enumerated().compactMap { index, scalar in
      var piece = String(scalar)
      if index > 0 { piece = definition.continuingPrefix + piece }
      if index == word.count - 1 { piece += definition.endOfWordSuffix }
      return definition.vocabulary.id(of: piece) ?? unknown
    }
    while ids.count > 1 {
      let merges = ids.indices.dropLast().compactMap { index in
        ranks[Pair(left: ids[index], right: ids[index + 1])].map { (index, $0.rank, $0.result) }
      }
      guard let (index, _, result) = merges.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { break }
      ids.replaceSubrange(index...(index + 1), with: [result])
    }
    return ids
  }
}

/// WordPiece: from left to right the longest piece that fits; a word of which a part fits none is unknown.
struct WordPieceEncoding: WordEncoding {
  private let definition: TokenizerDefinition
  private let unknown: [Int]

  init(_ definition: TokenizerDefinition) {
    self.definition = definition
    unknown = definition.unknownToken.flatMap { definition.vocabulary.id(of: $0) }.map { [$0] } ?? []
  }

  func ids(of word: [Unicode.Scalar]) -> [Int] {
    guard word.count <= definition.maximumWordLength else { return unknown }
    var ids: [Int] = []
    var start = 0
    while start < word.count {
      var end = word.count
      var found: Int?
      while end > start, found == nil {
        let text = String(String.UnicodeScalarView(word[start..<end]))
        found = definition.vocabulary.id(of: start > 0 ? definition.continuingPrefix + text : text)
        if found == nil { end -= 1 }
      }
      guard let found else { return unknown }
      ids.append(found)
      start = end
    }
    return ids
  }
}
