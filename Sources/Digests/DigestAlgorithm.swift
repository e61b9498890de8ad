/// The hash functions of digests, the stronger first.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
  /// FIPS 180-4. Nobody can make other bytes with the same digest.
  case sha256
  /// xxHash's 64-bit hash with the seed 0: as fast as memory, and only good against accidents.
  case xxh64

  /// Bytes of a digest.
  public var digestBytes: Int {
    switch self {
    case .sha256: 32
    case .xxh64: 8
    }
  }

  /// The digest of a message.
  public func digest(of message: [UInt8]) -> Digest {
    var digester = Digester(self)
    digester.update(message.span)
    return digester.digest()
  }
}

/// What a hash function makes of bytes.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
  public let algorithm: DigestAlgorithm
  /// As many as the algorithm's ``DigestAlgorithm/digestBytes``.
  public let bytes: [UInt8]

  fileprivate init(_ algorithm: DigestAlgorithm, _ bytes: [UInt8]) {
    self.algorithm = algorithm
    self.bytes = bytes
  }

  /// A digest as two hexadecimal digits a byte, in either case; nil for anything else.
  public init?(_ algorithm: DigestAlgorithm, hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count == 2 * algorithm.digestBytes else { return nil }
    self.algorithm = algorithm
    bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// Two lower-case hexadecimal digits a byte.
  public var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// Digests bytes that come piece by piece.
public struct Digester: Sendable {
  private enum State {
    case sha256(SHA256)
    case xxh64(XXH64)
  }

  private var state: State

  public init(_ algorithm: DigestAlgorithm) {
    state =
      switch algorithm {
      case .sha256: .sha256(SHA256())
      case .xxh64: .xxh64(XXH64())
      }
  }

  public mutating func update(_ bytes: Span<UInt8>) {
    switch state {
    case .sha256(var hash):
      hash.update(bytes)
      state = .sha256(hash)
    case .xxh64(var hash):
      hash.update(bytes)
      state = .xxh64(hash)
    }
  }

  /// The digest of all that came.
  public func digest() -> Digest {
    switch state {
    case .sha256(let hash): Digest(.sha256, hash.digest())
    case .xxh64(let hash): Digest(.xxh64, hash.digest())
    }
  }
}
