public import StrictJSON
public import TensorCore

/// A rule of the safetensors format that a file breaks: one case a rule.
///
/// Offsets of tensors are bytes from the start of the data, as the header gives them.
public enum SafetensorsError: PlacedViolation, Hashable {
  case tooShort(size: Int)
  case headerTooLong(length: UInt64, limit: Int)
  case headerBeyondEnd(length: UInt64, size: Int)
  case headerDoesNotStartWithBrace(found: UInt8)
  case headerEmpty
  case headerNotJSON(JSONError)
  case metadataNotStrings(JSONError)
  case entryMalformed(tensor: String, JSONError)
  case dtypeMissing(tensor: String)
  case shapeMissing(tensor: String)
  case offsetsMissing(tensor: String)
  case offsetsNotAPair(tensor: String, count: Int)
  case dtypeUnknown(tensor: String, dtype: String)
  case shapeTooLarge(tensor: String, shape: [UInt64])
  case shapeHasTooManyDimensions(tensor: String, limit: Int)
  case shapeNotWholeBytes(tensor: String, dtype: String, elements: Int)
  case offsetsReversed(tensor: String, begin: UInt64, end: UInt64)
  case offsetsBeyondEnd(tensor: String, end: UInt64, data: Int)
  case extentDisagrees(tensor: String, expected: Int, found: Int)
  case overlap(tensor: String, Range<Int>, other: String, Range<Int>)
  case hole(from: Int, to: Int, before: String)
  case dataLeftOver(from: Int, to: Int)

  public var message: String {
    switch self {
    case .tooShort(let size): "\(size) bytes, expected the 8 bytes of a header length at least"
    case .headerTooLong(let length, let limit): "header of \(length) bytes, expected \(limit) at most"
    case .headerBeyondEnd(let length, let size):
      "header of \(length) bytes at byte 8 runs past the end of the file (\(size) bytes)"
    case .headerDoesNotStartWithBrace(let found): "header starts with \(Self.show(found)), expected '{'"
    case .headerEmpty: "header of 0 bytes, expected a JSON object"
    case .headerNotJSON(let error): "header: \(error)"
    case .metadataNotStrings(let error): "header: __metadata__ is not an object of strings: \(error)"
    case .entryMalformed(_, let error): "\(error)"
    case .dtypeMissing: "no \"dtype\""
    case .shapeMissing: "no \"shape\""
    case .offsetsMissing: "no \"data_offsets\""
    case .offsetsNotAPair(_, let count):
      "\(count) data_offsets, expected a begin and an end"
    case .dtypeUnknown(_, let dtype):
      "unknown dtype \(dtype.quoted())"
        + (dtype == dtype.uppercased() ? "" : "; dtypes are upper case")
    case .shapeTooLarge(_, let shape):
      "the size of shape \(shape) does not fit 63 bits"
    case .shapeHasTooManyDimensions(_, let limit):
      "more than \(limit) dimensions"
    case .shapeNotWholeBytes(_, let dtype, let elements):
      "\(elements) elements of \(dtype) do not fill whole bytes"
    case .offsetsReversed(_, let begin, let end):
      "data_offsets begin at \(begin) and end before it, at \(end)"
    case .offsetsBeyondEnd(_, let end, let data):
      "data_offsets end at \(end), past the end of the data (\(data) bytes)"
    case .extentDisagrees(_, let expected, let found):
      "data_offsets span \(found) bytes, expected \(expected) for its dtype and shape"
    case .overlap(_, let range, let other, let otherRange):
      "offsets \(range) overlap \(other.quoted()) (\(otherRange))"
    case .hole(let from, let to, let before):
      "no tensor has the data's bytes \(from)..<\(to), before tensor \(before.quoted())"
    case .dataLeftOver(let from, let to): "no tensor has the data's last bytes, \(from)..<\(to)"
    }
  }

  private static func show(_ byte: UInt8) -> String {
    (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
  }
}
