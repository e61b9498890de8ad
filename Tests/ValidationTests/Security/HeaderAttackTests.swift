import GGUF
import ParserChecks
import Safetensors
import TestSupport
import Testing

/// Samples of which a byte is changed or the end is missing, anywhere. `make mutations` does more of it with real models.
@Suite("Headers that are changed or cut off")
struct HeaderAttackTests {
  static let samples = [
    "v3-little.gguf", "v2-little.gguf", "v3-big.gguf", "tiny-model.gguf", "dtypes.safetensors", "names.safetensors",
    "tiny-f32.safetensors",
  ]

  private static func attack(_ sample: String) throws -> HeaderAttack {
    let bytes = try Repository.bytes("samples/valid/\(sample)")
    let path = Repository.path("samples/valid/\(sample)")
    let isGGUF = sample.hasSuffix(".gguf")
    let start = isGGUF ? try GGUFFile(path: path).dataStart : try SafetensorsFile(path: path).dataStart
    return HeaderAttack(
      isGGUF ? .gguf : .safetensors, header: Array(bytes[..<start]), data: Array(bytes[start...]), size: bytes.count)
  }

  @Test("a header that is cut off at any byte, and data at every 4 KiB, are answered", arguments: samples)
  func cut(_ sample: String) throws {
    let attack = try Self.attack(sample)
    attack.leave()
    for size in stride(from: attack.size - 1, through: attack.header.count, by: -4096) { attack.cut(to: size) }
    // The rules see each eighth only: without optimization they take a millisecond.
    for size in (0..<attack.header.count).reversed() { attack.cut(to: size, validates: size % 8 == 0) }
    #expect(attack.broken.isEmpty, "\(attack.broken)")
    #expect(attack.count > attack.header.count)
  }

  @Test("a header with any byte changed is answered", arguments: samples)
  func change(_ sample: String) throws {
    let attack = try Self.attack(sample)
    var generator = SeededGenerator(seed: 701)
    for offset in attack.header.indices {
      let others = [0, 0xFF, attack.header[offset] ^ 1 << UInt8.random(in: 0...7, using: &generator)]
      attack.change(offset, to: generator.pick(others), validates: offset % 8 == 0)
    }
    // At some places, whatever a byte can be.
    for _ in 0..<8 {
      let offset = Int.random(in: attack.header.indices, using: &generator)
      for byte in UInt8.min...UInt8.max { attack.change(offset, to: byte, validates: byte % 16 == 0) }
    }
    #expect(attack.broken.isEmpty, "seed \(generator.seed): \(attack.broken)")
  }
}
