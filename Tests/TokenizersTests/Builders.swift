import Digests
import GGUF
import StrictJSON
import TensorCore
import TestSupport

@testable import Tokenizers

/// A small tokenizer.json of byte-level BPE, of which one part can be another.
struct DefinitionBuilder {
  var vocabulary = #"{"<s>": 0, "a": 1, "b": 2, "ab": 3, "\u0120": 4}"#
  var merges = #"["a b"]"#
  var addedTokens = #"[{"id": 0, "content": "<s>", "special": true, "normalized": false}]"#
  var normalizer = "null"
  var preTokenizer = #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}"#
  var postProcessor = "null"
  var decoder = #"{"type": "ByteLevel"}"#
  var model = #""type": "BPE""#

  var json: String {
    """
    {"version": "1.0", "added_tokens": \(addedTokens), "normalizer": \(normalizer), "pre_tokenizer": \(preTokenizer),
     "post_processor": \(postProcessor), "decoder": \(decoder),
     "model": {\(model), "vocab": \(vocabulary), "merges": \(merges)}}
    """
  }

  func files(_ others: [String: String] = [:]) -> TokenizerFiles {
    TokenizerFiles(others.merging(["tokenizer.json": json]) { $1 }.mapValues { Array($0.utf8) })
  }
}

/// A protobuf message, field by field.
struct ProtobufBuilder {
  var bytes: [UInt8] = []

  static func varint(_ value: UInt64) -> [UInt8] {
    var (value, bytes): (UInt64, [UInt8]) = (value, [])
    while value >= 0x80 {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  mutating func tag(_ number: Int, _ type: UInt64) { bytes += Self.varint(UInt64(number) << 3 | type) }

  mutating func varint(_ number: Int, _ value: UInt64) {
    tag(number, 0)
    bytes += Self.varint(value)
  }

  mutating func float(_ number: Int, _ value: Float) {
    tag(number, 5)
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
    }
  }

  mutating func message(_ number: Int, _ value: [UInt8]) {
    tag(number, 2)
    bytes += Self.varint(UInt64(value.count)) + value
  }
}

/// A SentencePiece model of a few pieces.
struct ModelBuilder {
  var pieces: [(text: [UInt8], score: Float, type: UInt64?)] = []
  var normalizer: [UInt8] = []
  var trainer: [UInt8] = []

  init(_ pieces: [(String, Float, UInt64?)] = Self.usual) {
    self.pieces = pieces.map { (Array($0.0.utf8), $0.1, $0.2) }
  }

  static let usual: [(String, Float, UInt64?)] = [
    ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("<0x0A>", 0, 6), ("\u{2581}a", -1.5, nil), ("b", -2.25, 1),
    ("user", 0, 4), ("gone", 0, 5),
  ]

  var bytes: [UInt8] {
    var model = ProtobufBuilder()
    for (text, score, type) in pieces {
      var piece = ProtobufBuilder()
      piece.message(1, text)
      piece.float(2, score)
      if let type { piece.varint(3, type) }
      model.message(1, piece.bytes)
    }
    if !trainer.isEmpty { model.message(2, trainer) }
    if !normalizer.isEmpty { model.message(3, normalizer) }
    return model.bytes
  }

  func files(_ others: [String: String] = [:], name: String = "tokenizer.model") -> TokenizerFiles {
    TokenizerFiles(others.mapValues { Array($0.utf8) }.merging([name: bytes]) { $1 })
  }
}

/// What becomes of files, by the keys without `tokenizer.ggml.` in front.
func metadata(
  _ files: TokenizerFiles, _ style: VocabularyStyle, size: Int? = nil, pre: String? = nil, types: UInt32? = nil
) throws -> [String: GGUFValue] {
  let options = TokenizerOptions(style: style, vocabularySize: size, preTokenizer: pre, tokenTypeCount: types)
  let entries = try TokenizerMetadata(files, options).entries
  return Dictionary(
    uniqueKeysWithValues: entries.map {
      (String($0.key.dropFirst($0.key.hasPrefix("tokenizer.ggml.") ? 15 : 10)), $0.value)
    }
  )
}

/// Which rule files break.
func broken(
  _ files: TokenizerFiles, _ style: VocabularyStyle, size: Int? = nil, pre: String? = nil
) -> Outcome<TokenizerError> {
  outcome { _ = try metadata(files, style, size: size, pre: pre) }
}

extension GGUFValue {
  var strings: [String]? { if case .array(let array) = self { array.compactMap(\.text) } else { nil } }
  var integers: [Int]? { if case .array(let array) = self { array.compactMap(\.integer) } else { nil } }
  var floats: [Float]? {
    guard case .array(let array) = self else { return nil }
    return array.compactMap { if case .float32(let value) = $0 { value } else { nil } }
  }
}
