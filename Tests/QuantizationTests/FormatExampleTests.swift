import Quantization
import TensorCore
import TestSupport
import Testing

/// What the pages in formats/ show is what the codecs do.
@Suite("The worked examples in formats/")
struct FormatExampleTests {
  @Test("Weights become the block, and the block the weights", arguments: try CodecExample.all())
  func example(_ example: CodecExample) throws {
    let codec = try #require(ElementType(named: example.type)?.codec)
    #expect(example.weights.count == codec.elementType.blockLength)
    if let importance = example.importance {
      let weighted = try #require(codec as? any ImportanceCodec.Type)
      try #require(importance.count == example.weights.count)
      #expect(weighted.blocks(of: example.weights, importance: importance) == example.block)
    } else {
      #expect(codec.blocks(of: example.weights) == example.block)
    }
    try #require(example.block.count == codec.elementType.blockBytes)
    #expect(bits(codec.weights(of: example.block)) == bits(example.decoded))
  }

  @Test(
    "Every type has its examples",
    arguments: [
      ("F32", 2), ("F16", 8), ("BF16", 6), ("Q4_0", 5), ("Q4_1", 7), ("Q5_0", 5), ("Q5_1", 5), ("Q8_0", 5), ("Q2_K", 5),
      ("Q3_K", 4), ("Q4_K", 5), ("Q5_K", 5), ("Q6_K", 5), ("IQ4_NL", 5), ("IQ4_XS", 3), ("TQ1_0", 4), ("TQ2_0", 4),
      ("MXFP4", 8), ("NVFP4", 4), ("Q1_0", 4), ("Q2_0", 4), ("NF4", 5),
    ])
  func count(type: String, atLeast minimum: Int) throws {
    #expect(try CodecExample.all().count { $0.type == type } >= minimum)
  }

  @Test("Every type that takes importance has an example with it", arguments: importanceTypes)
  func isShownWithImportance(_ type: ElementType) throws {
    #expect(try CodecExample.all().contains { $0.type == type.name && $0.importance != nil })
  }

  @Test("Every type that is written has an example", arguments: encodedTypes)
  func isShown(_ type: ElementType) throws {
    #expect(try CodecExample.all().contains { $0.type == type.name })
  }

  @Test("The table of 8-bit floats in float.md", arguments: [(ElementType.f8_E4M3, 2), (.f8_E5M2, 4), (.f8_E8M0, 6)])
  func eightBitFloats(type: ElementType, column: Int) throws {
    let decoder = try #require(type.decoder)
    let rows = try FormatPage("float.md").table(headedBy: ["byte", "F8_E4M3", "as F32"])
    #expect(rows.count >= 12)
    for row in rows {
      let byte = try #require(UInt8(row[0], radix: 16))
      let decoded = decoder.weights(of: [byte])[0]
      if row[column - 1] == "NaN" {
        #expect(decoded.isNaN, "byte \(row[0])")
      } else {
        let expected = try #require(UInt32(row[column], radix: 16), "byte \(row[0])")
        #expect(decoded.bitPattern == expected, "byte \(row[0])")
      }
    }
  }

  @Test("The table of values in iq4.md")
  func nonLinearValues() throws {
    let rows = try FormatPage("iq4.md").table(headedBy: ["code", "value", "", "code"])
    try #require(rows.count == 4)
    for cells in rows {
      for column in stride(from: 0, to: 12, by: 3) {
        let code = try #require(UInt8(cells[column]))
        // The scale 1.
        let block = [0x00, 0x3C] + Array(repeating: code << 4 | code, count: 16)
        #expect(IQ4_NLCodec.weights(of: block) == Array(repeating: try #require(Float(cells[column + 1])), count: 32))
      }
    }
  }

  @Test("The table of NF4 in nf4.md")
  func normalFloatTable() throws {
    let rows = try FormatPage("nf4.md").table(headedBy: ["code", "value", "F32 bits"])
    try #require(rows.count == 16)
    for (code, row) in rows.enumerated() {
      #expect(Int(row[0]) == code)
      #expect(Float(row[1]) == NF4Codec.table[code])
      #expect(UInt32(row[2], radix: 16) == NF4Codec.table[code].bitPattern)
      guard code < 15 else { continue }
      // The decimals are those in print: some are nearest to the threshold only when they are read as binary64 first.
      #expect(Double(row[3]).map { Float($0) } == NF4Codec.thresholds[code])
      #expect(UInt32(row[4], radix: 16) == NF4Codec.thresholds[code].bitPattern)
    }
  }
}
