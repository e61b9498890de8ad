import Quantization
import TensorCore
import TestSupport
import Testing

/// samples/golden holds what ggml (for NF4, bitsandbytes) writes; its README says how it was made.
@Suite("ggml's own blocks")
struct GoldenTests {
  /// Every type that is written, but F32, which has nothing to compare.
  static let types = encodedTypes.filter { $0 != .f32 }
  /// ggml's blocks of subnormal weights are undefined behaviour in the others.
  static let typesDefinedForSubnormals = types.filter { ![.q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .mxfp4].contains($0) }

  /// Weights, and the name of their distribution.
  struct Sample {
    let name: String
    let weights: [Float]
    let blocks: [UInt8]
  }

  @Test("Every weight of every distribution becomes the same bytes", arguments: types)
  func blocks(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    for sample in try Self.samples(type) {
      let ours = codec.blocks(of: sample.weights)
      let different = firstDifference(ours, sample.blocks)
      #expect(different == nil, "\(sample.name): block \((different ?? 0) / type.blockBytes)")
    }
  }

  @Test("The blocks decode to the same bits", arguments: types)
  func decoded(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    let checksums = try Self.decodedChecksums(type)
    let samples = try Self.samples(type)
    #expect(Set(samples.map(\.name)) == Set(checksums.keys))
    for sample in samples {
      var bytes: [UInt8] = []
      for weight in codec.weights(of: sample.blocks) { bytes.append(littleEndian: weight.bitPattern) }
      #expect(crc32(bytes) == checksums[sample.name], "\(sample.name)")
    }
  }

  static func samples(_ type: ElementType) throws -> [Sample] {
    let names = try text("distributions.txt").split(separator: "\n").map(String.init)
    #expect(names.count >= 16)
    let weights = try floats("weights.f32")
    let blocks = try Repository.bytes("samples/golden/\(type.name).blocks")
    let (count, bytes) = (weights.count / names.count, blocks.count / names.count)
    #expect(count >= 1024 && count * names.count == weights.count)
    var samples = names.enumerated().map { index, name in
      Sample(
        name: name, weights: Array(weights[(index * count)..<((index + 1) * count)]),
        blocks: Array(blocks[(index * bytes)..<((index + 1) * bytes)]))
    }
    if typesDefinedForSubnormals.contains(type) {
      samples.append(
        Sample(
          name: "f32_subnormal", weights: try floats("f32_subnormal.f32"),
          blocks: try Repository.bytes("samples/golden/f32_subnormal.\(type.name).blocks")))
    }
    return samples
  }

  /// By distribution, from lines `TYPE DISTRIBUTION CHECKSUM`.
  private static func decodedChecksums(_ type: ElementType) throws -> [String: UInt32] {
    var checksums: [String: UInt32] = [:]
    for line in try text("decoded.txt").split(separator: "\n") {
      let words = line.split(separator: " ")
      try #require(words.count == 3)
      if words[0] == type.name { checksums[String(words[1])] = UInt32(words[2], radix: 16) }
    }
    return checksums
  }

  /// Rows of weights with an importance of their columns, as lines `IMPORTANCE DISTRIBUTION` list them.
  @Test("With importance too", arguments: importanceTypes)
  func blocksWithImportance(_ type: ElementType) throws {
    let codec = try #require(type.codec as? any ImportanceCodec.Type)
    let rows = try Self.text("importance.txt").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let distributions = try Self.text("distributions.txt").split(separator: "\n").map(String.init)
    let (weights, importance) = (try Self.floats("weights.f32"), try Self.floats("importance.f32"))
    let blocks = try Repository.bytes("samples/golden/importance.\(type.name).blocks")
    let count = weights.count / distributions.count
    var names: [String] = []
    for row in rows where !names.contains(row[0]) { names.append(row[0]) }
    #expect(rows.count >= 15 && importance.count == names.count * count)
    for (index, row) in rows.enumerated() {
      let ours = codec.blocks(
        of: Self.slice(weights, try #require(distributions.firstIndex(of: row[1])), count),
        importance: Self.slice(importance, try #require(names.firstIndex(of: row[0])), count))
      let different = firstDifference(ours, Self.slice(blocks, index, blocks.count / rows.count))
      #expect(different == nil, "\(row): block \((different ?? 0) / type.blockBytes)")
    }
  }

  private static func slice<Element>(_ all: [Element], _ index: Int, _ count: Int) -> [Element] {
    Array(all[(index * count)..<((index + 1) * count)])
  }

  private static func text(_ name: String) throws -> String {
    String(decoding: try Repository.bytes("samples/golden/" + name), as: UTF8.self)
  }

  private static func floats(_ name: String) throws -> [Float] {
    F32Codec.weights(of: try Repository.bytes("samples/golden/" + name))
  }
}

/// The CRC-32 of zlib: reflected, polynomial 0xEDB88320.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  var remainder: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    remainder ^= UInt32(byte)
    for _ in 0..<8 { remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320 }
  }
  return ~remainder
}
