internal import Checkpoints
internal import FileAccess
internal import GGUF
internal import Hessians
internal import Importance
internal import Kernels
internal import Quantization
internal import TensorCore
internal import Verification

/// One thread's share of a conversion: its buffers, which are made once, and what it does with a chunk.
struct ChunkWorker: ChunkConsumer {
  let transfers: [TensorTransfer]
  /// Of which transfers have entries.
  let importance: ImportanceMatrix?
  let method: QuantizationMethod
  /// What errors are fed back by; nil where they are not.
  private let bases: FeedbackBases?
  private var feedback: FeedbackEncoder?
  let reader: WeightReader
  /// What the checkpoint is called in errors.
  let sourceName: String
  let policy: ConversionOptions.NonFinitePolicy
  let kernels: KernelSet
  /// Whether the loss is measured.
  let measures: Bool
  let outputs: [any PositionedOutput]
  /// Where they can be taken up by another process.
  let files: ConversionFiles?

  /// The converter takes over the errors that were counted.
  var buffers: ChunkBuffers

  init(
    transfers: [TensorTransfer], importance: ImportanceMatrix? = nil, method: QuantizationMethod = .reference,
    feedback: (ErrorFeedback, FeedbackBases)? = nil, source: any TensorSource, sourceName: String,
    policy: ConversionOptions.NonFinitePolicy, kernels: KernelSet,
    measures: Bool, outputs: [any PositionedOutput], files: ConversionFiles? = nil
  ) {
    self.transfers = transfers
    self.importance = importance
    self.method = method
    bases = feedback?.1
    self.feedback = feedback.map { FeedbackEncoder(kernels: kernels, feedback: $0.0) }
    reader = WeightReader(source: source, kernels: kernels)
    self.sourceName = sourceName
    self.policy = policy
    self.kernels = kernels
    self.measures = measures
    self.outputs = outputs
    self.files = files
    buffers = ChunkBuffers(for: transfers)
  }

  /// What became of a chunk.
  struct Result {
    /// nil where it is not measured: nothing was encoded.
    var loss: ChunkLoss?
    /// nil where no errors were fed back.
    var output: OutputErrorSums?
    /// Values that the policy for non-finite ones has replaced.
    var replaced = 0
  }

