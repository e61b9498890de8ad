/// The type of a value, of an array with that of its elements.
public enum GGUFValueKind: Sendable, Hashable, CustomStringConvertible {
  /// Anything but an array.
  case single(GGUFValueType)
  case array(of: GGUFValueType)

  /// A type's name: `u32`, `str`, or `[str]` for an array; nil for others. Arrays of arrays have none.
  public init?(name: some StringProtocol) {
    let isArray = name.hasPrefix("[") && name.hasSuffix("]") && name.count > 2
    let element = isArray ? String(name.dropFirst().dropLast()) : String(name)
    guard let type = GGUFValueType.allCases.first(where: { $0.name == element }), type != .array else { return nil }
    self = isArray ? .array(of: type) : .single(type)
  }

  public var description: String {
    switch self {
    case .single(let type): type.name
    case .array(let type): "[\(type.name)]"
    }
  }
}

extension GGUFValue {
  public var kind: GGUFValueKind {
    if case .array(let array) = self { .array(of: array.elementType) } else { .single(type) }
  }
}
