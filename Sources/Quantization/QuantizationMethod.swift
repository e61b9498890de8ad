public import TensorCore

/// How scales and codes are chosen among all that a block can hold.
public enum QuantizationMethod: String, Sendable, CaseIterable {
  /// As ggml's reference quantizers choose them, to the last byte.
  case reference
  /// So that the squared error is less: of no block more than the reference's. formats/search.md.
  case search
  /// Without loss where the weights are on the grid of the type, as training with fake quantization leaves them; other
  /// blocks as the reference's. formats/fake-quantize.md.
  case grid

  /// Whether the method makes other blocks of a type than the reference does.
  public func differs(for type: ElementType) -> Bool {
    switch self {
    case .reference: false
    case .search: type.searchCodec != nil
    case .grid: type.gridCodec != nil
    }
  }

  /// Whether errors in blocks of a type can count by the importance of their columns.
  public func weighsImportance(_ type: ElementType) -> Bool {
    switch self {
    case .reference: type.codec is any ImportanceCodec.Type
    case .search: type.codec is any ImportanceCodec.Type || differs(for: type)
    // What is on a grid has no error that could be weighed.
    case .grid: type.codec is any ImportanceCodec.Type && !differs(for: type)
    }
  }
}
