public import TensorCore

/// Why a file is no checkpoint of llama2.c, or its vocabulary none.
public enum Llama2CError: FormatViolation, Hashable {
  case version(Int32)
  case size(name: String, found: Int32)
  case notDivisible(name: String, found: Int32, by: String)
  case fileSize(found: Int, expected: Int)
  case tooLarge
  case vocabularyMissing(String)
  case vocabularyEndsEarly(token: Int, of: Int)
  case vocabularyNotUTF8(token: Int)
  case vocabularyScore(token: Int)
  case vocabularyTooLong(extra: Int)

  public var description: String {
    switch self {
    case .version(let version):
      "is of version \(version) of llama2.c's format; 0 and 1 are read, whose weights are fp32"
    case .size(let name, let found): "\(name) is \(found), expected 1 to \(Llama2CHeader.largestSize)"
    case .notDivisible(let name, let found, let divisor): "\(name) is \(found), which \(divisor) does not divide"
    case .fileSize(let found, let expected): "has \(found) bytes, by its header \(expected)"
    case .tooLarge: "more weights than there can be"
    case .vocabularyMissing(let path):
      "there is no \(path.printable), llama2.c's vocabulary; put it beside the checkpoint"
    case .vocabularyEndsEarly(let token, let count): "ends in token \(token) of \(count)"
    case .vocabularyNotUTF8(let token): "token \(token) is not UTF-8"
    case .vocabularyScore(let token): "token \(token): its score is not finite"
    case .vocabularyTooLong(let extra): "\(Numbers.counted(extra, "byte")) follow the last token"
    }
  }
}
