internal import GGUF

extension SplitError {
  /// The rule that is broken.
  var rule: Rule {
    switch self {
    case .numberOutOfRange, .numberDiffers: SetRules.number
    case .countTooLarge, .countDiffers: SetRules.count
    case .notNamedAsPart: SetRules.name
    case .partMissing: SetRules.missing
    case .tensorInTwoParts: SetRules.tensorTwice
    case .tensorCountDiffers: SetRules.tensorCount
    }
  }
}
