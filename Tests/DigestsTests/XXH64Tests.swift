import Digests
import TensorCore
import TestSupport
import Testing

@Suite("XXH64")
struct XXH64Tests {
  private static let prime32: UInt64 = 2_654_435_761

  /// The buffer of xxHash's own sanity check.
  private static func sanityBytes(_ count: Int) -> [UInt8] {
    var generator = prime32
    return (0..<count).map { _ in
      defer { generator &*= 11_400_714_785_074_694_797 }
      return UInt8(truncatingIfNeeded: generator >> 56)
    }
  }

  private func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
    var hash = XXH64(seed: seed)
    hash.update(bytes.span)
    return hash.value()
  }

  @Test(
    "The vectors of xxHash's sanity check, with and without a seed",
    arguments: [
      (0, 0, 0xef46_db37_51d8_e999), (0, prime32, 0xac75_fda2_929b_17ef),
      (1, 0, 0xe934_a84a_db05_2768), (1, prime32, 0x5014_6076_43a9_b4c3),
      (4, 0, 0x9136_a0dc_a574_57ee), (4, prime32, 0xcaab_286b_d8e9_fdb5),
      (14, 0, 0x8282_dcc4_994e_35c8), (14, prime32, 0xc3bd_6bf6_3deb_6df0),
      (222, 0, 0xb641_ae8c_b691_c174), (222, prime32, 0x20cb_8ab7_ae10_c14a),
    ] as [(Int, UInt64, UInt64)])
  func vectors(count: Int, seed: UInt64, expected: UInt64) {
    #expect(hash(Self.sanityBytes(count), seed: seed) == expected)
  }

  @Test("Text has the digest that other programs print, its most significant byte first")
  func text() {
    #expect("\(DigestAlgorithm.xxh64.digest(of: Array("abc".utf8)))" == "44bc2cf5ad770999")
    #expect("\(DigestAlgorithm.xxh64.digest(of: []))" == "ef46db3751d8e999")
  }

  @Test("Every length from 0 to 100 has the hash that the specification's steps give, in one piece and in two")
  func lengths() {
    var generator = SeededGenerator(seed: 64)
    for length in 0...100 {
      let bytes = generator.bytes(length)
      let expected = reference(bytes)
      #expect(hash(bytes) == expected, "length \(length), seed \(generator.seed)")
      for cut in 0...length {
        var hash = XXH64()
        let (first, second) = (Array(bytes[..<cut]), Array(bytes[cut...]))
        hash.update(first.span)
        hash.update(second.span)
        #expect(hash.value() == expected, "length \(length), cut at \(cut), seed \(generator.seed)")
      }
    }
  }

  @Test("Many pieces of any size have the hash of the whole")
  func pieces() {
    var generator = SeededGenerator(seed: 65)
    for round in 0..<50 {
      let bytes = generator.bytes(1000)
      var hash = XXH64()
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 0...70, using: &generator))
        let piece = Array(bytes[start..<end])
        hash.update(piece.span)
        start = end
      }
      #expect(hash.value() == reference(bytes), "round \(round), seed \(generator.seed)")
    }
  }

  /// The steps of xxhash_spec.md, word for word, over the whole message at once and byte by byte.
  private func reference(_ bytes: [UInt8]) -> UInt64 {
    let primes: [UInt64] = [
      0, 11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 1_609_587_929_392_839_161,
      9_650_029_242_287_828_579, 2_870_177_450_012_600_261,
    ]
    func word(_ at: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
    }
    func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
    func round(_ lane: UInt64, _ word: UInt64) -> UInt64 { rotated(lane &+ word &* primes[2], 31) &* primes[1] }
    var at = 0
    var value = primes[5]
    if bytes.count >= 32 {
      var lanes = [primes[1] &+ primes[2], primes[2], 0, 0 &- primes[1]]
      while at + 32 <= bytes.count {
        for lane in 0..<4 { lanes[lane] = round(lanes[lane], word(at + 8 * lane, 8)) }
        at += 32
      }
      value = 0
      for (lane, count) in zip(lanes, [1, 7, 12, 18] as [UInt64]) { value &+= rotated(lane, count) }
      for lane in lanes { value = (value ^ round(0, lane)) &* primes[1] &+ primes[4] }
    }
    value &+= UInt64(bytes.count)
    while at + 8 <= bytes.count {
      value = rotated(value ^ round(0, word(at, 8)), 27) &* primes[1] &+ primes[4]
      at += 8
    }
    if at + 4 <= bytes.count {
      value = rotated(value ^ word(at, 4) &* primes[1], 23) &* primes[2] &+ primes[3]
      at += 4
    }
    while at < bytes.count {
      value = rotated(value ^ word(at, 1) &* primes[5], 11) &* primes[1]
      at += 1
    }
    value = (value ^ value >> 33) &* primes[2]
    value = (value ^ value >> 29) &* primes[3]
    return value ^ value >> 32
  }
}

@Suite("Digests")
struct DigestTests {
  @Test("A digest is read from hexadecimal digits in either case, and from nothing else")
  func hexadecimal() {
    #expect(Digest(.xxh64, hexadecimal: "44BC2cf5ad770999")?.description == "44bc2cf5ad770999")
    for text in [
      "", "44bc2cf5ad77099", "44bc2cf5ad7709990", "44bc2cf5ad77099g", "４4bc2cf5ad770999", " 4bc2cf5ad770999",
    ] {
      #expect(Digest(.xxh64, hexadecimal: text) == nil, "\(text)")
    }
    #expect(Digest(.sha256, hexadecimal: "44bc2cf5ad770999") == nil)
  }

  @Test("Digests by different functions differ", arguments: DigestAlgorithm.allCases)
  func algorithms(_ algorithm: DigestAlgorithm) {
    let digest = algorithm.digest(of: [1, 2, 3])
    #expect(digest.algorithm == algorithm)
    #expect(digest.bytes.count == algorithm.digestBytes)
    #expect(Digest(algorithm, hexadecimal: digest.description) == digest)
  }
}
