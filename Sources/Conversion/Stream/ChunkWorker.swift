internal import FileAccess
internal import GGUF
internal import Kernels
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
  let kernels: KernelSet
  let output: AtomicFileWriter

  private var buffers: ChunkBuffers

  init(
    plan: ConversionPlan, source: any TensorSource, sourceName: String, policy: ConversionOptions.NonFinitePolicy,
    kernels: KernelSet, output: AtomicFileWriter
  ) {
    self.plan = plan
    self.source = source
    self.sourceName = sourceName
    self.policy = policy
    self.kernels = kernels
    self.output = output
    buffers = ChunkBuffers(for: plan)
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
    switch type.kind {
    case .float, .packed: return try encode(chunk, tensor)
    case .quantized where type != tensor.target: return try encode(chunk, tensor)
    case .quantized: try copyBlocks(chunk, tensor)
    case .integer:
      try readSource(chunk, of: tensor.source)
      do throws(ConversionError) {
        try IntegerWidening.widen(
          buffers.source, of: tensor, from: chunk.elements.lowerBound, into: &buffers.blocks)
      } catch {
        throw invalid(error)
      }
    }
    try write(chunk, of: tensor)
    return Result()
  }

  // MARK: Weights to blocks

  private mutating func encode(
    _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) throws(ConversionFailure) -> Result {
    // The plan has made sure that there is one.
    guard let codec = tensor.target.codec else {
      throw invalid(.typeNotDecodable(tensor: tensor.source.name, type: tensor.target))
    }
    try readWeights(chunk, of: tensor.source)
    var result = Result()
    result.replaced = try applyPolicy(codec.largestMagnitude, chunk, tensor)

    buffers.blocks.resize(to: chunk.bytes(of: tensor.target).count)
    result.error = BlockTransfer(codec, kernels).encode(&buffers)
    // A scale that overflows makes every weight of its block infinite or NaN.
    if !result.error.isFinite, let bad = codec.firstNonFiniteBlock(in: buffers.blocks.span) {
      let type = tensor.target
      let (row, columns) = place(ofBlock: bad, type, chunk, tensor)
      let values = buffers.weights[(bad * type.blockLength)..<((bad + 1) * type.blockLength)]
      throw invalid(
        .outOfRange(
          tensor: tensor.source.name, type: type, row: row, columns: columns,
          magnitude: values.reduce(0) { max($0, abs($1)) }))
    }
    try write(chunk, of: tensor)
    return result
  }

  /// The chunk's weights as 32-bit floats.
  private mutating func readWeights(
    _ chunk: ChunkList.Chunk, of tensor: TensorDescription
  ) throws(ConversionFailure) {
    buffers.weights.resize(to: chunk.elements.count)
    if tensor.elementType == .f32 && tensor.byteOrder == .little {
      // The bytes are the weights.
      do throws(SourceError) {
        try Self.fill(&buffers.weights, from: source, tensor, start: chunk.bytes(of: .f32).lowerBound)
      } catch {
        throw .source(error)
      }
      return
    }
    try readSource(chunk, of: tensor)
    guard let decoder = tensor.elementType.decoder else {
      throw invalid(.typeNotDecodable(tensor: tensor.name, type: tensor.elementType))
    }
    BlockTransfer.decode(buffers.source, with: decoder, kernels, into: &buffers.weights)
  }

  /// Finds what is not finite in the chunk's weights and does with it what the user said.
  private mutating func applyPolicy(
    _ limit: Float, _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) throws(ConversionFailure) -> Int {
    if policy != .clamp && kernels.allFinite(buffers.weights.span) { return 0 }
    var replaced = 0
    for i in 0..<buffers.weights.count {
      let value = buffers.weights[i]
      switch policy {
      case .zero where !value.isFinite:
        buffers.weights[i] = 0
        replaced += 1
      case .clamp where !value.isNaN && abs(value) > limit:
        buffers.weights[i] = value < 0 ? -limit : limit
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

  // MARK: Blocks as they are

  /// The same blocks again, as long as their scales are finite.
  private mutating func copyBlocks(
    _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) throws(ConversionFailure) {
    let type = tensor.target
    try readSource(chunk, of: tensor.source)
    swap(&buffers.source, &buffers.blocks)
    guard let codec = type.codec, !BlockTransfer(codec, kernels).decodesToFiniteWeights(&buffers),
      let bad = codec.firstNonFiniteBlock(in: buffers.blocks.span)
    else { return }
    let (row, columns) = place(ofBlock: bad, type, chunk, tensor)
    throw invalid(.scaleNotFinite(tensor: tensor.source.name, type: type, row: row, columns: columns))
  }

  // MARK: Files

  private mutating func readSource(
    _ chunk: ChunkList.Chunk, of tensor: TensorDescription
  ) throws(ConversionFailure) {
    let bytes = chunk.bytes(of: tensor.elementType)
    buffers.source.resize(to: bytes.count)
    do throws(SourceError) {
      try Self.fill(&buffers.source, from: source, tensor, start: bytes.lowerBound)
    } catch {
      throw .source(error)
    }
  }

  // These take a buffer apart from `self`, so that it may be written while the source is read.

  private static func fill(
    _ weights: inout [Float], from source: any TensorSource, _ tensor: TensorDescription, start: Int
  ) throws(SourceError) {
    try weights.withBytes { (bytes) throws(SourceError) in
      try source.read(tensor, from: start, into: &bytes)
    }
  }

  private static func fill(
    _ bytes: inout [UInt8], from source: any TensorSource, _ tensor: TensorDescription, start: Int
  ) throws(SourceError) {
    var span = bytes.mutableSpan
    try source.read(tensor, from: start, into: &span)
    if tensor.byteOrder == .big { span.reverseBytes(ofElements: tensor.elementType.blockBytes) }
  }

  private func write(_ chunk: ChunkList.Chunk, of tensor: ConversionPlan.Tensor) throws(ConversionFailure) {
    do throws(FileError) {
      try output.write(buffers.blocks.span, at: tensor.place.offset + chunk.bytes(of: tensor.target).lowerBound)
    } catch {
      throw .output(error)
    }
  }

  private func invalid(_ error: ConversionError) -> ConversionFailure {
    .source(.invalid(path: sourceName, error))
  }

  private func place(
    ofBlock block: Int, _ type: ElementType, _ chunk: ChunkList.Chunk, _ tensor: ConversionPlan.Tensor
  ) -> (row: Int, columns: Range<Int>) {
    let first = chunk.elements.lowerBound + block * type.blockLength
    let column = first % tensor.shape.rowLength
    return (first / tensor.shape.rowLength, column..<(column + type.blockLength))
  }
}
