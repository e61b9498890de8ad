public import GGUF

extension GGUFError {
  /// The rule that is broken.
  public var rule: Rule {
    switch self {
    case .wrongMagic: HeaderRules.magic
    case .versionUnsupported: HeaderRules.version
    case .endsEarly: HeaderRules.cutOff
    case .headerTooLong: HeaderRules.tooLong
    case .tensorCountImpossible, .tensorCountTooLarge: HeaderRules.tensorCount
    case .metadataCountImpossible, .metadataCountTooLarge: HeaderRules.metadataCount
    case .headerPaddingNotZero: LayoutRules.headerPadding
    case .keyEmpty: KeyRules.empty
    case .keyTooLong: KeyRules.tooLong
    case .keyNotUTF8: KeyRules.notUTF8
    case .keyHoldsNUL: KeyRules.nul
    case .keyNotLowerSnakeCase: KeyRules.grammar
    case .keyTwice: KeyRules.twice
    case .valueTypeUnknown: KeyRules.valueType
    case .arrayTypeUnknown: KeyRules.arrayType
    case .arrayTooDeep: KeyRules.arrayDepth
    case .arrayCountImpossible: KeyRules.arrayCount
    case .stringNotUTF8: KeyRules.stringUTF8
    case .boolNotZeroOrOne: KeyRules.bool
    case .alignmentWrongType: KeyRules.alignmentType
    case .alignmentNotPowerOfTwo: KeyRules.alignmentPower
    case .alignmentTooLarge: KeyRules.alignmentLarge
    case .alignmentNotMultipleOf8: KeyRules.alignmentEight
    case .tensorNameEmpty: TensorInfoRules.nameEmpty
    case .tensorNameTooLong: TensorInfoRules.nameTooLong
    case .tensorNameNotUTF8: TensorInfoRules.nameNotUTF8
    case .tensorNameHoldsNUL: TensorInfoRules.nameNUL
    case .tensorNameIsPath: TensorInfoRules.namePath
    case .tensorTwice: TensorInfoRules.twice
    case .dimensionCountOutOfRange(_, let count):
      count == 0 ? TensorInfoRules.noDimensions : TensorInfoRules.tooManyDimensions
    case .dimensionZero: TensorInfoRules.dimensionZero
    case .shapeTooLarge: TensorInfoRules.shapeTooLarge
    case .elementTypeRemoved: TensorInfoRules.typeRemoved
    case .elementTypeUnknown, .elementTypeNotInGGUF: TensorInfoRules.typeUnknown
    case .rowNotWholeBlocks: TensorInfoRules.wholeBlocks
    case .offsetUnaligned: LayoutRules.unaligned
    case .extentTooLarge: LayoutRules.extentTooLarge
    case .extentBeyondEnd: LayoutRules.beyondEnd
    case .overlap: LayoutRules.overlap
    case .gap: LayoutRules.gap
    case .trailingBytes: LayoutRules.trailing
    case .paddingNotZero: LayoutRules.padding
    }
  }
}
