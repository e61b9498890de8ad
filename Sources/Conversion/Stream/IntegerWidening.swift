internal import TensorCore

/// Integers into the signed type that ggml has for them, or their own, without a change of value.
enum IntegerWidening {
  /// Widens little-endian integers; `firstElement` is the number of the first of them in the tensor.
  ///
  /// - Throws: ``ConversionError`` for a value of U64 that I64 does not hold.
  static func widen(
    _ bytes: [UInt8], of tensor: TensorTransfer, from firstElement: Int, into result: inout [UInt8]
  ) throws(ConversionError) {
    result.removeAll(keepingCapacity: true)
    let type = tensor.source.elementType
    let (from, to) = (type.blockBytes, tensor.target.blockBytes)
    if type == .u64 && tensor.target != .u64 {
      // The sign bit is the highest of the last byte.
      for index in stride(from: 7, to: bytes.count, by: 8) where bytes[index] & 0x80 != 0 {
        let element = firstElement + index / 8
        throw .integerOutOfRange(
          tensor: tensor.source.name, value: bytes.span.load(UInt64.self, at: index - 7),
          row: element / tensor.shape.rowLength, column: element % tensor.shape.rowLength)
      }
    }
    if from == to {
      result.append(contentsOf: bytes)
      return
    }
    // Only unsigned integers are widened: zeros behind the low bytes.
    for start in stride(from: 0, to: bytes.count, by: from) {
      result.append(contentsOf: bytes[start..<(start + from)])
      result.append(contentsOf: repeatElement(0, count: to - from))
    }
  }
}
