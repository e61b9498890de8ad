internal import Checkpoints
internal import FileAccess
internal import Kernels
internal import Quantization
internal import Safetensors
internal import TensorCore
internal import Verification

/// What is done with a tensor of a fake quantization.
struct FakeQuantizationTransfer {
  let source: TensorDescription
  /// What its weights are quantized to; nil where they stay as they are.
  let through: (any BlockCodec.Type)?
  /// The dtype; nil where its bytes are copied, whatever they are.
  let storage: (any BlockCodec.Type)?
  let place: ShardedPlace

  /// Which of the outputs it is written to, and where, in bytes from the start of that file.
  typealias ShardedPlace = (output: Int, offset: Int)

  init(_ tensor: FakeQuantizationPlan.Tensor) {
    through = tensor.through?.codec
    let type = tensor.source.elementType
    // What the user names is not looked at.
    storage = WeightPrecision(type) == nil || tensor.kept == .named ? nil : type.codec
    source = type.kind == .packed ? tensor.source.asBytes : tensor.source
    place = (tensor.place.file, tensor.place.offset)
  }
}

extension TensorDescription {
  /// Its payload as bytes: elements of less than a byte do not divide at the ends of rows.
  fileprivate var asBytes: TensorDescription {
    guard let shape = Shape(checking: [UInt64(clamping: byteCount)]) else { return self }
    return TensorDescription(
      name: name, elementType: .u8, shape: shape, file: file, offset: offset, byteCount: byteCount)
  }
}

/// One thread's share of a fake quantization: its buffers, which are made once, and what it does with a chunk.
struct FakeQuantizationWorker: ChunkConsumer {
  let transfers: [FakeQuantizationTransfer]
  let reader: WeightReader
  /// What the checkpoint is called in errors.
  let sourceName: String
  let policy: ConversionOptions.NonFinitePolicy
  let kernels: KernelSet
  let outputs: [any PositionedOutput]
  /// `source` has a chunk as the source has it and, afterwards, as the output does.
  var buffers: ChunkBuffers

