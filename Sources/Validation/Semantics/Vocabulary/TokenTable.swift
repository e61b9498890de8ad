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
  private let starts: [UInt32]
  private let ends: [UInt32]
  /// Below 2^32 the number of a token and 1, or 0 where the slot is free; above it a part of the token's hash, so that
  /// tokens are seldom looked at in vain. A power of two of them, at most half in use.
  private let slots: [UInt64]
  private let seed: UInt64

  /// Tokens that stand in the vocabulary before, and the first of them with the earlier one.
  let duplicates: (count: Int, first: (earlier: Int, later: Int))?

  /// nil for what is no array of strings, has more than ``limit`` of them, or more bytes than a header.
  init?(_ tokens: GGUFArray) {
    guard tokens.elementType == .string, tokens.count <= Self.limit, UInt32(exactly: tokens.bytes.count) != nil else {
      return nil
    }
    let (bytes, seed) = (tokens.bytes, UInt64(bitPattern: Int64(Hasher().finalize())))
    var size = 16
    while size < 2 * tokens.count { size *= 2 }
    var (first, behind): ([UInt32], [UInt32]) = ([], [])
    first.reserveCapacity(tokens.count)
    behind.reserveCapacity(tokens.count)
    tokens.forEachString { range in
      first.append(UInt32(range.lowerBound))
      behind.append(UInt32(range.upperBound))
    }
    var slots = [UInt64](repeating: 0, count: size)
    var span = slots.mutableSpan
    duplicates = Self.fill(&span, bytes.span, first.span, behind.span, seed)
    (self.bytes, self.seed, self.slots, starts, ends) = (bytes, seed, slots, first, behind)
  }

  var count: Int { starts.count }

  func range(_ token: Int) -> Range<Int> { Int(starts[token])..<Int(ends[token]) }

  func text(_ token: Int) -> String { String(decoding: bytes[range(token)], as: UTF8.self) }

  /// Enters every token; tells which stood before.
  ///
  /// Tokens without a character are no duplicates of each other: llama.cpp gives each a name of its own.
  private static func fill(
    _ slots: inout MutableSpan<UInt64>, _ bytes: Span<UInt8>, _ starts: Span<UInt32>, _ ends: Span<UInt32>,
    _ seed: UInt64
  ) -> (count: Int, first: (earlier: Int, later: Int))? {
    var (count, first): (Int, (earlier: Int, later: Int)) = (0, (0, 0))
    for token in 0..<starts.count where starts[token] < ends[token] {
      let range = Int(starts[token])..<Int(ends[token])
      let hash = hash(bytes, range, seed)
      let (slot, found) = place(slots.span, bytes, starts, ends, bytes, range, hash)
      if let found {
        if count == 0 { first = (found, token) }
        count += 1
      } else {
        slots[slot] = hash & ~tokenBits | (UInt64(token) + 1)
      }
    }
    return count == 0 ? nil : (count, first)
  }

  /// Whether these bytes of `other` are a token.
  func contains(_ other: [UInt8], _ range: Range<Int>) -> Bool {
    let text = other.span
    let hash = Self.hash(text, range, seed)
    return Self.place(slots.span, bytes.span, starts.span, ends.span, text, range, hash).token != nil
  }

  private static let tokenBits: UInt64 = 0xFFFF_FFFF

  /// Where a text is, or would be entered.
  private static func place(
    _ slots: Span<UInt64>, _ bytes: Span<UInt8>, _ starts: Span<UInt32>, _ ends: Span<UInt32>, _ text: Span<UInt8>,
    _ range: Range<Int>, _ hash: UInt64
  ) -> (slot: Int, token: Int?) {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] & ~tokenBits == hash & ~tokenBits {
        let token = Int(slots[slot] & tokenBits) - 1
        if areEqual(bytes, Int(starts[token])..<Int(ends[token]), text, range) { return (slot, token) }
      }
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
