public import TensorCore

/// How scales and codes are chosen among all that a block can hold.
public enum QuantizationMethod: Sendable, Hashable {
  /// As ggml's reference quantizers choose them, to the last byte.
  case reference
  /// So that the squared error is less: of no block more than the reference's. formats/search.md.
  case search
  /// Without loss where the weights are on the grid of the type, as training with fake quantization leaves them; other
  /// blocks as the reference's. formats/fake-quantize.md.
  case grid
  /// By a range of weights that is divided evenly: that of each block, or less of it. formats/ranges.md.
  case range(RangeSelection)

  /// All of them, the percentile as it is where none is given.
  public static let all: [QuantizationMethod] =
    [.reference, .search, .grid] + [.minMax, .percentile(.usual), .leastError, .entropy].map(Self.range)

  /// What a user and a file call it.
  public var name: String {
    switch self {
    case .reference: "reference"
    case .search: "search"
    case .grid: "grid"
    case .range(let selection): selection.name
    }
  }

  /// The method of a name, with the usual percentile; nil where there is none.
  public init?(named name: String) {
    guard let method = Self.all.first(where: { $0.name == name }) else { return nil }
    self = method
  }

  /// The percentile, of the method that has one.
  public var percentile: Percentile? {
    if case .range(.percentile(let percentile)) = self { percentile } else { nil }
  }

  /// Whether a block depends on all weights of its row.
  public var readsRows: Bool {
    if case .range(let selection) = self { selection.readsRows } else { false }
  }

  /// Whether the method makes other blocks of a type than the reference does.
  public func differs(for type: ElementType) -> Bool {
    switch self {
    case .reference: false
    case .search: type.searchCodec != nil
    case .grid: type.gridCodec != nil
    case .range: type.rangeCodec != nil
    }
  }

  /// Whether errors in blocks of a type can count by the importance of their columns.
  public func weighsImportance(_ type: ElementType) -> Bool {
    switch self {
    case .reference: type.codec is any ImportanceCodec.Type
    case .search: type.codec is any ImportanceCodec.Type || differs(for: type)
    // What is on a grid has no error that could be weighed.
    case .grid: type.codec is any ImportanceCodec.Type && !differs(for: type)
    // The other ranges are chosen without a look at errors.
    case .range(.leastError): type.codec is any ImportanceCodec.Type || differs(for: type)
    case .range: type.codec is any ImportanceCodec.Type && !differs(for: type)
    }
  }

  /// The magnitude that every weight may have without a scale that overflows.
  public func largestMagnitude(_ codec: any BlockCodec.Type) -> Float {
    guard case .range = self, let ranged = codec as? any RangeCodec.Type else { return codec.largestMagnitude }
    return ranged.largestOfRange
  }
}
