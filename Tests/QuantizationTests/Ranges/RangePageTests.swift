import Quantization
import TensorCore
import TestSupport
import Testing

/// A block of formats/ranges.md: a row, and what a method makes of it.
struct RangeExample: Sendable, CustomStringConvertible {
  let type: String
  let method: String
  let percentile: Float?
  let weights: [Float]
  let importance: [Float]?
  let blocks: [UInt8]
  let decoded: [Float]
  let description: String

  static func all() throws -> [RangeExample] {
    try FormatPage("ranges.md").blocks("range").map { block in
      RangeExample(
        type: try block.value("type"), method: try block.value("method"),
        percentile: block.values("percentile").isEmpty ? nil : try block.weights("percentile").first,
        weights: try block.weights("weights"),
        importance: block.values("importance").isEmpty ? nil : try block.weights("importance"),
        blocks: try block.bytes("blocks"), decoded: try block.weights("decoded"),
        description: "ranges.md:\(block.line)")
    }
  }

  func selection() throws -> RangeSelection {
    if let percentile { return .percentile(try #require(Percentile(percentile))) }
    return try #require([RangeSelection.minMax, .leastError, .entropy].first { $0.name == method })
  }
}

@Suite("The worked examples in formats/ranges.md")
struct RangePageTests {
  @Test("There are some")
  func areThere() throws { #expect(try RangeExample.all().count >= 5) }

  @Test("Weights become the blocks", arguments: try RangeExample.all())
  func example(_ example: RangeExample) throws {
    let codec = try #require(ElementType(named: example.type)?.rangeCodec)
    let selection = try example.selection()
    #expect(selection.name == example.method)
    try #require(example.weights.count % codec.elementType.blockLength == 0)
    let blocks =
      if let importance = example.importance {
        codec.blocks(row: example.weights, importance: importance, by: selection)
      } else {
        codec.blocks(example.weights, by: selection, columns: example.weights.count)
      }
    #expect(blocks == example.blocks)
    #expect(codec.weights(of: blocks) == example.decoded)
  }

  @Test("The table of types is that of the code")
  func types() throws {
    let rows = try FormatPage("ranges.md").table(headedBy: ["type", "scheme", "values"])
    #expect(Set(rows.compactMap { ElementType(named: $0[0]) }) == Set(RangeMethodTests.types))
    for row in rows {
      let scheme = try #require(ElementType(named: row[0])?.rangeCodec?.rangeScheme)
      let (name, bits) =
        switch scheme {
        case .symmetric(let bits): ("symmetric", bits)
        case .affine(let bits): ("affine", bits)
        }
      #expect(row[1] == name && row[3] == "\(1 << (bits - 1))")
    }
  }
}
