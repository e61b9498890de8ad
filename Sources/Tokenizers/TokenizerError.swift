public import StrictJSON
public import TensorCore

/// A rule that the files of a tokenizer break: one case a rule.
public enum TokenizerError: FormatViolation, Hashable {
  // Files
  case fileTooLarge(limit: Int)
  case noTokenizer(expected: [String])
  case fileMissing(String, reason: String)
  case notJSON(JSONError)
  case notUTF8(line: Int)
  case missing(String, in: String)
  case wrongType(String, found: String, expected: String)
  case modelUnknown(String)
  case modelUnfit(found: String, expected: String)
  // The vocabulary
  case vocabularyEmpty
  case vocabularySizeTooLarge(Int, limit: Int)
  case idNotWhole(token: String, text: String)
  case idTooLarge(token: String, id: UInt64, limit: Int)
  case idTwice(id: Int, tokens: [String])
  case tokenTwice(String, ids: [Int])
  case idMissing(Int, count: Int)
  case idBeyondVocabulary(token: String, id: UInt64, size: Int)
  case pieceMalformed(index: Int)
  case scoreMissing(token: String, index: Int)
  case scoreNotFinite(token: String, index: Int)
  case mergeMalformed(index: Int)
  case mergeOfUnknown(index: Int, token: String)
  case tooManyMerges(limit: Int)
  // Added and special tokens, templates
  case addedTokenMalformed(index: Int)
  case addedTokenWithoutID(String, found: String?)
  case addedTokenContradicts(String, id: UInt64, vocabulary: Int)
  case addedIDTaken(String, id: UInt64, by: String)
  case specialTokenNegative(String, text: String)
  case decodedTooLong(token: String)
  case tooManySteps(of: String, limit: Int)
  case templateNotUTF8
  case templateMalformed(index: Int)
  case tooManyTemplates(count: Int, limit: Int)
  case charsmapNotBase64
  // The pre-tokenizer
  case preTokenizerUnknown(seen: String, hash: String?)
  case preTokenizerUndefined(tokenizerClass: String?)
  case preTokenizerNameUnknown(String)
  // SentencePiece
  case protobuf(ProtobufViolation, at: Int)
  case pieceNotUTF8(index: Int, at: Int)
  case pieceEmpty(index: Int)
  case pieceTypeUnknown(Int, index: Int)
  case unknownPieces(count: Int)
  case notUnigram(modelType: Int)

