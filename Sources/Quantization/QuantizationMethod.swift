public import TensorCore

/// How scales and codes are chosen among all that a block can hold. formats/search.md.
public enum QuantizationMethod: String, Sendable, CaseIterable {
  /// As ggml's reference quantizers choose them, to the last byte.
  case reference
  /// So that the squared error is less: of no block more than the reference's.
  case search

  /// Whether the method makes other blocks of a type than the reference does.
  public func differs(for type: ElementType) -> Bool { self == .search && type.searchCodec != nil }

  /// Whether errors in blocks of a type can count by the importance of their columns.
  public func weighsImportance(_ type: ElementType) -> Bool {
    type.codec is any ImportanceCodec.Type || differs(for: type)
  }
}
