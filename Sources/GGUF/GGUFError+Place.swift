extension GGUFError {
  public var tensor: String? {
    switch self {
    case .tensorNameTooLong(let name, _), .tensorNameHoldsNUL(let name), .tensorNameIsPath(let name),
      .tensorTwice(let name), .dimensionCountOutOfRange(let name, _), .dimensionZero(let name),
      .shapeTooLarge(let name, _),
      .elementTypeRemoved(let name, _), .elementTypeUnknown(let name, _), .elementTypeNotInGGUF(let name, _),
      .rowNotWholeBlocks(let name, _, _), .offsetUnaligned(let name, _, _), .extentTooLarge(let name, _, _),
      .extentBeyondEnd(let name, _, _), .overlap(let name, _, _, _), .paddingNotZero(let name, _):
      name
    default: nil
    }
  }

  public var key: String? {
    switch self {
    case .keyHoldsNUL(let key), .keyNotLowerSnakeCase(let key), .keyTwice(let key), .valueTypeUnknown(let key, _, _),
      .arrayTypeUnknown(let key, _, _), .arrayTooDeep(let key, _), .arrayCountImpossible(let key, _, _, _),
      .stringNotUTF8(let key, _), .boolNotZeroOrOne(let key, _, _):
      key
    case .alignmentWrongType, .alignmentNotPowerOfTwo, .alignmentTooLarge, .alignmentNotMultipleOf8:
      "general.alignment"
    default: nil
    }
  }

  public var offset: Int? {
    switch self {
    case .wrongMagic: 0
    case .endsEarly(_, let at, _, _), .headerTooLong(_, let at, _), .headerPaddingNotZero(let at), .keyEmpty(let at),
      .keyTooLong(_, let at), .keyNotUTF8(let at), .valueTypeUnknown(_, _, let at), .arrayTypeUnknown(_, _, let at),
      .arrayTooDeep(_, let at), .arrayCountImpossible(_, _, let at, _), .stringNotUTF8(_, let at),
      .boolNotZeroOrOne(_, _, let at), .tensorNameNotUTF8(let at), .trailingBytes(let at, _),
      .paddingNotZero(_, let at):
      at
    default: nil
    }
  }
}
