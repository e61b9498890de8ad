public import StrictJSON
public import TensorCore

/// A rule of a raw fp32 checkpoint or its description that they break: one case a rule.
public enum RawCheckpointError: FormatViolation, Hashable {
  case descriptionTooLarge(size: Int, limit: Int)
  case descriptionNotJSON(JSONError)
  case unknownKey(String)
  case byteOrderUnknown(String)
  case tensorsMissing
  case nameMissing(index: Int)
  case nameEmpty(index: Int)
  case nameTwice(String)
  case shapeMissing(tensor: String)
  case shapeEmpty(tensor: String)
  case shapeHasTooManyDimensions(tensor: String, count: Int, limit: Int)
  case shapeHasZero(tensor: String)
  case shapeTooLarge(tensor: String)
  case overlap(tensor: String, offset: Int, previousEnd: Int)
  case gap(from: Int, to: Int, before: String)
  case beyondEnd(tensor: String, end: Int, size: Int)
  case sizeDisagrees(described: Int, size: Int)

  public var description: String {
    switch self {
    case .descriptionTooLarge(let size, let limit): "description of \(size) bytes, expected \(limit) at most"
    case .descriptionNotJSON(let error): "description: \(error)"
    case .unknownKey(let key):
      "description: unknown key \(key.quoted()); a description has byte_order and tensors, a tensor name, shape, offset"
    case .byteOrderUnknown(let order): "description: byte_order \(order.quoted()), expected \"little\" or \"big\""
    case .tensorsMissing: "description: no tensors"
    case .nameMissing(let index): "description: tensor number \(index) has no name"
    case .nameEmpty(let index): "description: the name of tensor number \(index) is empty"
    case .nameTwice(let name): "description: two tensors are called \(name.quoted())"
    case .shapeMissing(let tensor): "tensor \(tensor.quoted()): no shape"
    case .shapeEmpty(let tensor): "tensor \(tensor.quoted()): the shape has no dimensions"
    case .shapeHasTooManyDimensions(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(count) dimensions, expected \(limit) at most"
    case .shapeHasZero(let tensor): "tensor \(tensor.quoted()): a dimension of 0"
    case .shapeTooLarge(let tensor): "tensor \(tensor.quoted()): its size does not fit 63 bits"
    case .overlap(let tensor, let offset, let end):
      "tensor \(tensor.quoted()): starts at byte \(offset), inside the tensor before it, which ends at \(end)"
    case .gap(let from, let to, let before):
      "no tensor has the bytes \(from)..<\(to), before tensor \(before.quoted())"
    case .beyondEnd(let tensor, let end, let size):
      "tensor \(tensor.quoted()): ends at byte \(end), past the end of the file (\(size) bytes)"
    case .sizeDisagrees(let described, let size):
      "the tensors take \(described) bytes, the file has \(size)"
    }
  }
}
