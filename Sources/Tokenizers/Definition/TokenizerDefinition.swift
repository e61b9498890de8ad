internal import StrictJSON
internal import TensorCore

/// A tokenizer as tokenizer.json defines it; those of older files are made into one.
struct TokenizerDefinition: Sendable {
  enum Kind: String, Sendable {
    case bytePairs = "BPE"
    case unigram = "Unigram"
    case wordPiece = "WordPiece"
    case wordLevel = "WordLevel"
  }

  /// Two pieces next to each other that become one; those that come first in the list are made first.
  struct Merge: Sendable, Hashable {
    var left: String
    var right: String
    /// As the reference converter writes it: the file's own spelling, or the two parts of a pair, whose blanks become
    /// U+0120 since one separates the parts.
    var written: String
  }

  /// The file that it comes from, for messages.
  var file = "tokenizer.json"
  var kind = Kind.bytePairs
  var vocabulary = Vocabulary()
  var merges: [Merge] = []
  /// Unigram: the logarithm of each piece's probability, by id.
  var scores: [Float] = []
  var unknownToken: String?
  var unknownID: UInt64?
  /// Whether bytes that no piece has are pieces of their own, `<0x0A>`.
  var hasByteFallback = false
  /// Whether a word that is a piece is taken as it is, without merging.
  var ignoresMerges = false
  /// What pieces that continue a word begin with.
  var continuingPrefix = ""
  var endOfWordSuffix = ""
  /// WordPiece: longer words are unknown.
  var maximumWordLength = 100

  /// As the file has them.
  var statedAddedTokens: [AddedToken] = []
  /// With what other files say of them.
  var addedTokens: [AddedToken] = []
  var normalizer = JSONValue.null
  var preTokenizer = JSONValue.null
  var postProcessor = JSONValue.null
  var decoder = JSONValue.null

  /// Pieces, and added tokens that are none.
  var count: Int {
    vocabulary.count + addedTokens.count { vocabulary.id(of: $0.content) == nil }
  }

  /// The highest id of a piece or added token, and one more.
  var end: Int { addedTokens.reduce(vocabulary.end) { max($0, $1.id.map { Int(clamping: $0) + 1 } ?? 0) } }
}

extension TokenizerDefinition {
  /// Checks that a merge's parts, and what it makes, are pieces.
  ///
  /// - Returns: The ids of the parts and of what they make, in the order of the merges.
  /// - Throws: ``TokenizerError/mergeOfUnknown(index:token:)``.
  func resolvedMerges() throws(TokenizerError) -> [ResolvedMerge] {
    var resolved: [ResolvedMerge] = []
    resolved.reserveCapacity(merges.count)
    for (index, merge) in merges.enumerated() {
      func id(_ piece: String) throws(TokenizerError) -> Int {
        guard let id = vocabulary.id(of: piece) else { throw .mergeOfUnknown(index: index, token: piece) }
        return id
      }
      // What a continuing piece begins with is not in the middle of what is made.
      let right = continuingPrefix.isEmpty ? merge.right : merge.right.dropping(prefix: continuingPrefix) ?? merge.right
      resolved.append(
        ResolvedMerge(left: try id(merge.left), right: try id(merge.right), result: try id(merge.left + right)))
    }
    return resolved
  }
}

/// A merge by the ids of its pieces.
struct ResolvedMerge: Sendable, Hashable {
  let left: Int
  let right: Int
  let result: Int
}
