import Quantization
import TensorCore

/// What became of every bit of a field when it was flipped.
struct FlipCount {
  var flips = 0
  /// A weight is beyond its bound.
  var found = 0
  /// Not found, and no decoded weight has another value.
  var unchanged = 0
  /// Of those that are not found, the largest quotient of the block's squared error after and before.
  var worstMissed: Double = 1

  /// Flips each bit of each block that is made of the weights, and counts by field.
  static func count(_ codec: any BlockCodec.Type, _ fields: [BlockField], _ weights: [Float]) -> [FlipCount] {
    var counts = [FlipCount](repeating: FlipCount(), count: fields.count)
    let (length, size) = (codec.elementType.blockLength, codec.elementType.blockBytes)
    for start in stride(from: 0, to: weights.count - length + 1, by: length) {
      let original = Array(weights[start..<(start + length)])
      var block = [UInt8](repeating: 0, count: size)
      var span = block.mutableSpan
      codec.encodeBlock(original.span, into: &span, at: 0)
      let before = decode(codec, block)
      let error = squaredError(original, before)
      for (field, range) in fields.enumerated() {
        for byte in range.bytes {
          for bit in 0..<8 {
            block[byte] ^= 1 << UInt8(bit)
            defer { block[byte] ^= 1 << UInt8(bit) }
            counts[field].flips += 1
            guard codec.firstWeightBeyondBound(original: original.span, block: block.span) == nil else {
              counts[field].found += 1
              continue
            }
            let after = decode(codec, block)
            if after == before {
              counts[field].unchanged += 1
            } else if error > 0 {
              counts[field].worstMissed = max(counts[field].worstMissed, squaredError(original, after) / error)
            }
          }
        }
      }
    }
    return counts
  }

  private static func decode(_ codec: any BlockCodec.Type, _ block: [UInt8]) -> [Float] {
    var weights = [Float](repeating: 0, count: codec.elementType.blockLength)
    var span = weights.mutableSpan
    codec.decodeBlock(block.span, into: &span, at: 0)
    return weights
  }

  private static func squaredError(_ original: [Float], _ decoded: [Float]) -> Double {
    zip(original, decoded).reduce(0) { sum, pair in
      let difference = Double(pair.1) - Double(pair.0)
      return sum + difference * difference
    }
  }
}