  /// Reads a chunk, converts it, and writes it to its place; where an earlier process has done that, only measures it.
  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> Result {
    let tensor = transfers[chunk.tensor]
    if let files, try readFinished(chunk, tensor, files) { return try look(at: chunk, tensor) }
    let type = tensor.source.elementType
    switch type.kind {
    case .float, .packed: return try encode(chunk, tensor)
    case .quantized where !tensor.isCopied: return try encode(chunk, tensor)
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

  func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = transfers[chunk.tensor].source
    reader.source.prefetch(tensor, chunk.bytes(of: tensor.elementType))
  }

  func abandon() {
    for output in outputs { output.abandon() }
  }

  // MARK: Weights to blocks

  private mutating func encode(
    _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer
  ) throws(StreamFailure) -> Result {
    // The plan has made sure that there is one.
    guard let codec = tensor.target.codec else {
      throw invalid(.typeNotDecodable(tensor: tensor.source.name, type: tensor.target))
    }
    try readWeights(chunk, of: tensor.source)
    var result = Result()
    result.replaced = try applyPolicy(method.largestMagnitude(codec), chunk, tensor)

    buffers.blocks.resize(to: chunk.bytes(of: tensor.target).count)
    var loss = measures ? TensorLoss(tensor.shape, tensor.target, start: chunk.elements.lowerBound) : nil
    let transfer = BlockTransfer(
      codec, kernels, method, from: tensor.source.elementType, columns: tensor.shape.rowLength)
    let areFinite: Bool
    if let entry = tensor.hessian {
      result.output = try encode(chunk, tensor, by: entry)
      areFinite = transfer.measure(&buffers, measuring: &loss)
    } else if let entry = tensor.importance, let importance {
      try encode(chunk, tensor, transfer, by: entry, of: importance)
      areFinite = transfer.measure(&buffers, measuring: &loss)
    } else {
      areFinite = transfer.encode(&buffers, measuring: &loss)
    }
    result.loss = loss.map { ChunkLoss(loss: $0, pattern: RowPattern(ofChunk: buffers.weights, tensor.shape)) }
    // A scale that overflows makes every weight of its block infinite or NaN.
    if !areFinite, let bad = codec.firstNonFiniteBlock(in: buffers.blocks.span) {
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

  /// Encodes the chunk's weights, whole rows, by the importance of their columns: that of the matrix (expert) that a row is
  /// of.
  private mutating func encode(
    _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer, _ transfer: BlockTransfer, by entry: ImportanceMatrix.Entry,
    of matrix: ImportanceMatrix
  ) throws(StreamFailure) {
    let columns = tensor.shape.rowLength
    let rowsOfMatrix = max(1, tensor.shape.dimensions.dropLast().last ?? 1)
    let firstRow = chunk.elements.lowerBound / columns
    buffers.importance.resize(to: columns)
    var loaded: Int?
    for row in 0..<(chunk.elements.count / columns) {
      let number = (firstRow + row) / rowsOfMatrix
      if number != loaded {
        do throws(SourceError) {
          try matrix.read(entry, from: number * columns, into: &buffers.importance)
        } catch {
          throw .source(error)
        }
        loaded = number
      }
      transfer.encodeRow(row, columns: columns, &buffers)
    }
  }

  /// Encodes the chunk's weights, whole rows, by error feedback: with the Hessian of the matrix (expert) that a row is of.
  private mutating func encode(
    _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer, by entry: HessianFile.Entry
  ) throws(StreamFailure) -> OutputErrorSums? {
    // The plan has made sure that they are there.
    guard let codec = tensor.target.feedbackCodec, let bases else { return nil }
    let columns = tensor.shape.rowLength
    let rowsOfMatrix = entry.matrixCount == 1 ? Int.max : max(1, tensor.shape.dimensions.dropLast().last ?? 1)
    let end = chunk.elements.upperBound / columns
    var row = chunk.elements.lowerBound / columns
    var total = OutputErrorSums()
    while row < end {
      let matrix = row / rowsOfMatrix
      let next = matrix == end / rowsOfMatrix ? end : min(end, (matrix + 1) * rowsOfMatrix)
      let basis = try bases.basis(entry, matrix: matrix, blockLength: tensor.target.blockLength)
      let rows = (row * columns - chunk.elements.lowerBound)..<(next * columns - chunk.elements.lowerBound)
      if let sums = Self.encode(buffers.weights, rows, codec, basis, with: &feedback, into: &buffers.blocks) {
        total.add(sums)
      }
      row = next
    }
    return total
  }

  private static func encode(
    _ weights: [Float], _ rows: Range<Int>, _ codec: any FeedbackCodec.Type, _ basis: FeedbackBasis,
    with encoder: inout FeedbackEncoder?, into blocks: inout [UInt8]
  ) -> OutputErrorSums? {
    var span = blocks.mutableSpan
    return encoder?.encode(
      weights.span.extracting(rows), codec, basis, into: &span, at: ChunkList.bytes(rows, codec.elementType).lowerBound)
  }

  /// The chunk's weights as 32-bit floats.
  mutating func readWeights(
    _ chunk: ChunkList.Chunk, of tensor: TensorDescription
  ) throws(StreamFailure) {
    let isDecodable: Bool
    do throws(SourceError) {
      isDecodable = try reader.readWeights(tensor, chunk, bytes: &buffers.source, into: &buffers.weights)
    } catch {
      throw .source(error)
    }
    if !isDecodable { throw invalid(.typeNotDecodable(tensor: tensor.name, type: tensor.elementType)) }
  }

  /// Finds what is not finite in the chunk's weights and does with it what the user said.
  mutating func applyPolicy(
    _ limit: Float, _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer
  ) throws(StreamFailure) -> Int {
    let (replaced, refused) = policy.apply(to: &buffers.weights, limit: limit, kernels: kernels)
    guard let refused else { return replaced }
    let index = chunk.elements.lowerBound + refused
    let (row, column) = (index / tensor.shape.rowLength, index % tensor.shape.rowLength)
    if policy == .clamp { throw invalid(.clampOfNaN(tensor: tensor.source.name, row: row, column: column)) }
    throw invalid(
      .notFinite(
        tensor: tensor.source.name, value: NonFinite.name(buffers.weights[refused]), row: row, column: column))
  }

  // MARK: Chunks of an earlier process

  private mutating func readFinished(
    _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer, _ files: ConversionFiles
  ) throws(StreamFailure) -> Bool {
    let bytes = chunk.bytes(of: tensor.target)
    buffers.blocks.resize(to: bytes.count)
    do throws(FileError) {
      return try files.readFinished(
        chunk, at: tensor.offset + bytes.lowerBound, of: tensor.output, into: &buffers.blocks)
    } catch {
      throw .output(error)
    }
  }

  /// What ``encode(_:_:)`` has found of a chunk, from the blocks that it wrote.
  private mutating func look(at chunk: ChunkList.Chunk, _ tensor: TensorTransfer) throws(StreamFailure) -> Result {
    var result = Result()
    let isEncoded = tensor.source.elementType.kind != .integer && !tensor.isCopied
    guard isEncoded, measures || policy != .error, let codec = tensor.target.codec else { return result }
    try readWeights(chunk, of: tensor.source)
    result.replaced = try applyPolicy(method.largestMagnitude(codec), chunk, tensor)
    guard measures else { return result }
    var loss = TensorLoss(tensor.shape, tensor.target, start: chunk.elements.lowerBound)
    BlockTransfer(codec, kernels).measure(&buffers, into: &loss)
    result.loss = ChunkLoss(loss: loss, pattern: RowPattern(ofChunk: buffers.weights, tensor.shape))
    return result
  }

  // MARK: Blocks as they are

  /// The same blocks again, as long as their scales are finite.
  private mutating func copyBlocks(
    _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer
  ) throws(StreamFailure) {
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
  ) throws(StreamFailure) {
    do throws(SourceError) {
      try reader.readBytes(tensor, chunk, into: &buffers.source)
    } catch {
      throw .source(error)
    }
  }

  private func write(_ chunk: ChunkList.Chunk, of tensor: TensorTransfer) throws(StreamFailure) {
    do throws(FileError) {
      try outputs[tensor.output].write(
        buffers.blocks.span, at: tensor.offset + chunk.bytes(of: tensor.target).lowerBound)
    } catch {
      throw .output(error)
    }
    files?.enter(chunk, buffers.blocks)
  }

  private func invalid(_ error: ConversionError) -> StreamFailure {
    .source(.invalid(path: sourceName, error))
  }

  private func place(
    ofBlock block: Int, _ type: ElementType, _ chunk: ChunkList.Chunk, _ tensor: TensorTransfer
  ) -> (row: Int, columns: Range<Int>) {
    let first = chunk.elements.lowerBound + block * type.blockLength
    let column = first % tensor.shape.rowLength
    return (first / tensor.shape.rowLength, column..<(column + type.blockLength))
  }
}
