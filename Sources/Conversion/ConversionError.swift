public import TensorCore

/// Why a checkpoint that can be read cannot be converted as asked: one case a reason.
public enum ConversionError: FormatViolation, Hashable {
  case noTensors
  case allTensorsLeftOut(count: Int)
  case nameEmpty(index: Int)
  case nameHoldsNUL(tensor: String)
  case nameTooLong(tensor: String, bytes: Int, limit: Int)
  case tooManyDimensions(tensor: String, count: Int, limit: Int)
  case typeHasNoCounterpart(tensor: String, type: ElementType)
  case typeNotDecodable(tensor: String, type: ElementType)
  case typeNotDequantizable(tensor: String, type: ElementType)
  case typeNotEncodable(tensor: String, type: ElementType, source: ElementType)
  case blocksNotInSafetensors(tensor: String, type: ElementType)
  case roundingNotSupported(tensor: String, type: ElementType)
  case byteOrderNotSupported(tensor: String, type: ElementType)
  case quantizedAlready(tensor: String, type: ElementType, target: ElementType)
  case layerNotInName(tensor: String)
  case layerOutOfRange(tensor: String, layer: Int, layers: Int)
  case nameTaken(tensor: String, other: String, name: String)
  case notFinite(tensor: String, value: String, row: Int, column: Int)
  case clampOfNaN(tensor: String, row: Int, column: Int)
  case scaleNotFinite(tensor: String, type: ElementType, row: Int, columns: Range<Int>)
  case outOfRange(
    tensor: String, type: ElementType, row: Int, columns: Range<Int>, magnitude: Float)
  case importanceSize(tensor: String, found: Int, expected: Int)
  case hessianSize(tensor: String, columns: Int, matrices: Int, expectedColumns: Int, expectedMatrices: Int)
  case rowTooLongForImportance(tensor: String, columns: Int, limit: Int)
  case rowTooLongForMethod(tensor: String, method: String, columns: Int, limit: Int)
  case integerOutOfRange(tensor: String, value: UInt64, row: Int, column: Int)

  public var description: String {
    switch self {
    case .noTensors: "holds no tensor"
    case .allTensorsLeftOut(let count): "no tensor is left to convert: all \(count) were left out"
    case .nameEmpty(let index):
      "tensor number \(index): its name is empty, which GGUF readers refuse; give it one with --rename"
    case .nameHoldsNUL(let tensor):
      "tensor \(tensor.quoted()): its name holds a NUL, which GGUF readers refuse; take it out with --rename"
    case .nameTooLong(let tensor, let bytes, let limit):
      "tensor \(tensor.quoted()): a name of \(bytes) bytes, GGUF readers take \(limit) at most; "
        + "shorten it with --rename, or leave it out with --exclude"
    case .tooManyDimensions(let tensor, let count, let limit):
      "tensor \(tensor.quoted()): \(count) dimensions, GGUF has \(limit) at most; leave it out with --exclude"
    case .importanceSize(let tensor, let found, let expected):
      "tensor \(tensor.quoted()): \(Numbers.grouped(found)) values in the importance matrix, expected "
        + "\(Numbers.grouped(expected)): is it that of another model?"
    case .hessianSize(let tensor, let columns, let matrices, let expectedColumns, let expectedMatrices):
      "tensor \(tensor.quoted()): \(Numbers.counted(matrices, "Hessian")) of \(Numbers.grouped(columns)) columns, expected "
        + "\(expectedMatrices == 1 ? "1" : "1 or \(expectedMatrices)") of \(Numbers.grouped(expectedColumns)): is it that of "
        + "another model?"
    case .rowTooLongForImportance(let tensor, let columns, let limit):
      "tensor \(tensor.quoted()): rows of \(Numbers.grouped(columns)) weights are too long to be weighed, "
        + "\(Numbers.grouped(limit)) are the most; leave out --imatrix"
    case .rowTooLongForMethod(let tensor, let method, let columns, let limit):
      "tensor \(tensor.quoted()): rows of \(Numbers.grouped(columns)) weights are too long for the method \(method), which looks "
        + "at whole rows: \(Numbers.grouped(limit)) are the most; give it a type with --tensor-type that the method leaves to the "
        + "reference, or say --method minmax"
    case .typeHasNoCounterpart(let tensor, let type):
      "tensor \(tensor.quoted()): \(type.name) cannot be converted; leave it out with --exclude"
    case .typeNotDecodable(let tensor, let type):
      "tensor \(tensor.quoted()): \(type.name) cannot be decoded; leave it out with --exclude, or keep its type with "
        + "--tensor-type"
    case .typeNotDequantizable(let tensor, let type):
      "tensor \(tensor.quoted()): \(type.name) cannot be decoded; leave it out with --exclude"
    case .typeNotEncodable(let tensor, let type, let source):
      "tensor \(tensor.quoted()): is \(source.name), and \(type.name) cannot be written, only copied"
    case .blocksNotInSafetensors(let tensor, let type):
      "tensor \(tensor.quoted()): is \(type.name) already, which safetensors does not have; decode the file first, with gguf "
        + "dequantize"
    case .roundingNotSupported(let tensor, let type):
      "tensor \(tensor.quoted()): is \(type.name), to which weights are not rounded, only to F32, F16 and BF16; leave it as it "
        + "is with --keep"
    case .byteOrderNotSupported(let tensor, let type):
      "tensor \(tensor.quoted()): big-endian blocks of \(type.name) are not supported; leave it out with --exclude"
    case .quantizedAlready(let tensor, let type, let target):
      "tensor \(tensor.quoted()): is \(type.name) already, and \(target.name) would lose more; convert from the "
        + "original, or say --allow-requantize"
    case .notFinite(let tensor, let value, let row, let column):
      "tensor \(tensor.quoted()): \(value) in row \(row), column \(column); --nonfinite zero replaces such values, and "
        + "--nonfinite clamp infinities"
    case .clampOfNaN(let tensor, let row, let column):
      "tensor \(tensor.quoted()): NaN in row \(row), column \(column), which --nonfinite clamp has no value for; "
        + "--nonfinite zero makes it 0"
    case .layerNotInName(let tensor):
      "tensor \(tensor.quoted()): its name does not say of which layer it is, which presets ask of models with experts; "
        + "say --pure, or give it a type with --tensor-type"
    case .layerOutOfRange(let tensor, let layer, let layers):
      "tensor \(tensor.quoted()): it is of layer \(layer), and the model has \(layers); say --pure, or give it a type with "
        + "--tensor-type"
    case .nameTaken(let tensor, let other, let name):
      "tensor \(tensor.quoted()): gets the name \(name.quoted()), which tensor \(other.quoted()) has already"
    case .scaleNotFinite(let tensor, let type, let row, let columns):
      "tensor \(tensor.quoted()): a \(type.name) block with a scale that is not finite in row \(row), columns \(columns)"
    case .outOfRange(let tensor, let type, let row, let columns, let magnitude):
      "tensor \(tensor.quoted()): magnitude \(magnitude) in row \(row), \(Self.text(columns)) is beyond the range of "
        + "\(type.name); choose another with \(type.kind == .float ? "--type" : "--tensor-type"), or say --nonfinite clamp"
    case .integerOutOfRange(let tensor, let value, let row, let column):
      "tensor \(tensor.quoted()): \(value) in row \(row), column \(column) does not fit I64; leave it out with --exclude"
    }
  }

  /// A block of one weight has one column.
  private static func text(_ columns: Range<Int>) -> String {
    columns.count == 1 ? "column \(columns.lowerBound)" : "columns \(columns)"
  }
}
