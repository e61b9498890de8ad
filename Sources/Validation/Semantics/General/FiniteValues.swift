internal import GGUF

/// NaN and infinity in metadata.
enum ValueNotFinite: ModelRule {
  static let rule = Rule(
    "GGUF-K021", "value-not-finite", .everywhere(.error),
    demand: "Numbers in metadata are finite.",
    reason: "Whatever is computed with the number, every activation of the model in the end, is NaN or infinite too.",
    remedy: Remedies.convertAgain)

  static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    guard model.isGGUF else { return }
    for entry in model.metadata.entries {
      switch entry.value {
      case .float32(let value) where !value.isFinite:
        findings.add(rule, at: .init(key: entry.key), "the value is \(value)")
      case .float64(let value) where !value.isFinite:
        findings.add(rule, at: .init(key: entry.key), "the value is \(value)")
      case .array(let array) where entry.key != TokenScoreNaN.key:
        if let (count, first) = array.notANumber {
          findings.add(
            rule, at: .init(key: entry.key), "\(count) of \(array.count) values are NaN, the first at index \(first)")
        }
      default: break
      }
    }
  }
}

extension GGUFArray {
  /// How many elements are NaN, and where the first is; nil where none is.
  var notANumber: (count: Int, first: Int)? {
    guard elementType == .float32 || elementType == .float64 else { return nil }
    var found: (count: Int, first: Int)?
    for (index, value) in enumerated() {
      switch value {
      case .float32(let value) where value.isNaN: found = ((found?.count ?? 0) + 1, found?.first ?? index)
      case .float64(let value) where value.isNaN: found = ((found?.count ?? 0) + 1, found?.first ?? index)
      default: break
      }
    }
    return found
  }
}
