internal import GGUF
internal import TensorCore

/// The tokens of a vocabulary, to be found by their bytes.
///
/// A table of its own, over the bytes that the metadata holds already: a vocabulary of 262,144 strings is neither copied
/// nor made into as many objects. Hashes are seeded anew in each process, so that no file can be made of tokens that
/// collide; nothing that is found depends on them.
struct TokenTable {
  /// The most tokens that are looked at: eight times the largest vocabulary of a published model.
  static let limit = 1 << 21

  private let bytes: [UInt8]
  private var starts: [UInt32] = []
  private var ends: [UInt32] = []
  /// The number of a token and 1, or 0 where the slot is free; a power of two of them, at most half in use.
  private var slots: [UInt32]
  private let seed: UInt64

  /// Tokens that stand in the vocabulary before, and the first of them with the earlier one.
  private(set) var duplicates: (count: Int, first: (earlier: Int, later: Int))?

  /// nil for what is no array of strings, has more than ``limit`` of them, or more bytes than a header.
  init?(_ tokens: GGUFArray) {
    guard tokens.elementType == .string, tokens.count <= Self.limit, UInt32(exactly: tokens.bytes.count) != nil else {
      return nil
    }
    bytes = tokens.bytes
    seed = UInt64(bitPattern: Int64(Hasher().finalize()))
    var size = 16
    while size < 2 * tokens.count { size *= 2 }
    slots = Array(repeating: 0, count: size)
    starts.reserveCapacity(tokens.count)
    ends.reserveCapacity(tokens.count)
    var (starts, ends) = (starts, ends)
    tokens.forEachString { range in
      starts.append(UInt32(range.lowerBound))
      ends.append(UInt32(range.upperBound))
    }
    (self.starts, self.ends) = (starts, ends)
    for token in 0..<starts.count { insert(token) }
  }

  var count: Int { starts.count }

  func range(_ token: Int) -> Range<Int> { Int(starts[token])..<Int(ends[token]) }

  func text(_ token: Int) -> String { String(decoding: bytes[range(token)], as: UTF8.self) }

  /// Tokens without a character are no duplicates of each other: llama.cpp gives each a name of its own.
  private mutating func insert(_ token: Int) {
    let range = range(token)
    guard !range.isEmpty else { return }
    let (slot, found) = place(bytes, range)
    if let found {
      duplicates = ((duplicates?.count ?? 0) + 1, duplicates?.first ?? (found, token))
    } else {
      slots[slot] = UInt32(token) + 1
    }
  }

  /// Whether these bytes of `other` are a token.
  func contains(_ other: [UInt8], _ range: Range<Int>) -> Bool { place(other, range).token != nil }

  private func place(_ other: [UInt8], _ range: Range<Int>) -> (slot: Int, token: Int?) {
    let (own, text) = (bytes.span, other.span)
    var slot = Int(truncatingIfNeeded: Self.hash(text, range, seed)) & (slots.count - 1)
    while slots[slot] != 0 {
      let token = Int(slots[slot]) - 1
      if Self.areEqual(own, self.range(token), text, range) { return (slot, token) }
      slot = (slot + 1) & (slots.count - 1)
    }
    return (slot, nil)
  }

  private static func areEqual(
    _ a: Span<UInt8>, _ range: Range<Int>, _ b: Span<UInt8>, _ other: Range<Int>
  ) -> Bool {
    guard range.count == other.count else { return false }
    var (i, j) = (range.lowerBound, other.lowerBound)
    while range.upperBound - i >= 8 {
      guard a.load(UInt64.self, at: i) == b.load(UInt64.self, at: j) else { return false }
      (i, j) = (i + 8, j + 8)
    }
    while i < range.upperBound {
      guard a[i] == b[j] else { return false }
      (i, j) = (i + 1, j + 1)
    }
    return true
  }

  /// Eight bytes at a time, each folded from a product of 128 bits.
  private static func hash(_ text: Span<UInt8>, _ range: Range<Int>, _ seed: UInt64) -> UInt64 {
    var state = mix(seed ^ UInt64(range.count))
    var at = range.lowerBound
    while range.upperBound - at >= 8 {
      state = mix(state ^ text.load(UInt64.self, at: at))
      at += 8
    }
    var rest: UInt64 = 0
    while at < range.upperBound {
      rest = rest << 8 | UInt64(text[at])
      at += 1
    }
    return mix(state ^ rest ^ seed)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

extension ValidatedModel {
  /// `tokenizer.ggml.tokens`, where it is an array of strings.
  var tokens: GGUFArray? {
    guard isGGUF, case .array(let array)? = metadata["tokenizer.ggml.tokens"], array.elementType == .string else {
      return nil
    }
    return array
  }

  /// An array of the tokenizer.
  func tokenizerArray(_ name: String) -> GGUFArray? {
    if case .array(let array)? = metadata["tokenizer.ggml.\(name)"] { array } else { nil }
  }

  var tokenizerModel: String? { metadata.string("tokenizer.ggml.model") }
}
