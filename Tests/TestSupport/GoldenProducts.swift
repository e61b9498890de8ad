public import TensorCore

/// samples/golden/products: products that numpy computed, of the golden weights and blocks with vectors of activations.
public struct GoldenProducts {
  /// Weights of a row, and values of a vector.
  public static let columns = 256

  /// The rows of a distribution, in floats and as blocks.
  public struct Sample {
    public let weights: [Float]
    public let blocks: [UInt8]
  }

  /// What numpy found for a type and a distribution of weights.
  public struct Line: Sendable {
    public let type: String
    public let distribution: String
    /// CRC-32 of the products, in binary64, little-endian, row by row.
    public let exact: UInt32
    public let computed: UInt32
    public let relativeRMSE: Double
    public let weightsOnly: Double
  }

  /// The vectors, one behind the other.
  public let activations: [Float]
  private let all: [Line]
  private let distributions: [String]
  private let weights: [Float]

  public init() throws {
    activations = try Self.floats("products/activations.f32")
    weights = try Self.floats("weights.f32")
    distributions = try Self.text("distributions.txt").split(separator: "\n").map(String.init)
    all = try Self.text("products/products.txt").split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 6, let exact = UInt32(words[2], radix: 16), let computed = UInt32(words[3], radix: 16),
        let relative = Double(words[4]), let weightsOnly = Double(words[5])
      else { return nil }
      return Line(
        type: String(words[0]), distribution: String(words[1]), exact: exact, computed: computed,
        relativeRMSE: relative, weightsOnly: weightsOnly)
    }
  }

  public func lines(of type: ElementType) -> [Line] { all.filter { $0.type == type.name } }

  public func sample(_ type: ElementType, _ distribution: String) throws -> Sample {
    guard let index = distributions.firstIndex(of: distribution) else { return Sample(weights: [], blocks: []) }
    let count = weights.count / distributions.count
    let rows = Array(weights[(index * count)..<((index + 1) * count)])
    if type == .f32 {
      var bytes: [UInt8] = []
      for weight in rows { bytes.append(number: weight.bitPattern) }
      return Sample(weights: rows, blocks: bytes)
    }
    let bytes = try Repository.bytes("samples/golden/\(type.name).blocks")
    let size = bytes.count / distributions.count
    return Sample(weights: rows, blocks: Array(bytes[(index * size)..<((index + 1) * size)]))
  }

  private static func text(_ name: String) throws -> String {
    String(decoding: try Repository.bytes("samples/golden/" + name), as: UTF8.self)
  }

  private static func floats(_ name: String) throws -> [Float] {
    let bytes = try Repository.bytes("samples/golden/" + name)
    return stride(from: 0, to: bytes.count - 3, by: 4).map { Float(bitPattern: bytes.span.load(UInt32.self, at: $0)) }
  }
}
