internal import FileAccess
internal import GGUF
internal import TensorCore

extension ImportanceMatrix.Contents {
  private static let sums = ".in_sum2"
  private static let counts = ".counts"
  private static let mostCounts = 1 << 16

  /// For each tensor the sums of squares, NAME.in_sum2, and how many activations are in them, NAME.counts, a number for each
  /// matrix. Keys: `imatrix.datasets`, `imatrix.chunk_count`, `imatrix.chunk_size`.
  init(gguf file: InputFile) throws(SourceError) {
    formatName = "GGUF"
    let model = try GGUFFile(file)
    datasets = try Self.datasets(model.metadata, file)
    chunkCount = try Self.number("imatrix.chunk_count", model.metadata, file)
    _ = try Self.number("imatrix.chunk_size", model.metadata, file)
    var countsOf: [ExactString: TensorDescription] = [:]
    for tensor in model.tensors where tensor.name.hasSuffix(Self.counts) {
      countsOf[ExactString(String(tensor.name.dropLast(Self.counts.count)))] = tensor
    }
    for tensor in model.tensors where tensor.name.hasSuffix(Self.sums) {
      let name = String(tensor.name.dropLast(Self.sums.count))
      guard let counts = countsOf.removeValue(forKey: ExactString(name)) else {
        throw file.invalid(.sumsWithoutCounts(tensor: name))
      }
      entries.append(try Self.entry(name, sums: tensor, counts: counts, in: model, file))
    }
    if let name = countsOf.keys.map(\.string).min() { throw file.invalid(.countsWithoutSums(tensor: name)) }
  }

  private static func entry(
    _ name: String, sums: TensorDescription, counts: TensorDescription, in model: GGUFFile, _ file: InputFile
  ) throws(SourceError) -> ImportanceMatrix.Entry {
    for tensor in [sums, counts] where tensor.elementType != .f32 || tensor.byteOrder == .big {
      throw file.invalid(.elementType(tensor: tensor.name, found: tensor.elementType))
    }
    let (valueCount, count) = (sums.shape.elementCount, counts.shape.elementCount)
    guard count > 0, valueCount > 0, valueCount.isMultiple(of: count) else {
      throw file.invalid(.countsDoNotDivide(tensor: name, sums: valueCount, counts: count))
    }
    guard count <= mostCounts else { throw file.invalid(.tooManyCounts(tensor: name, count: count, limit: mostCounts)) }
    var bytes = [UInt8](repeating: 0, count: counts.byteCount)
    var span = bytes.mutableSpan
    try model.read(counts, from: 0, into: &span)
    var values: [Float] = []
    for index in 0..<count {
      let value = Float(bitPattern: bytes.span.load(UInt32.self, at: 4 * index))
      guard value >= 0, value <= 0x1p31 else { throw file.invalid(.count(tensor: name, value: value)) }
      // llama.cpp rounds it, halves away from zero.
      values.append(value.rounded(.toNearestOrAwayFromZero))
    }
    return .init(name: name, valueCount: valueCount, counts: values, offset: sums.offset)
  }

  private static func datasets(_ metadata: GGUFMetadata, _ file: InputFile) throws(SourceError) -> [String] {
    let key = "imatrix.datasets"
    guard let value = metadata[key] else { throw file.invalid(.keyMissing(key)) }
    guard case .array(let array) = value else { throw file.invalid(.keyType(key, expected: "an array of strings")) }
    var names: [String] = []
    // The first is what files say of it.
    for element in array.prefix(100) {
      guard case .string(let name) = element else { throw file.invalid(.keyType(key, expected: "an array of strings")) }
      names.append(name)
    }
    return names
  }

  private static func number(
    _ key: String, _ metadata: GGUFMetadata, _ file: InputFile
  ) throws(SourceError) -> Int {
    guard let value = metadata[key] else { throw file.invalid(.keyMissing(key)) }
    guard case .uint32(let number) = value else { throw file.invalid(.keyType(key, expected: "a u32")) }
    return Int(number)
  }
}
