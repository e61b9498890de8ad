public import TensorCore

/// A rule of the GGUF format that a file breaks: one case a rule. Offsets are bytes from the start of the file, unless
/// a case says otherwise.
public enum GGUFError: PlacedViolation, Hashable {
  // MARK: The header as a whole
  case wrongMagic([UInt8])
  case versionUnsupported(UInt32)
  case endsEarly(what: String, at: Int, needs: UInt64, size: Int)
  case headerTooLong(what: String, at: Int, limit: Int)
  case tensorCountImpossible(UInt64, size: Int)
  case metadataCountImpossible(UInt64, size: Int)
  case tensorCountTooLarge(UInt64, limit: Int)
  case metadataCountTooLarge(UInt64, limit: Int)
  case headerPaddingNotZero(at: Int)

  // MARK: Metadata
  case keyEmpty(at: Int)
  case keyTooLong(bytes: UInt64, at: Int)
  case keyNotUTF8(at: Int)
  case keyHoldsNUL(String)
  case keyNotLowerSnakeCase(String)
  case keyTwice(String)
  case valueTypeUnknown(key: String, type: UInt32, at: Int)
  case arrayTypeUnknown(key: String, type: UInt32, at: Int)
  case arrayTooDeep(key: String, at: Int)
  case arrayCountImpossible(key: String, count: UInt64, at: Int, size: Int)
  case stringNotUTF8(key: String, at: Int)
  case boolNotZeroOrOne(key: String, value: UInt8, at: Int)
  case alignmentWrongType(String)
  case alignmentNotPowerOfTwo(UInt32)
  case alignmentTooLarge(UInt32)
  case alignmentNotMultipleOf8(UInt32)

  // MARK: Tensor infos; offsets of tensors are bytes from the start of the data
  case tensorNameEmpty(index: UInt64)
  case tensorNameTooLong(String, bytes: UInt64)
  case tensorNameNotUTF8(at: Int)
  case tensorNameHoldsNUL(String)
  case tensorNameIsPath(String)
  case tensorTwice(String)
  case dimensionCountOutOfRange(tensor: String, count: UInt32)
  case dimensionZero(tensor: String)
  case shapeTooLarge(tensor: String, shape: [UInt64])
  case elementTypeRemoved(tensor: String, id: UInt32)
  case elementTypeUnknown(tensor: String, id: UInt32)
  case elementTypeNotInGGUF(tensor: String, type: ElementType)
  case rowNotWholeBlocks(tensor: String, row: Int, type: ElementType)
  case offsetUnaligned(tensor: String, offset: UInt64, alignment: Int)
  case extentTooLarge(tensor: String, offset: UInt64, bytes: Int)
  case extentBeyondEnd(tensor: String, end: Int, data: Int)
  case overlap(tensor: String, Range<Int>, other: String, Range<Int>)
  case gap(from: Int, to: Int, before: String)
  case trailingBytes(from: Int, size: Int)
  case paddingNotZero(tensor: String, at: Int)

