public import TensorCore

/// Why activations cannot be used: one case a reason. formats/products.md.
public enum CalibrationError: FormatViolation, Hashable {
  /// None of `count` tensors has the name of a tensor that is compared.
  case noTensorMatches(count: Int)
  /// There are activations under the tensor's name in the file and under its name in the source.
  case namedTwice(tensor: String, source: String)
  case typeNotSupported(tensor: String, type: ElementType)
  case shapeNotVectors(tensor: String, shape: Shape)
  case columnsDisagree(tensor: String, expected: Int, found: Int)
  case noSamples(tensor: String)
  case tooManySamples(tensor: String, count: Int, limit: Int)
  case tooManyValues(tensor: String, count: Int, limit: Int)
  case notFinite(tensor: String, value: String, sample: Int, column: Int)

  public var description: String {
    switch self {
    case .noTensorMatches(let count):
      "none of its \(count) tensors has the name of a tensor that is compared; name activations after the weights that "
        + "they are multiplied with"
    case .namedTwice(let tensor, let source):
      "tensors \(tensor.quoted()) and \(source.quoted()): activations for one tensor, under its name in the file and "
        + "under that in the source"
    case .typeNotSupported(let tensor, let type):
      "tensor \(tensor.quoted()): is \(type.name), expected F32, F16 or BF16"
    case .shapeNotVectors(let tensor, let shape):
      "tensor \(tensor.quoted()): has the shape \(shape), expected [samples, columns] or [columns]"
    case .columnsDisagree(let tensor, let expected, let found):
      "tensor \(tensor.quoted()): \(found) columns, expected \(expected), the length of the weights' rows"
    case .noSamples(let tensor): "tensor \(tensor.quoted()): holds no sample"
    case .tooManySamples(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(count) samples, expected \(limit) at most"
    case .tooManyValues(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(count) values, expected \(limit) at most; keep fewer samples"
    case .notFinite(let tensor, let value, let sample, let column):
      "tensor \(tensor.quoted()): \(value) in sample \(sample), column \(column)"
    }
  }
}
