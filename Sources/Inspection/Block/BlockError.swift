public import TensorCore

/// Why a tensor, a block or weights of it cannot be shown.
public enum BlockError: Error, Hashable, CustomStringConvertible {
  /// With the name that is nearest to it, if one is near.
  case noTensor(String, nearest: String?)
  /// `what` is `block`, `row` or `column`.
  case outOfRange(tensor: String, what: String, Int, count: Int)
  /// More than ``TensorRow/longest``.
  case tooManyWeights(tensor: String, count: Int, limit: Int)
  /// A type that is recognised and not decoded.
  case notDecoded(tensor: String, type: ElementType, byteOrder: ByteOrder)
  /// A damaged file: the tensor is said to be where no file is.
  case beyondEnd(tensor: String, end: Int, fileSize: Int)

  public var description: String {
    switch self {
    case .noTensor(let name, let nearest):
      "there is no tensor \(name.quoted())" + (nearest.map { "; did you mean \($0.quoted())?" } ?? "")
    case .outOfRange(let tensor, let what, let number, let count):
      "tensor \(tensor.quoted()) has \(Self.counted(count, what)); there is no \(what) \(number)"
    case .tooManyWeights(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(Numbers.grouped(count)) weights are more than are shown at a time, "
        + "\(Numbers.grouped(limit)); name fewer with --values ROW:COUNT or ROW:FIRST-LAST"
    case .notDecoded(let tensor, let type, let order):
      "tensor \(tensor.quoted()): \(order == .big ? "big-endian " : "")\(type.name) is not decoded; "
        + "--block shows the bytes of a block"
    case .beyondEnd(let tensor, let end, let fileSize):
      "tensor \(tensor.quoted()): the bytes end at \(Numbers.grouped(end)), past the end of the file "
        + "(\(Numbers.grouped(fileSize)) bytes)"
    }
  }

  private static func counted(_ count: Int, _ what: String) -> String {
    count == 0 ? "no \(what)" : "\(Numbers.counted(count, what)), 0 to \(Numbers.grouped(count - 1))"
  }
}
