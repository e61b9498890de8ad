public import TensorCore

/// Why metadata are not edited as asked: one case a reason.
public enum MetadataEditError: FormatViolation, Hashable {
  // MARK: What cannot be done
  case keyMissing(String)
  case keyExists(String)
  case keyEmpty
  case keyTooLong(bytes: Int)
  case keyNotLowerSnakeCase(String)
  case assignedTwice(String)
  case typeNotGiven(String)
  case value(key: String, GGUFValueTextError)

  // MARK: What would leave a file that is not valid, or that programs refuse
  case wrongType(key: String, expected: [GGUFValueKind], found: GGUFValueKind)
  case architectureMissing
  case architectureMalformed(String)
  case architectureLeavesKeys(old: String, new: String, count: Int)
  case quantizationVersionMissing
  case alignment(GGUFError)
  case describesSplit(String)
  case countsDiffer(key: String, count: Int, tokens: Int)
  case tokensMissing(key: String)
  case tokenOutOfRange(key: String, id: Int, tokens: Int)
  case headerTooLong(bytes: Int)
  case bigEndian

  public var description: String {
    switch self {
    case .keyMissing(let key): "there is no metadata key \(key.quoted())"
    case .keyExists(let key): "metadata key \(key.quoted()) is there already; remove it first"
    case .keyEmpty: "a metadata key must not be empty"
    case .keyTooLong(let bytes): "a metadata key of \(bytes) bytes, expected \(GGUFLimits.keyBytes) at most"
    case .keyNotLowerSnakeCase(let key):
      "metadata key \(key.quoted()): expected ASCII segments of lower_snake_case with '.' between them"
    case .assignedTwice(let key): "metadata key \(key.quoted()) is set twice"
    case .typeNotGiven(let key):
      "metadata key \(key.quoted()) is new and needs a type, as in \(key.printable):str=VALUE"
    case .value(let key, let error): "metadata key \(key.quoted()): \(error)"
    case .wrongType(let key, let expected, let found):
      "metadata key \(key.quoted()) would be \(found), readers expect "
        + expected.map(\.description).joined(separator: " or ")
    case .architectureMissing: "without \"general.architecture\" no reader knows what the model is"
    case .architectureMalformed(let value):
      "general.architecture would be \(value.quoted()), expected lower-case letters, digits, '_' and '-'"
    case .architectureLeavesKeys(let old, let new, let count):
      "general.architecture would be \(new.quoted()), and \(Numbers.counted(count, "key")) of \(old.quoted()) would not be "
        + "found any more; rename them too"
    case .quantizationVersionMissing: "quantized tensors need \"general.quantization_version\""
    case .alignment(let error): "\(error)"
    case .describesSplit(let key):
      "metadata key \(key.quoted()) says which shard of a model the file is, and follows from the file"
    case .countsDiffer(let key, let count, let tokens):
      "metadata key \(key.quoted()) would have \(count) elements, and \"tokenizer.ggml.tokens\" \(tokens)"
    case .tokensMissing(let key):
      "metadata key \(key.quoted()) has an element for each of \"tokenizer.ggml.tokens\", which would not be there"
    case .tokenOutOfRange(let key, let id, let tokens):
      "metadata key \(key.quoted()) would be \(id), and there are \(tokens) tokens"
    case .headerTooLong(let bytes):
      "the header would have \(bytes) bytes, expected \(GGUFLimits.headerBytes) at most"
    case .bigEndian: "the file is big-endian, and only little-endian files are written"
    }
  }
}
