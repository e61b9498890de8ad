internal import Checkpoints
internal import Quantization
internal import TensorCore

/// How a tensor's payload is looked at.
enum BlockReading {
  /// Blocks are taken apart into integers, steps and offsets.
  case codes(any IntegerCoded.Type, CodeAlphabet)
  /// Weights are decoded.
  case weights
  /// Only what stands in blocks by itself is read: their scales.
  case scales
  case nothing

  init(_ tensor: TensorDescription) {
    let type = tensor.elementType
    if type.kind == .integer || type.kind == .packed || Self.isBigEndian(tensor) {
      self = .nothing
    } else if let coded = type.integerCoded, let alphabet = type.codeAlphabet {
      self = .codes(coded, alphabet)
    } else if type.decoder != nil {
      self = .weights
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

/// The stretches of a chunk's tiles whose codes are counted.
struct TileSample {
  private let isPart: Bool
  /// The number in the tensor of the chunk's first stretch: a chunk has 16 tiles at most.
  private let first: Int
  /// Of the tile: its first weight in the chunk, its weights, and how many of them have been gone through.
  private var (start, count, end) = (0, 0, 0)

  init(_ tensor: TensorDescription, _ chunk: ChunkList.Chunk) {
    isPart = CodeSample.every(tensor) > 1
    first = chunk.index * (ChunkList.chunkElements / CodeSample.stretch)
  }

  /// Goes on to a tile.
  mutating func begin(_ tile: Range<Int>) { (start, count, end) = (tile.lowerBound, tile.count, 0) }

  /// The next stretch of the tile that is counted, in weights from its beginning; nil at the end.
  mutating func next() -> Range<Int>? {
    while end < count {
      let stretch = end..<(isPart ? min(end + CodeSample.stretch, count) : count)
      end = stretch.upperBound
      if !isPart || CodeSample.counts(first + (start + stretch.lowerBound) / CodeSample.stretch) { return stretch }
    }
    return nil
  }
}
