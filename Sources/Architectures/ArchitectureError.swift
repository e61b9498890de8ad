public import TensorCore

/// Why a folder of Hugging Face's layout does not become a model in GGUF: one case a reason.
public enum ArchitectureError: FormatViolation, Hashable {
  // MARK: The folder
  case notAFolder
  case fileMissing(String)
  case fileTooLarge(String, size: Int, limit: Int)
  case notJSON(String, reason: String)
  case notUTF8(String)
  case frontMatter(reason: String)

  // MARK: config.json
  case architectureMissing
  case architectureUnknown(String, known: [String], nearest: String?)
  case keyMissing(keys: [String])
  case wrongValue(key: String, found: String, expected: String)
  case notSupported(key: String, found: String, reason: String)

  // MARK: config.json and the tensors
  case tensorMissing(String, key: String?)
  case tensorUnexpected(String, architecture: String)
  case layerBeyondCount(tensor: String, count: Int)
  case layersBeyondTensors(layers: Int, tensors: Int)
  case expertBeyondCount(tensor: String, count: Int)
  case shape(tensor: String, found: Shape, expected: [Int])
  case elementType(tensor: String, found: ElementType, expected: String)
  case typesDiffer(tensor: String, found: ElementType, other: String, otherType: ElementType)
  case nameTaken(tensor: String, other: String, name: String)
  case cannotRearrange(tensor: String, shape: [Int])
  case tooLarge(tensor: String)

  public var description: String {
    switch self {
    case .notAFolder: "is not a folder of a Hugging Face model"
    case .fileMissing(let name):
      "there is no \(name.printable); add --as-is to convert the tensors under their own names"
    case .fileTooLarge(let name, let size, let limit):
      "\(name.printable) has \(size) bytes, \(limit) at most are read"
    case .notJSON(let name, let reason): "\(name.printable): \(reason)"
    case .notUTF8(let name): "\(name.printable) is not UTF-8"
    case .frontMatter(let reason):
      "README.md: its front matter is not YAML as it is read here: \(reason)"
    case .architectureMissing:
      "config.json names no architecture (\"architectures\"); add --as-is to convert the tensors under their own names"
    case .architectureUnknown(let name, let known, let nearest):
      "the architecture \(name.quoted(limit: 60)) is not known"
        + (nearest.map { " (near to \($0))" } ?? "")
        + "; known are \(known.joined(separator: ", ")); --as-is converts the tensors under their own names"
    case .keyMissing(let keys):
      "config.json lacks " + keys.map { $0.quoted() }.joined(separator: " or ")
    case .wrongValue(let key, let found, let expected):
      "config.json: \(key.quoted()) is \(found), expected \(expected)"
    case .notSupported(let key, let found, let reason):
      "config.json: \(key.quoted()) is \(found), which is not supported: \(reason)"
    case .tensorMissing(let name, let key):
      "there is no tensor \(name.quoted())" + (key.map { ", which config.json asks for (\($0.quoted()))" } ?? "")
    case .tensorUnexpected(let name, let architecture):
      "tensor \(name.quoted()): \(architecture) has none of this name; leave it out with --exclude"
    case .layerBeyondCount(let tensor, let count):
      "tensor \(tensor.quoted()): config.json has \(Numbers.counted(count, "layer"))"
    case .layersBeyondTensors(let layers, let tensors):
      "config.json has \(Numbers.counted(layers, "layer")), and there are \(Numbers.counted(tensors, "tensor"))"
    case .expertBeyondCount(let tensor, let count):
      "tensor \(tensor.quoted()): config.json has \(Numbers.counted(count, "expert"))"
    case .shape(let tensor, let found, let expected):
      "tensor \(tensor.quoted()): has the shape \(found), by config.json it is "
        + "[\(expected.map(String.init).joined(separator: ", "))]"
    case .elementType(let tensor, let found, let expected):
      "tensor \(tensor.quoted()): is \(found.name), expected \(expected)"
    case .typesDiffer(let tensor, let found, let other, let otherType):
      "tensor \(tensor.quoted()): is \(found.name), and \(other.quoted()), which is put together with it, "
        + otherType.name
    case .nameTaken(let tensor, let other, let name):
      "tensor \(tensor.quoted()): gets the name \(name.quoted()), which tensor \(other.quoted()) has already"
    case .cannotRearrange(let tensor, let shape):
      "tensor \(tensor.quoted()): its rows cannot be ordered as "
        + "[\(shape.map(String.init).joined(separator: ", "))], which config.json asks for"
    case .tooLarge(let tensor): "tensor \(tensor.quoted()): more elements than there can be"
    }
  }
}
