public import TensorCore

/// A rule of split models that a set of files breaks: one case a rule. Parts are counted from 1, as in their names.
public enum SplitError: PlacedViolation, Hashable {
  /// `split.no` is missing, or no number of one of the parts.
  case numberOutOfRange(count: Int)
  case countTooLarge(count: Int, limit: Int)
  case notNamedAsPart(number: Int, count: Int)
  case partMissing(number: Int, count: Int, missing: String)
  case numberDiffers(number: Int, expected: Int)
  case countDiffers(count: Int?, expected: Int)
  case tensorInTwoParts(tensor: String, first: String, second: String)
  case tensorCountDiffers(found: Int, expected: Int)

  public var tensor: String? {
    if case .tensorInTwoParts(let tensor, _, _) = self { tensor } else { nil }
  }
  public var key: String? { nil }
  public var offset: Int? { nil }

  public var message: String {
    switch self {
    case .numberOutOfRange(let count):
      "says that it is one of \(count) parts, and its \"split.no\" is not a number below \(count)"
    case .countTooLarge(let count, let limit): "says that it is one of \(count) parts, \(limit) at most"
    case .notNamedAsPart(let number, let count):
      "is part \(number) of \(count), and is not called NAME\(Self.ending(number, of: count)): the others cannot be found"
    case .partMissing(let number, let count, let missing):
      "is part \(number) of \(count), and there is no \(missing.quoted()) beside it; put all parts into one folder"
    case .numberDiffers(let number, let expected): "says that it is part \(number), expected part \(expected)"
    case .countDiffers(let count, let expected):
      "says that it is one of \(count.map(String.init) ?? "no number of") parts, expected \(expected)"
    case .tensorInTwoParts(_, let first, let second):
      "in part \(first.quoted()) and in part \(second.quoted())"
    case .tensorCountDiffers(let found, let expected):
      "the parts hold \(found) tensors, expected \(expected) (\"split.tensors.count\")"
    }
  }

  /// `-00001-of-00003.gguf`.
  private static func ending(_ number: Int, of count: Int) -> String {
    func padded(_ value: Int) -> String { String(repeating: "0", count: max(0, 5 - String(value).count)) + "\(value)" }
    return "-\(padded(number))-of-\(padded(count)).gguf"
  }
}