  init(
    transfers: [FakeQuantizationTransfer], source: any TensorSource, sourceName: String,
    policy: ConversionOptions.NonFinitePolicy, kernels: KernelSet, outputs: [any PositionedOutput]
  ) {
    self.transfers = transfers
    reader = WeightReader(source: source, kernels: kernels)
    self.sourceName = sourceName
    self.policy = policy
    self.kernels = kernels
    self.outputs = outputs
    buffers = ChunkBuffers(
      for: transfers.map { transfer in
        let source = transfer.source
        return TensorTransfer(
          source: source, target: transfer.through?.elementType ?? source.elementType, shape: source.shape, output: 0,
          offset: 0, importance: nil)
      })
    let longest = transfers.map { ChunkList.bytes(ChunkList.longestChunk($0.source.shape), $0.source.elementType) }
    buffers.source.reserveCapacity(longest.max() ?? 0)
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> ChunkWorker.Result {
    let tensor = transfers[chunk.tensor]
    let result: ChunkWorker.Result
    if let codec = tensor.through, let storage = tensor.storage {
      result = try pass(chunk, of: tensor.source, through: codec, storage)
    } else {
      result = try copy(chunk, of: tensor.source, tensor.storage)
    }
    do throws(FileError) {
      try outputs[tensor.place.output].write(
        buffers.source.span, at: tensor.place.offset + chunk.bytes(of: tensor.source.elementType).lowerBound)
    } catch {
      throw .output(error)
    }
    return result
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = transfers[chunk.tensor].source
    reader.source.prefetch(tensor, chunk.bytes(of: tensor.elementType))
  }

  func abandon() {
    for output in outputs { output.abandon() }
  }

  // MARK: Weights through blocks

  private mutating func pass(
    _ chunk: ChunkList.Chunk, of tensor: TensorDescription, through codec: any BlockCodec.Type,
    _ storage: any BlockCodec.Type
  ) throws(StreamFailure) -> ChunkWorker.Result {
    let type = codec.elementType
    do throws(SourceError) {
      // The plan has made sure that the type can be decoded.
      _ = try reader.readWeights(tensor, chunk, bytes: &buffers.source, into: &buffers.weights)
    } catch {
      throw .source(error)
    }
    var result = ChunkWorker.Result()
    result.replaced = try applyPolicy(limit: codec.largestMagnitude, chunk, tensor)
    buffers.blocks.resize(to: chunk.bytes(of: type).count)
    var unmeasured: TensorLoss?
    if !BlockTransfer(codec, kernels).encode(&buffers, measuring: &unmeasured),
      let block = codec.firstNonFiniteBlock(in: buffers.blocks.span)
    {
      throw outOfRange((block * type.blockLength)..<((block + 1) * type.blockLength), type, chunk, tensor)
    }
    var loss = TensorLoss(tensor.shape, type, start: chunk.elements.lowerBound)
    buffers.source.resize(to: chunk.bytes(of: tensor.elementType).count)
    for tile in ChunkList.tiles(of: buffers.weights.count) {
      ChunkList.decode(tile, of: buffers.blocks, type, with: kernels, into: &buffers.decoded)
      // What a block decodes to may be beyond a half that the weight was not beyond.
      if policy == .clamp {
        _ = policy.apply(to: &buffers.decoded, limit: storage.largestMagnitude, kernels: kernels)
      }
      Self.store(buffers.decoded, as: storage, kernels, into: &buffers.source, at: tile)
      if storage.elementType != .f32 {
        ChunkList.decode(tile, of: buffers.source, storage.elementType, with: kernels, into: &buffers.decoded)
      }
      if let index = buffers.decoded.firstIndex(where: { !$0.isFinite }) {
        let place = tile.lowerBound + index
        throw outOfRange(place..<(place + 1), storage.elementType, chunk, tensor)
      }
      BlockTransfer.measure(buffers.weights, tile, buffers.decoded, kernels, into: &loss, &buffers.counts)
    }
    result.loss = ChunkLoss(loss: loss, pattern: RowPattern(ofChunk: buffers.weights, tensor.shape))
    return result
  }

  /// Stores the weights of a tile as the dtype of their tensor.
  private static func store(
    _ weights: [Float], as codec: any BlockCodec.Type, _ kernels: KernelSet, into bytes: inout [UInt8],
    at tile: Range<Int>
  ) {
    let offset = ChunkList.bytes(tile, codec.elementType).lowerBound
    var span = bytes.mutableSpan
    if let kernel = kernels.kernel(for: codec.elementType), kernel.encodes {
      kernel.encode(weights.span, into: &span, at: offset)
    } else {
      codec.encode(weights.span, into: &span, at: offset)
    }
  }

  // MARK: Weights as they are

  /// The same bytes again, but for weights that the policy replaces.
  private mutating func copy(
    _ chunk: ChunkList.Chunk, of tensor: TensorDescription, _ storage: (any BlockCodec.Type)?
  ) throws(StreamFailure) -> ChunkWorker.Result {
    do throws(SourceError) {
      try reader.readBytes(tensor, chunk, into: &buffers.source)
    } catch {
      throw .source(error)
    }
    var result = ChunkWorker.Result()
    guard let storage else { return result }
    ChunkList.decode(
      0..<chunk.elements.count, of: buffers.source, storage.elementType, with: kernels, into: &buffers.weights)
    result.replaced = try applyPolicy(limit: storage.largestMagnitude, chunk, tensor)
    if result.replaced > 0 {
      Self.store(buffers.weights, as: storage, kernels, into: &buffers.source, at: 0..<chunk.elements.count)
    }
    return result
  }

  // MARK: What is not finite

  private mutating func applyPolicy(
    limit: Float, _ chunk: ChunkList.Chunk, _ tensor: TensorDescription
  ) throws(StreamFailure) -> Int {
    let (replaced, refused) = policy.apply(to: &buffers.weights, limit: limit, kernels: kernels)
    guard let refused else { return replaced }
    let index = chunk.elements.lowerBound + refused
    let (row, column) = (index / tensor.shape.rowLength, index % tensor.shape.rowLength)
    if policy == .clamp { throw invalid(.clampOfNaN(tensor: tensor.name, row: row, column: column)) }
    throw invalid(
      .notFinite(tensor: tensor.name, value: NonFinite.name(buffers.weights[refused]), row: row, column: column))
  }

  /// - Parameter weights: In the chunk, of one row.
  private func outOfRange(
    _ weights: Range<Int>, _ type: ElementType, _ chunk: ChunkList.Chunk, _ tensor: TensorDescription
  ) -> StreamFailure {
    let first = chunk.elements.lowerBound + weights.lowerBound
    let column = first % tensor.shape.rowLength
    return invalid(
      .outOfRange(
        tensor: tensor.name, type: type, row: first / tensor.shape.rowLength,
        columns: column..<(column + weights.count),
        magnitude: buffers.weights[weights].reduce(0) { max($0, abs($1)) }))
  }

  private func invalid(_ error: ConversionError) -> StreamFailure {
    .source(.invalid(path: sourceName, error))
  }
}
