public import TensorCore

/// What makes a safetensors file no file of Hessians: one case a rule (formats/error-feedback.md).
public enum HessianError: FormatViolation, Hashable {
  case noEntries
  case elementType(tensor: String, found: ElementType)
  case notSquare(tensor: String, shape: Shape)
  case tooLarge(tensor: String, columns: Int, limit: Int)
  case aliasOfNothing(tensor: String, entry: String)
  case aliasAndEntry(tensor: String)
  case aliasTwice(tensor: String)
  case notFinite(tensor: String, value: Float, row: Int, column: Int)
  case negative(tensor: String, value: Float, column: Int)
  case notSymmetric(tensor: String, row: Int, column: Int, value: Float, other: Float)
  case zero(tensor: String)
  case notPositive(tensor: String, column: Int, pivot: Double)

  public var description: String {
    switch self {
    case .noEntries: "holds no Hessian"
    case .elementType(let tensor, let found): "tensor \(tensor.quoted()): is \(found.name), expected F32"
    case .notSquare(let tensor, let shape):
      "tensor \(tensor.quoted()): has the shape \(shape), expected as many rows as columns, or one such matrix for each expert"
    case .tooLarge(let tensor, let columns, let limit):
      "tensor \(tensor.quoted()): \(Numbers.grouped(columns)) columns, \(Numbers.grouped(limit)) are the most"
    case .aliasOfNothing(let tensor, let entry):
      "metadata: the Hessian of \(tensor.quoted()) is said to be that of \(entry.quoted()), which is not there"
    case .aliasAndEntry(let tensor):
      "metadata: \(tensor.quoted()) has a Hessian of its own, and is said to have another's"
    case .aliasTwice(let tensor): "metadata: says twice whose Hessian \(tensor.quoted()) has"
    case .notFinite(let tensor, let value, let row, let column):
      "tensor \(tensor.quoted()): \(value) in row \(row), column \(column)"
    case .negative(let tensor, let value, let column):
      "tensor \(tensor.quoted()): \(value) in row \(column), column \(column), expected at least 0, as means of squares are"
    case .notSymmetric(let tensor, let row, let column, let value, let other):
      "tensor \(tensor.quoted()): \(value) in row \(row), column \(column), and \(other) in row \(column), column \(row); "
        + "expected a symmetric matrix"
    case .zero(let tensor): "tensor \(tensor.quoted()): is zero everywhere: nothing came to its layer"
    case .notPositive(let tensor, let column, let pivot):
      "tensor \(tensor.quoted()): is no matrix of second moments: what is left of column \(column) behind the others is "
        + "\(Numbers.significant(pivot)), expected more than 0; a larger --damping may help"
    }
  }
}
