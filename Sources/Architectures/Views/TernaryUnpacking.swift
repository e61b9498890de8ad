internal import TensorCore

/// A checkpoint whose packed ternary weights appear as 32-bit floats.
///
/// transformers packs the rows of a BitNet matrix four in one: bits 0 and 1 of a byte are of the first quarter of the
/// rows, bits 2 and 3 of the second, and so on; 0 to 2 stand for -1 to 1. A tensor of one element beside it, with `_scale`
/// behind the name, is what these are divided by.
struct TernaryUnpacking: TensorSource {
  let tensors: [TensorDescription]
  let checkpoint: any TensorSource
  private let packed: [ExactString: (weights: TensorDescription, scale: TensorDescription)]

  var files: [SourceFile] { checkpoint.files }
  var formatName: String { checkpoint.formatName }

  /// - Throws: ``ArchitectureError`` where a scale has another shape or type, or weights have none.
  init(_ checkpoint: any TensorSource) throws(ArchitectureError) {
    self.checkpoint = checkpoint
    let byName = Dictionary(
      checkpoint.tensors.map { (ExactString($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    var packed: [ExactString: (weights: TensorDescription, scale: TensorDescription)] = [:]
    var tensors: [TensorDescription] = []
    for tensor in checkpoint.tensors {
      if tensor.name.hasSuffix(".weight_scale"),
        byName[ExactString(String(tensor.name.dropLast("_scale".count)))] != nil
      {
        continue
      }
      guard tensor.elementType == .u8, tensor.name.hasSuffix(".weight"),
        let scale = byName[ExactString("\(tensor.name)_scale")]
      else {
        tensors.append(tensor)
        continue
      }
      guard scale.elementType.kind == .float, scale.shape.elementCount == 1 else {
        throw .elementType(tensor: scale.name, found: scale.elementType, expected: "one floating-point number")
      }
      var dimensions = tensor.shape.dimensions.map { UInt64($0) }
      guard let rows = dimensions.first, dimensions.count == 2, rows <= UInt64(ModelConfig.largestSize) else {
        throw .shape(tensor: tensor.name, found: tensor.shape, expected: [0, 0])
      }
      dimensions[0] = 4 * rows
      guard let shape = Shape(checking: dimensions), let bytes = ElementType.f32.byteCount(elements: shape.elementCount)
      else { throw .tooLarge(tensor: tensor.name) }
      packed[ExactString(tensor.name)] = (tensor, scale)
      tensors.append(
        TensorDescription(
          name: tensor.name, elementType: .f32, shape: shape, file: tensor.file, offset: tensor.offset, byteCount: bytes
        ))
    }
    self.packed = packed
    self.tensors = tensors
  }

  func read(
    _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
  ) throws(SourceError) {
    guard let (weights, scale) = packed[ExactString(tensor.name)] else {
      return try checkpoint.read(tensor, from: start, into: &buffer)
    }
    let inverse = try number(scale)
    let values = [UInt8](0...3).map { ((Float($0) - 1) / inverse).bitPattern }
    let quarter = weights.shape.elementCount
    var element = start / 4
    let end = (start + buffer.count + 3) / 4
    while element < end {
      // Up to the end of this quarter of the rows, from whose elements on the same bits are taken.
      let (shift, place) = (2 * (element / quarter), element % quarter)
      let count = min(end - element, quarter - place)
      var bytes = [UInt8](repeating: 0, count: count)
      var span = bytes.mutableSpan
      try checkpoint.read(weights, from: place, into: &span)
      for (index, byte) in bytes.enumerated() {
        let bits = values[Int(byte >> shift & 3)]
        for part in 0..<4 {
          let target = 4 * (element + index) + part - start
          if target >= 0 && target < buffer.count { buffer[target] = UInt8(truncatingIfNeeded: bits >> (8 * part)) }
        }
      }
      element += count
    }
  }

  private func number(_ tensor: TensorDescription) throws(SourceError) -> Float {
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    var span = bytes.mutableSpan
    try checkpoint.read(tensor, from: 0, into: &span)
    return decoded(bytes, of: tensor.elementType).first ?? 1
  }

  func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
    if packed[ExactString(tensor.name)] == nil { checkpoint.prefetch(tensor, bytes) }
  }
}
