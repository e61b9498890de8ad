extension SafetensorsError {
  public var tensor: String? {
    switch self {
    case .entryMalformed(let tensor, _), .dtypeMissing(let tensor), .shapeMissing(let tensor),
      .offsetsMissing(let tensor),
      .offsetsNotAPair(let tensor, _), .dtypeUnknown(let tensor, _), .shapeTooLarge(let tensor, _),
      .shapeHasTooManyDimensions(let tensor, _), .shapeNotWholeBytes(let tensor, _, _),
      .offsetsReversed(let tensor, _, _), .offsetsBeyondEnd(let tensor, _, _), .extentDisagrees(let tensor, _, _),
      .overlap(let tensor, _, _, _):
      tensor
    default: nil
    }
  }

  public var key: String? { nil }

  public var offset: Int? {
    switch self {
    case .headerTooLong, .headerBeyondEnd, .headerEmpty: 0
    case .headerDoesNotStartWithBrace: 8
    default: nil
    }
  }
}
