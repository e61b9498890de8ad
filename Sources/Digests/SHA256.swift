internal import Crypto

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
public struct SHA256: Sendable {
  private var hash = Crypto.SHA256()

  public init() {}

  public mutating func update(_ bytes: Span<UInt8>) {
    // Safe: the hash reads the bytes within the closure only.
    unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
  }

  /// The 32 bytes of the hash of all that came.
  public func digest() -> [UInt8] { Array(hash.finalize()) }

  /// The 32 bytes of the hash of a message.
  public static func digest(of message: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(message.span)
    return hash.digest()
  }
}
