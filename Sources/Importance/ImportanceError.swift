public import TensorCore

/// What makes a file no importance matrix: one case a rule (formats/importance.md).
public enum ImportanceError: FormatViolation, Hashable {
  case neither
  case noEntries
  case keyMissing(String)
  case keyType(String, expected: String)
  case sumsWithoutCounts(tensor: String)
  case countsWithoutSums(tensor: String)
  case elementType(tensor: String, found: ElementType)
  case countsDoNotDivide(tensor: String, sums: Int, counts: Int)
  case tooManyCounts(tensor: String, count: Int, limit: Int)
  case entryTwice(tensor: String)
  case notFinite(tensor: String, value: Float, column: Int)
  case negative(tensor: String, value: Float, column: Int)
  case count(tensor: String, value: Float)
  case cutOff(entry: Int, of: Int, offset: Int, needed: Int, size: Int)
  case length(entry: Int, what: String, value: Int, limit: Int)
  case nameNotUTF8(entry: Int)
  case trailingBytes(offset: Int, size: Int)

  public var description: String {
    switch self {
    case .neither:
      "is no importance matrix: neither GGUF nor the older format, whose first 4 bytes are a count from 1 to 1,048,576"
    case .noEntries: "is an importance matrix without entries"
    case .keyMissing(let key): "metadata key \(key.quoted()): missing, an importance matrix has it"
    case .keyType(let key, let expected): "metadata key \(key.quoted()): expected \(expected)"
    case .sumsWithoutCounts(let tensor): "tensor \(tensor.quoted()): has sums (.in_sum2) and no counts (.counts)"
    case .countsWithoutSums(let tensor): "tensor \(tensor.quoted()): has counts (.counts) and no sums (.in_sum2)"
    case .elementType(let tensor, let found): "tensor \(tensor.quoted()): is \(found.name), expected F32"
    case .countsDoNotDivide(let tensor, let sums, let counts):
      "tensor \(tensor.quoted()): \(Numbers.grouped(sums)) sums, expected a multiple of its "
        + "\(Numbers.counted(counts, "count"))"
    case .tooManyCounts(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(Numbers.grouped(count)) counts, expected \(Numbers.grouped(limit)) at most: one for "
        + "each expert"
    case .entryTwice(let tensor): "tensor \(tensor.quoted()): has two entries"
    case .notFinite(let tensor, let value, let column):
      "tensor \(tensor.quoted()): the sum of column \(Numbers.grouped(column)) is \(value)"
    case .negative(let tensor, let value, let column):
      "tensor \(tensor.quoted()): the sum of column \(Numbers.grouped(column)) is \(value), expected at least 0, as sums "
        + "of squares are"
    case .count(let tensor, let value): "tensor \(tensor.quoted()): a count is \(value), expected 0 to 2^31"
    case .cutOff(let entry, let count, let offset, let needed, let size):
      "entry \(entry) of \(count): needs \(Numbers.grouped(needed)) bytes at byte \(offset), the file ends at byte "
        + "\(size)"
    case .length(let entry, let what, let value, let limit):
      "entry \(entry): \(what) is \(value), expected 1 to \(Numbers.grouped(limit))"
    case .nameNotUTF8(let entry): "entry \(entry): its name is not UTF-8"
    case .trailingBytes(let offset, let size):
      "\(Numbers.counted(size - offset, "byte")) behind the last entry, from byte \(offset) on, are neither a chunk count "
        + "nor a data set's name"
    }
  }
}