  public var message: String {
    switch self {
    case .wrongMagic(let bytes): "starts with \(bytes.shown), expected the magic \"GGUF\""
    case .versionUnsupported(let version):
      version == 1
        ? "GGUF version 1, expected 2 or 3; convert the model again with a newer program"
        : "GGUF version \(version), expected 2 or 3"
    case .endsEarly(let what, let at, let needs, let size):
      "\(what) at byte \(at) needs \(needs) bytes, the file ends at byte \(size)"
    case .headerTooLong(let what, let at, let limit):
      "\(what) at byte \(at) runs past the longest header that is read, \(limit) bytes"
    case .tensorCountImpossible(let count, let size):
      "tensor count \(count) does not fit a file of \(size) bytes: it is cut off, or the count is wrong"
    case .metadataCountImpossible(let count, let size):
      "metadata count \(count) does not fit a file of \(size) bytes: it is cut off, or the count is wrong"
    case .tensorCountTooLarge(let count, let limit): "tensor count \(count), expected \(limit) at most"
    case .metadataCountTooLarge(let count, let limit): "metadata count \(count), expected \(limit) at most"
    case .headerPaddingNotZero(let at): "the padding behind the header is not zero at byte \(at)"
    case .keyEmpty(let at): "the metadata key at byte \(at) is empty"
    case .keyTooLong(let bytes, let at):
      "the metadata key at byte \(at) has \(bytes) bytes, expected \(GGUFLimits.keyBytes) at most"
    case .keyNotUTF8(let at): "the metadata key at byte \(at) is not UTF-8"
    case .keyHoldsNUL: "its name holds a NUL"
    case .keyNotLowerSnakeCase:
      "expected ASCII segments of lower_snake_case with '.' between them"
    case .keyTwice: "is there twice"
    case .valueTypeUnknown(_, let type, let at):
      "unknown value type \(type) at byte \(at), expected 0 to 12"
    case .arrayTypeUnknown(_, let type, let at):
      "unknown array element type \(type) at byte \(at), expected 0 to 12"
    case .arrayTooDeep(_, let at):
      "arrays nested more than \(GGUFLimits.arrayDepth) deep at byte \(at)"
    case .arrayCountImpossible(_, let count, let at, let size):
      "an array of \(count) elements at byte \(at) does not fit a file of \(size) bytes"
    case .stringNotUTF8(_, let at): "the string at byte \(at) is not UTF-8"
    case .boolNotZeroOrOne(_, let value, let at):
      "the bool at byte \(at) is \(value), expected 0 or 1"
    case .alignmentWrongType(let type): "is of type \(type), expected u32"
    case .alignmentNotPowerOfTwo(let value): "is \(value), expected a power of two"
    case .alignmentTooLarge(let value):
      "is \(value), expected \(GGUFLimits.alignment) at most"
    case .alignmentNotMultipleOf8(let value): "is \(value), expected a multiple of 8"
    case .tensorNameEmpty(let index): "the name of tensor number \(index) is empty"
    case .tensorNameTooLong(_, let bytes):
      "a name of \(bytes) bytes, expected \(GGUFLimits.tensorNameBytes) at most "
        + "(\(GGUFLimits.portableTensorNameBytes) to be written)"
    case .tensorNameNotUTF8(let at): "the tensor name at byte \(at) is not UTF-8"
    case .tensorNameHoldsNUL: "its name holds a NUL"
    case .tensorNameIsPath: "its name is a path out of a folder"
    case .tensorTwice: "is there twice"
    case .dimensionCountOutOfRange(_, let count):
      "\(count) dimensions, expected 1 to \(GGUFLimits.dimensions)"
    case .dimensionZero: "a dimension of 0, expected 1 or more"
    case .shapeTooLarge(_, let shape):
      "the size of shape \(shape) does not fit 63 bits"
    case .elementTypeRemoved(_, let id):
      "element type \(id) was removed from GGUF"
    case .elementTypeUnknown(_, let id): "unknown element type \(id)"
    case .elementTypeNotInGGUF(_, let type): "GGUF has no type \(type.name)"
    case .rowNotWholeBlocks(_, let row, let type):
      "rows of \(row) do not divide into \(type.name) blocks of \(type.blockLength)"
    case .offsetUnaligned(_, let offset, let alignment):
      "offset \(offset) is not a multiple of the alignment, \(alignment)"
    case .extentTooLarge(_, let offset, let bytes):
      "offset \(offset) plus \(bytes) bytes does not fit 63 bits"
    case .extentBeyondEnd(_, let end, let data):
      "its data ends at \(end), past the end of the data (\(data) bytes)"
    case .overlap(_, let range, let other, let otherRange):
      "offsets \(range) overlap \(other.quoted()) (\(otherRange))"
    case .gap(let from, let to, let before):
      "no tensor has the data's bytes \(from)..<\(to), before tensor \(before.quoted())"
    case .trailingBytes(let from, let size):
      "the last tensor ends at byte \(from), the file at byte \(size)"
    case .paddingNotZero(_, let at):
      "the padding behind it is not zero at byte \(at)"
    }
  }
}
