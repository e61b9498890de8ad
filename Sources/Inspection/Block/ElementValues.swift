internal import Quantization
internal import TensorCore

/// The elements of a stretch of a tensor.
public enum ElementValues: Sendable {
  /// Of a type with a decoder; F64 is rounded to the nearest 32-bit float.
  case weights([Float])
  /// Of a type of integers or truth values (0 and 1, or what else the byte is), exactly.
  case integers([Int128])

  /// - Parameters:
  ///   - bytes: Whole blocks, little-endian.
  /// - Returns: nil for a type that is not decoded.
  init?(_ bytes: [UInt8], of type: ElementType) {
    if type.kind == .integer {
      self = .integers(Self.integers(bytes, of: type))
    } else if let decoder = type.decoder {
      var weights = [Float](repeating: 0, count: bytes.count / type.blockBytes * type.blockLength)
      // What is looked at is what the specification says, not a kernel.
      var span = weights.mutableSpan
      decoder.decode(bytes.span, into: &span)
      self = .weights(weights)
    } else {
      return nil
    }
  }

  private static func integers(_ bytes: [UInt8], of type: ElementType) -> [Int128] {
    let span = bytes.span
    return stride(from: 0, to: bytes.count - type.blockBytes + 1, by: type.blockBytes).map { at in
      switch type {
      case .i8: Int128(Int8(bitPattern: bytes[at]))
      case .i16: Int128(span.load(Int16.self, at: at))
      case .i32: Int128(span.load(Int32.self, at: at))
      case .i64: Int128(span.load(Int64.self, at: at))
      case .u16: Int128(span.load(UInt16.self, at: at))
      case .u32: Int128(span.load(UInt32.self, at: at))
      case .u64: Int128(span.load(UInt64.self, at: at))
      default: Int128(bytes[at])
      }
    }
  }

  public var count: Int {
    switch self {
    case .weights(let weights): weights.count
    case .integers(let integers): integers.count
    }
  }

  /// Each as it is written in full: the shortest decimals that stand for the float.
  public var texts: [String] {
    switch self {
    case .weights(let weights): weights.map { "\($0)" }
    case .integers(let integers): integers.map { "\($0)" }
    }
  }

  /// Those of a range, which is inside.
  func cut(to range: Range<Int>) -> ElementValues {
    switch self {
    case .weights(let weights): .weights(Array(weights[range]))
    case .integers(let integers): .integers(Array(integers[range]))
    }
  }
}