  public var description: String {
    switch self {
    case .fileTooLarge(let limit): "more than \(limit) bytes, which no tokenizer has"
    case .noTokenizer(let expected): "no tokenizer: expected \(expected.joined(separator: ", or "))"
    case .fileMissing(let name, let reason): "no \(name), \(reason)"
    case .notJSON(let error): "\(error)"
    case .notUTF8(let line): "line \(line) is not UTF-8"
    case .missing(let key, let place): "\(place) has no \(key.quoted())"
    case .wrongType(let name, let found, let expected):
      "\(name.quoted(limit: 60)): expected \(expected), found \(found)"
    case .modelUnknown(let type):
      "a model of type \(type.quoted(limit: 40)), expected BPE, Unigram, WordPiece or WordLevel"
    case .modelUnfit(let found, let expected): "a model of type \(found), where this architecture has \(expected)"
    case .vocabularyEmpty: "the vocabulary has no tokens"
    case .vocabularySizeTooLarge(let size, let limit): "a vocabulary of \(size) tokens, expected 1 to \(limit)"
    case .idNotWhole(let token, let text):
      "token \(token.quoted(limit: 40)) has the id \(text.printable.prefix(40)), expected a whole number"
    case .idTooLarge(let token, let id, let limit):
      "token \(token.quoted(limit: 40)) has the id \(id), expected one below \(limit)"
    case .idTwice(let id, let tokens):
      "id \(id) is given twice: to \(tokens.map { $0.quoted(limit: 40) }.joined(separator: " and "))"
    case .tokenTwice(let token, let ids):
      "token \(token.quoted(limit: 40)) is there twice, with the ids \(ids.map(String.init).joined(separator: " and "))"
    case .idMissing(let id, let count): "no token has the id \(id), though there are \(count)"
    case .idBeyondVocabulary(let token, let id, let size):
      "token \(token.quoted(limit: 40)) has the id \(id), beyond the vocabulary of \(size)"
    case .pieceMalformed(let index): "piece number \(index) is not a pair of a string and a score"
    case .scoreMissing(let token, let index): "piece number \(index), \(token.quoted(limit: 40)), has no score"
    case .scoreNotFinite(let token, let index):
      "piece number \(index), \(token.quoted(limit: 40)), has a score that is not finite in binary32"
    case .mergeMalformed(let index): "merge number \(index) is not two tokens"
    case .mergeOfUnknown(let index, let token):
      "merge number \(index) needs the token \(token.quoted(limit: 40)), which the vocabulary lacks"
    case .tooManyMerges(let limit): "more than \(limit) merges"
    case .addedTokenMalformed(let index): "added token number \(index) has no text"
    case .addedTokenWithoutID(let token, let found):
      "added token \(token.quoted(limit: 40)) has \(found.map { "the id \($0)" } ?? "no id"), expected a whole number"
    case .addedTokenContradicts(let token, let id, let vocabulary):
      "added token \(token.quoted(limit: 40)) has the id \(id), but the vocabulary gives it \(vocabulary)"
    case .addedIDTaken(let token, let id, let other):
      "added token \(token.quoted(limit: 40)) has the id \(id), which is that of \(other.quoted(limit: 40))"
    case .specialTokenNegative(let key, let text): "\(key) is \(text.printable.prefix(40)), expected 0 or more"
    case .decodedTooLong(let token):
      "the decoder makes far more of the added token \(token.quoted(limit: 40)) than it has"
    case .tooManySteps(let part, let limit): "the \(part) has more than \(limit) steps"
    case .templateNotUTF8: "the chat template is not UTF-8"
    case .templateMalformed(let index): "chat template number \(index) has no name, or no text"
    case .tooManyTemplates(let count, let limit): "\(count) additional chat templates, expected \(limit) at most"
    case .charsmapNotBase64: "the table of normalization (precompiled_charsmap) is not base64"
    case .preTokenizerUnknown(let seen, let hash):
      "llama.cpp has no pre-tokenizer that is known to do what this one does: \(seen)"
        + (hash.map { " (llama.cpp's check of it is \($0))" } ?? "")
        + "; if you know one that does, name it with --pre-tokenizer NAME"
    case .preTokenizerUndefined(let name):
      "nothing says how this tokenizer splits text into words: no tokenizer.json"
        + (name.map { ", and nothing is known of the class \($0.quoted(limit: 40))" }
          ?? ", and no tokenizer_class in tokenizer_config.json")
        + "; name llama.cpp's pre-tokenizer with --pre-tokenizer NAME"
    case .preTokenizerNameUnknown(let name):
      "llama.cpp has no pre-tokenizer of the name \(name.quoted(limit: 40)); it has "
        + PreTokenizerName.all.joined(separator: ", ")
    case .protobuf(let violation, let at): "protobuf at byte \(at): \(violation.rawValue)"
    case .pieceNotUTF8(let index, let at): "piece number \(index), at byte \(at), is not UTF-8"
    case .pieceEmpty(let index): "piece number \(index) is empty"
    case .pieceTypeUnknown(let type, let index): "piece number \(index) has the type \(type), expected 1 to 6"
    case .unknownPieces(let count): "\(count) pieces are of the type unknown, expected 1"
    case .notUnigram(let type): "a model of type \(type), expected 1 (Unigram)"
    }
  }
}

/// What is wrong with bytes that should be a protobuf message.
public enum ProtobufViolation: String, Sendable, Hashable {
  case endsEarly = "the message ends inside a field"
  case varintTooLong = "a number of more than 64 bits"
  case lengthBeyondEnd = "a field that is longer than what holds it"
  case fieldZero = "a field with the number 0"
  case wireTypeUnknown = "a field of a type that protobuf does not have"
  case wireTypeUnexpected = "a field of another type than this message's"
  case groupTooDeep = "groups inside one another more than 16 levels deep"
  case groupUnclosed = "a group without its end, or the end of another"
}
