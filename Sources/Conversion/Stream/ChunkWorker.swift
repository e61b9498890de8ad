internal import FileAccess
internal import GGUF
internal import Quantization
internal import TensorCore
internal import Verification

/// One thread's share of a conversion: its buffers, which are made once, and what it does with a chunk.
struct ChunkWorker {
  let plan: ConversionPlan
  let source: any TensorSource
  /// What the checkpoint is called in errors.
  let sourceName: String
  let policy: ConversionOptions.NonFinitePolicy
  let output: AtomicFileWriter

  private var sourceBytes: [UInt8] = []
  private var weights: [Float] = []
  private var blocks: [UInt8] = []
  private var decoded: [Float] = []

  init(
    plan: ConversionPlan, source: any TensorSource, sourceName: String, policy: ConversionOptions.NonFinitePolicy,
    output: AtomicFileWriter
  ) {
    self.plan = plan
    self.source = source
    self.sourceName = sourceName
    self.policy = policy
    self.output = output
  }

  /// What became of a chunk.
  struct Result {
    var error = RoundTripError()
    /// Values that the policy for non-finite ones has replaced.
    var replaced = 0
  }

  /// Reads a chunk, converts it, and writes it to its place.
  mutating func convert(_ chunk: ChunkList.Chunk) throws(ConversionFailure) -> Result {
    let tensor = plan.tensors[chunk.tensor]
    let type = tensor.source.elementType
    try read(chunk, of: tensor.source)
    switch type.kind {
    case .float, .packed: return try encode(chunk, tensor)
    case .quantized where type != tensor.target: return try encode(chunk, tensor)
    case .quantized:
      // The same blocks again.
      swap(&sourceBytes, &blocks)
      if let codec = type.codec, let bad = codec.firstNonFiniteBlock(in: blocks.span) {
        let (row, columns) = place(ofBlock: bad, type, chunk, tensor)
        throw invalid(.scaleNotFinite(tensor: tensor.source.name, type: type, row: row, columns: columns))
      }
    case .integer:
      do throws(ConversionError) {
        try IntegerWidening.widen(sourceBytes, of: tensor, from: chunk.elements.lowerBound, into: &blocks)
      } catch {
        throw invalid(error)
      }
    }
    try write(chunk, of: tensor)
    return Result()
  }

  private func invalid(_ error: ConversionError) -> ConversionFailure {
    .source(.invalid(path: sourceName, error))
  }

  private mutating func read(_ chunk: ChunkList.Chunk, of tensor: TensorDescription) throws(ConversionFailure) {
    let bytes = chunk.bytes(of: tensor.elementType)
    resize(&sourceBytes, to: bytes.count, filling: 0)
    do throws(SourceError) {
      try Self.fill(&sourceBytes, from: source, tensor, start: bytes.lowerBound)
    } catch {
      throw .source(error)
    }
  }

  private func write(_ chunk: ChunkList.Chunk, of tensor: ConversionPlan.Tensor) throws(ConversionFailure) {
    do throws(FileError) {
      try output.write(blocks.span, at: tensor.place.offset + chunk.bytes(of: tensor.target).lowerBound)
    } catch {
      throw .output(error)
    }
  }

  private mutating func encode(
    _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) throws(ConversionFailure) -> Result {
    let (from, to) = (tensor.source.elementType, tensor.target)
    // The plan has made sure of both.
    guard let decoder = from.decoder, let codec = to.codec else {
      throw invalid(.typeNotDecodable(tensor: tensor.source.name, type: from))
    }
    let count = chunk.elements.count
    var result = Result()
    resize(&weights, to: count, filling: 0)
    Self.decode(sourceBytes, with: decoder, into: &weights)
    result.replaced = try applyPolicy(codec.largestMagnitude, chunk, tensor)

    resize(&blocks, to: chunk.bytes(of: to).count, filling: 0)
    Self.encode(weights, with: codec, into: &blocks)
    if let bad = codec.firstNonFiniteBlock(in: blocks.span) {
      let (row, columns) = place(ofBlock: bad, to, chunk, tensor)
      let values = weights[(bad * to.blockLength)..<((bad + 1) * to.blockLength)]
      throw invalid(
        .outOfRange(
          tensor: tensor.source.name, type: to, row: row, columns: columns,
          magnitude: values.reduce(0) { max($0, abs($1)) }))
    }
    try write(chunk, of: tensor)

    resize(&decoded, to: count, filling: 0)
    Self.decode(blocks, with: codec, into: &decoded)
    result.error = RoundTripError(original: weights.span, decoded: decoded.span)
    return result
  }

  // Each of these takes its buffers apart from `self`, so that one may be read while another is written.

  private static func fill(
    _ bytes: inout [UInt8], from source: any TensorSource, _ tensor: TensorDescription, start: Int
  ) throws(SourceError) {
    var span = bytes.mutableSpan
    try source.read(tensor, from: start, into: &span)
    if tensor.byteOrder == .big { span.reverseBytes(ofElements: tensor.elementType.blockBytes) }
  }

  private static func encode(_ weights: [Float], with codec: any BlockCodec.Type, into blocks: inout [UInt8]) {
    var span = blocks.mutableSpan
    codec.encode(weights.span, into: &span)
  }

  private static func decode(_ blocks: [UInt8], with decoder: any BlockDecoder.Type, into weights: inout [Float]) {
    var span = weights.mutableSpan
    decoder.decode(blocks.span, into: &span)
  }

  /// Finds what is not finite in the chunk's weights and does with it what the user said.
  private mutating func applyPolicy(
    _ limit: Float, _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) throws(ConversionFailure) -> Int {
    if policy != .clamp && NonFinite.allFinite(weights.span) { return 0 }
    var replaced = 0
    for i in 0..<weights.count {
      let value = weights[i]
      switch policy {
      case .zero where !value.isFinite:
        weights[i] = 0
        replaced += 1
      case .clamp where !value.isNaN && abs(value) > limit:
        weights[i] = value < 0 ? -limit : limit
        replaced += 1
      case _ where !value.isFinite:
        let index = chunk.elements.lowerBound + i
        let row = tensor.shape.rowLength
        let column = index % row
        if policy == .clamp { throw invalid(.clampOfNaN(tensor: tensor.source.name, row: index / row, column: column)) }
        throw invalid(
          .notFinite(
            tensor: tensor.source.name, value: NonFinite.name(value), row: index / row, column: column))
      default: break
      }
    }
    return replaced
  }

  private func place(
    ofBlock block: Int, _ type: ElementType, _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) -> (row: Int, columns: Range<Int>) {
    let first = chunk.elements.lowerBound + block * type.blockLength
    let column = first % tensor.shape.rowLength
    return (first / tensor.shape.rowLength, column..<(column + type.blockLength))
  }
}

/// Changes the count and keeps the memory.
private func resize<Element>(_ array: inout [Element], to count: Int, filling value: Element) {
  if array.count > count {
    array.removeLast(array.count - count)
  } else if array.count < count {
    array.append(contentsOf: repeatElement(value, count: count - array.count))
  }
}
