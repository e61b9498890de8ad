import Quantization
import TensorCore
import TestSupport
import Testing

/// The method `search`: never worse than the reference on any block, and as much better as formats/search.md says.
@Suite("Searching for better blocks")
struct SearchTests {
  static let types = ElementType.allCases.filter { $0.searchCodec != nil }

  @Test("Every type that the page names has it")
  func thereAreFifteen() {
    #expect(
      Set(Self.types) == [
        .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs, .tq1_0, .tq2_0, .nf4,
      ])
  }

  @Test("No block is worse than the reference's", arguments: types, WeightDistribution.allCases)
  func noBlockIsWorse(_ type: ElementType, _ distribution: WeightDistribution) throws {
    let codec = try #require(type.searchCodec)
    let weights = distribution.weights(8 * 256, seed: 191)
    let errors = try Self.errors(codec, weights)
    for (block, (reference, searched)) in zip(errors.reference, errors.searched).enumerated() {
      #expect(searched <= reference, "seed 191, block \(block): \(searched) > \(reference)")
    }
  }

  @Test("Nor where errors count by importance", arguments: types)
  func noBlockIsWorseByImportance(_ type: ElementType) throws {
    let codec = try #require(type.searchCodec)
    let weights = WeightDistribution.gaussian.weights(8 * 256, seed: 192)
    let importance = WeightDistribution.heavyTails.weights(weights.count, seed: 193).map { $0 * $0 }
    let errors = try Self.errors(codec, weights, importance)
    for (block, (reference, searched)) in zip(errors.reference, errors.searched).enumerated() {
      #expect(searched <= reference, "seeds 192 and 193, block \(block): \(searched) > \(reference)")
    }
    #expect(errors.searched.reduce(0, +) < errors.reference.reduce(0, +))
  }

  /// Root mean square errors on Gaussian weights, in percent less than the reference's.
  @Test(
    "Gaussian weights lose less",
    arguments: [
      (.q8_0, 10), (.q4_0, 5), (.q4_1, 9), (.q5_0, 5), (.q5_1, 9), (.q2_K, 10), (.q3_K, 4), (.q4_K, 2.5), (.q5_K, 4),
      (.q6_K, 6), (.iq4_nl, 3), (.iq4_xs, 3), (.tq1_0, 40), (.tq2_0, 40), (.nf4, 9),
    ] as [(ElementType, Double)])
  func gaussian(_ type: ElementType, _ percent: Double) throws {
    let codec = try #require(type.searchCodec)
    let errors = try Self.errors(codec, WeightDistribution.gaussian.weights(64 * 256, seed: 194))
    let ratio = (errors.searched.reduce(0, +) / errors.reference.reduce(0, +)).squareRoot()
    #expect(ratio <= 1 - percent / 100, "seed 194: \((1 - ratio) * 100) %")
  }

  @Test("A block that overflows is the reference's, and refused", arguments: types)
  func overflow(_ type: ElementType) throws {
    let codec = try #require(type.searchCodec)
    var weights = [Float](repeating: 1, count: type.blockLength)
    weights[3] = .greatestFiniteMagnitude
    #expect(codec.searchedBlocks(of: weights) == codec.blocks(of: weights))
  }

  @Test("Zeros stay zeros", arguments: types)
  func zeros(_ type: ElementType) throws {
    let codec = try #require(type.searchCodec)
    let weights = [Float](repeating: 0, count: 2 * type.blockLength)
    #expect(codec.searchedBlocks(of: weights) == codec.blocks(of: weights))
  }

  @Test("Weights that a block holds exactly stay as they are", arguments: [ElementType.tq1_0, .tq2_0])
  func exact(_ type: ElementType) throws {
    let codec = try #require(type.searchCodec)
    let weights = (0..<512).map { Float($0 % 3 - 1) * 0.25 }
    #expect(codec.searchedBlocks(of: weights) == codec.blocks(of: weights))
  }

  // MARK: -

  /// The squared errors of each block, in binary64. The reference's blocks are made by importance where they can be.
  private static func errors(
    _ codec: any SearchCodec.Type, _ weights: [Float], _ importance: [Float]? = nil
  ) throws -> (reference: [Double], searched: [Double]) {
    let reference = codec.referenceBlocks(of: weights, importance: importance)
    let searched = codec.searchedBlocks(of: weights, importance: importance)
    return (
      blockErrors(codec, reference, weights, importance), blockErrors(codec, searched, weights, importance)
    )
  }

  private static func blockErrors(
    _ codec: any SearchCodec.Type, _ blocks: [UInt8], _ weights: [Float], _ importance: [Float]?
  ) -> [Double] {
    let decoded = codec.weights(of: blocks)
    let length = codec.elementType.blockLength
    return stride(from: 0, to: weights.count, by: length).map { start in
      (start..<(start + length)).reduce(0.0) { sum, i in
        let error = Double(decoded[i]) - Double(weights[i])
        return sum + Double(importance?[i] ?? 1) * error * error
      }
    }
  }
}

/// A block of formats/search.md: weights, and what the reference and the search make of them.
struct SearchExample: Sendable {
  let type: String
  let weights: [Float]
  let importance: [Float]?
  let reference: [UInt8]
  let block: [UInt8]

  static func all() throws -> [SearchExample] {
    try FormatPage("search.md").blocks("search").map { block in
      SearchExample(
        type: try block.value("type"), weights: try block.weights("weights"),
        importance: block.values("importance").isEmpty ? nil : try block.weights("importance"),
        reference: try block.bytes("reference"), block: try block.bytes("block"))
    }
  }
}

@Suite("The worked examples in formats/search.md")
struct SearchExampleTests {
  @Test("There are some")
  func areThere() throws { #expect(try SearchExample.all().count >= 3) }

  @Test("Weights become the block", arguments: try SearchExample.all())
  func example(_ example: SearchExample) throws {
    let codec = try #require(ElementType(named: example.type)?.searchCodec)
    #expect(example.weights.count == codec.elementType.blockLength)
    if let importance = example.importance {
      try #require(importance.count == example.weights.count && codec is any ImportanceCodec.Type)
    }
    let reference = codec.referenceBlocks(of: example.weights, importance: example.importance)
    let block = codec.searchedBlocks(of: example.weights, importance: example.importance)
    #expect(reference == example.reference)
    #expect(block == example.block)
  }
}

extension SearchCodec {
  /// What the reference makes of one row: by importance where it is given and the codec takes it.
  fileprivate static func referenceBlocks(of row: [Float], importance: [Float]?) -> [UInt8] {
    guard let importance, let codec = self as? any ImportanceCodec.Type else { return blocks(of: row) }
    return codec.blocks(of: row, importance: importance)
  }

  /// What the search makes of it.
  fileprivate static func searchedBlocks(of row: [Float], importance: [Float]? = nil) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: row.count / elementType.blockLength * elementType.blockBytes)
    var span = bytes.mutableSpan
    if let importance {
      search(row: row.span, importance: importance.span, into: &span)
    } else {
      search(row.span, into: &span)
    }
    return bytes
  }
}
