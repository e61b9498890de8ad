internal import TensorCore

/// XXH64 of bytes that come piece by piece: the 64-bit hash of Yann Collet's xxHash
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). It finds accidents; it is no protection against
/// anybody who means to deceive.
public struct XXH64: Sendable {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
  /// The four lanes each take eight bytes of a stripe.
  private static let stripeBytes = 32

  private typealias Lanes = (UInt64, UInt64, UInt64, UInt64)

  private let seed: UInt64
  private var lanes: Lanes
  /// The bytes behind the last whole stripe.
  private var rest: [UInt8] = []
  private var length: UInt64 = 0

  public init(seed: UInt64 = 0) {
    self.seed = seed
    lanes = (seed &+ Self.prime1 &+ Self.prime2, seed &+ Self.prime2, seed, seed &- Self.prime1)
  }

  public mutating func update(_ bytes: Span<UInt8>) {
    length &+= UInt64(bytes.count)
    var lanes = lanes
    defer { self.lanes = lanes }
    var start = 0
    if !rest.isEmpty {
      while start < bytes.count, rest.count < Self.stripeBytes {
        rest.append(bytes[start])
        start += 1
      }
      guard rest.count == Self.stripeBytes else { return }
      Self.consume(rest.span, from: 0, into: &lanes)
      rest.removeAll(keepingCapacity: true)
    }
    for index in Self.consume(bytes, from: start, into: &lanes)..<bytes.count { rest.append(bytes[index]) }
  }

  /// The hash of all that came.
  public func value() -> UInt64 {
    var hash = length < Self.stripeBytes ? seed &+ Self.prime5 : merged()
    hash &+= length
    let rest = rest.span
    var at = 0
    while at + 8 <= rest.count {
      hash ^= Self.round(0, rest.load(UInt64.self, at: at))
      hash = Self.rotated(hash, 27) &* Self.prime1 &+ Self.prime4
      at += 8
    }
    if at + 4 <= rest.count {
      hash ^= UInt64(rest.load(UInt32.self, at: at)) &* Self.prime1
      hash = Self.rotated(hash, 23) &* Self.prime2 &+ Self.prime3
      at += 4
    }
    while at < rest.count {
      hash ^= UInt64(rest[at]) &* Self.prime5
      hash = Self.rotated(hash, 11) &* Self.prime1
      at += 1
    }
    hash = (hash ^ (hash >> 33)) &* Self.prime2
    hash = (hash ^ (hash >> 29)) &* Self.prime3
    return hash ^ (hash >> 32)
  }

  /// The 8 bytes of the hash of all that came, the most significant first.
  public func digest() -> [UInt8] {
    let value = value()
    return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
  }

  private func merged() -> UInt64 {
    var hash = Self.rotated(lanes.0, 1) &+ Self.rotated(lanes.1, 7)
    hash = hash &+ Self.rotated(lanes.2, 12) &+ Self.rotated(lanes.3, 18)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
      hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
    }
    return hash
  }

  /// Takes the whole stripes of `bytes` from `start` on; returns where the first that is not whole begins.
  @discardableResult
  private static func consume(_ bytes: Span<UInt8>, from start: Int, into lanes: inout Lanes) -> Int {
    var (at, (a, b, c, d)) = (start, lanes)
    while at + stripeBytes <= bytes.count {
      a = round(a, bytes.load(UInt64.self, at: at))
      b = round(b, bytes.load(UInt64.self, at: at + 8))
      c = round(c, bytes.load(UInt64.self, at: at + 16))
      d = round(d, bytes.load(UInt64.self, at: at + 24))
      at += stripeBytes
    }
    lanes = (a, b, c, d)
    return at
  }

  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotated(lane &+ input &* prime2, 31) &* prime1
  }

  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value << count | value >> (64 - count)
  }
}
