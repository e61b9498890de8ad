import KernelComparison
import TensorCore
import TestSupport

/// Writes the bytes of cases: as ``FuzzCase`` reads them, and more often than chance would with few kinds of weights, so
/// that whole blocks are of one kind.
struct Generator {
  let types: [ElementType]

  /// Case `number` of a seed.
  func bytes(seed: UInt64, number: Int) -> [UInt8] {
    var random = SeededGenerator(seed: seed &+ UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
    var bytes = [FuzzCase.key(types[number % types.count]), random.byte()]
    for _ in 0..<4 { bytes.append(random.byte()) }
    bytes.append(random.byte())
    bytes.append(exponent(&random))
    let kinds = (0...Int.random(in: 0...2, using: &random)).map { _ in random.byte() & 7 }
    for _ in 0..<random.pick([0, 1, 2, 5, 20, 60]) {
      let what = random.next() % 8 == 0 ? random.byte() & 7 : random.pick(kinds)
      command(what, &random, &bytes)
    }
    return bytes
  }

  private func command(_ what: UInt8, _ random: inout SeededGenerator, _ bytes: inout [UInt8]) {
    let length = random.pick([0, 3, 7, 15, 31, random.byte() >> 3])
    bytes.append(what | length << 3)
    switch what {
    case 1, 6: float(&random, &bytes)
    case 2: bytes.append(exponent(&random))
    case 3:
      bytes.append(exponent(&random))
      bytes += random.bytes(Int(length) + 1)
    case 5:
      float(&random, &bytes)
      float(&random, &bytes)
    case 0: for _ in 0...length { float(&random, &bytes) }
    case 4: bytes += random.bytes(Int(length) + 1)
    default: bytes += random.bytes(2 * (Int(length) + 1))
    }
  }

  /// Mostly of usual sizes.
  private func exponent(_ random: inout SeededGenerator) -> UInt8 {
    random.next() % 4 == 0 ? random.byte() : UInt8(bitPattern: Int8.random(in: -12...6, using: &random))
  }

  private func float(_ random: inout SeededGenerator, _ bytes: inout [UInt8]) {
    var bits = UInt32(truncatingIfNeeded: random.next())
    if random.next() % 4 != 0 { bits = bits & 0x807F_FFFF | UInt32.random(in: 110...140, using: &random) << 23 }
    // Few significant digits make ties.
    if random.next() % 2 == 0 { bits &= 0xFFF0_0000 }
    for i in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(8 * i))) }
  }
}

extension SeededGenerator {
  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 32) }
}

/// A shorter case that still fails: what can be left out, in ever smaller pieces.
func shortened(_ bytes: [UInt8], while fails: ([UInt8]) -> Bool) -> [UInt8] {
  var best = bytes
  var size = best.count / 2
  while size > 0 {
    var start = 0
    while start < best.count {
      var shorter = best
      shorter.removeSubrange(start..<min(start + size, best.count))
      if fails(shorter) { best = shorter } else { start += size }
    }
    size /= 2
  }
  return best
}
