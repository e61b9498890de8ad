internal import Quantization
internal import TensorCore

/// How a tensor's payload is looked at.
enum BlockReading {
  /// Blocks are taken apart into integers, steps and offsets.
  case codes(any IntegerCoded.Type, CodeAlphabet)
  /// Weights are decoded.
  case weights(any BlockDecoder.Type)
  /// Only what stands in blocks by itself is read: their scales.
  case scales
  case nothing

  init(_ tensor: TensorDescription) {
    let type = tensor.elementType
    if type.kind == .integer || type.kind == .packed || Self.isBigEndian(tensor) {
      self = .nothing
    } else if let coded = type.integerCoded, let alphabet = type.codeAlphabet {
      self = .codes(coded, alphabet)
    } else if let decoder = type.decoder {
      self = .weights(decoder)
    } else {
      self = type.scaleField == nil ? .nothing : .scales
    }
  }

  private static func isBigEndian(_ tensor: TensorDescription) -> Bool {
    tensor.byteOrder == .big && tensor.elementType.kind == .quantized
  }

  /// Why there is less to say of a tensor than there could be.
  static func limitation(of tensor: TensorDescription) -> String? {
    let type = tensor.elementType
    if type.kind == .integer { return "integers are not weights" }
    if isBigEndian(tensor) { return "big-endian blocks of \(type.name) are not read" }
    if type.decoder != nil { return nil }
    return type.scaleField == nil || type.kind == .packed
      ? "\(type.name) is not decoded" : "\(type.name) is not decoded; only its scales are read"
  }
}

/// Which codes of a large tensor are counted, where counting each would take longer than reading them.
enum CodeSample {
  /// The most elements of a tensor whose codes are all counted.
  static let countedWhole = 1 << 18
  /// Weights that are counted, or not, together.
  static let stretch = 256

  /// So many different codes cost little to count.
  static let fewCodes = 32

  /// One code in so many is counted.
  static func every(_ tensor: TensorDescription) -> Int {
    if tensor.shape.elementCount <= countedWhole { return 1 }
    if let alphabet = tensor.elementType.codeAlphabet, alphabet.integers.count <= fewCodes { return 1 }
    return 4
  }

  /// Of four stretches, one: that for which the digits of its number to the base 4 add up to a multiple of 4, so that no
  /// period of a tensor's columns is met at the same place again and again.
  static func counts(_ number: Int) -> Bool {
    var (rest, sum) = (number, 0)
    while rest > 0 {
      sum += rest & 3
      rest >>= 2
    }
    return sum & 3 == 0
  }
}
