internal import Kernels
internal import Quantization
internal import TensorCore
internal import Verification

/// One thread's share of a verification: its buffers, which are made once, and what it does with a chunk.
struct VerifyWorker: ChunkConsumer {
  /// What was seen in a chunk.
  struct Result {
    /// nil for integers.
    var loss: ChunkLoss?
    /// Elements of the file, and of the source, that are not finite.
    var notFinite = Sightings()
    var sourceNotFinite = Sightings()
    /// How many of the file's are not finite because F16 does not hold the source's.
    var overflows = 0
    /// Elements of integers that differ.
    var integers = Sightings()
    /// Blocks with a weight beyond its bound.
    var blocksBeyondBound = Sightings()
    /// The first weight beyond its bound in the first of them.
    var weightBeyondBound: WeightBeyondBound?
    /// The first byte that is not that of the source quantized again.
    var difference: ExactComparison.Difference?
  }

  let plan: VerificationPlan
  let file: WeightReader
  let source: WeightReader
  let options: VerificationOptions.Checks
  let kernels: KernelSet

  /// The chunk as the source has it, unless it is F32.
  private var sourceBytes: [UInt8] = []
  private var weights: [Float] = []
  /// The weights that were quantized, where they are not those of the source.
  private var intermediate: [Float] = []
  /// The chunk as the file has it.
  private var blocks: [UInt8] = []
  /// What a tile of blocks decodes to.
  private var decoded: [Float] = []
  private var exact = ExactComparison()
  /// The errors of the chunk by their size.
  var counts = ErrorCounts()

  init(
    plan: VerificationPlan, file: any TensorSource, source: any TensorSource, options: VerificationOptions.Checks,
    kernels: KernelSet
  ) {
    self.plan = plan
    self.file = WeightReader(source: file, kernels: kernels)
    self.source = WeightReader(source: source, kernels: kernels)
    self.options = options
    self.kernels = kernels
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(ConversionFailure) -> Result {
    do throws(SourceError) {
      return try verify(chunk)
    } catch {
      throw .source(error)
    }
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let pair = plan.pairs[chunk.tensor]
    file.source.prefetch(pair.file, chunk.bytes(of: pair.file.elementType))
    source.source.prefetch(pair.source, chunk.bytes(of: pair.source.elementType))
  }

  private mutating func verify(_ chunk: ChunkList.Chunk) throws(SourceError) -> Result {
    let pair = plan.pairs[chunk.tensor]
    try file.readBytes(pair.file, chunk, into: &blocks)
    if pair.isInteger {
      try source.readBytes(pair.source, chunk, into: &sourceBytes)
      var result = Result()
      result.integers = IntegerComparison.differences(
        blocks, pair.file.elementType, sourceBytes, pair.source.elementType, start: chunk.elements.lowerBound)
      return result
    }
    // The plan has made sure that it can be decoded.
    _ = try source.readWeights(pair.source, chunk, bytes: &sourceBytes, into: &weights)
    return compareWeights(pair, chunk)
  }

  private mutating func compareWeights(_ pair: VerificationPlan.Pair, _ chunk: ChunkList.Chunk) -> Result {
    var result = Result()
    let (type, first) = (pair.file.elementType, chunk.elements.lowerBound)
    let row = pair.file.shape.rowLength
    if options.nonFinite != .error {
      let limit = type.codec?.largestMagnitude ?? .greatestFiniteMagnitude
      _ = options.nonFinite.apply(to: &weights, limit: limit, kernels: kernels)
    }
    if let codec = type.codec { compareBlocks(pair, chunk, codec, &result) }
    let pattern =
      pair.file.shape.rowCount > 1 && row <= ChunkList.chunkElements
      ? RowPattern(weights.span, rowLength: row) : .unknown
    var loss = TensorLoss(rowLength: row, blockLength: type.blockLength, start: first)
    for tile in BlockTransfer.tiles(of: weights.count) {
      Self.decode(blocks, tile, type, kernels, into: &decoded)
      setAsideNonFinite(tile, first, type, &result)
      BlockTransfer.measure(weights, tile, decoded, kernels, into: &loss, &counts)
    }
    result.loss = ChunkLoss(loss: loss, pattern: pattern)
    return result
  }

  /// Holds the chunk's blocks against the weights that they were made of.
  private mutating func compareBlocks(
    _ pair: VerificationPlan.Pair, _ chunk: ChunkList.Chunk, _ codec: any BlockCodec.Type, _ result: inout Result
  ) {
    let type = pair.file.elementType
    let isCopied = pair.source.elementType.kind == .quantized && pair.source.elementType == type
    if isCopied {
      if options.isExact { result.difference = ExactComparison.firstDifference(blocks, sourceBytes, at: 0) }
    } else {
      roundWeights()
      let quantized = options.intermediate == nil ? weights : intermediate
      if options.isExact {
        result.difference = exact.firstDifference(blocks, quantized, type, BlockTransfer(codec, kernels))
      }
      if pair.isBounded { checkBounds(quantized, codec, chunk.elements.lowerBound / type.blockLength, &result) }
    }
    result.difference?.offset += chunk.bytes(of: type).lowerBound
  }

  /// The weights as they were quantized, where another program rounded them first.
  private mutating func roundWeights() {
    guard let codec = options.intermediate?.codec else { return }
    var bytes: [UInt8] = []
    BlockTransfer(codec, kernels).encode(weights.span, into: &bytes)
    intermediate.resize(to: weights.count)
    BlockTransfer.decode(bytes, with: codec, kernels, into: &intermediate)
  }

  /// - Parameter first: The number of the chunk's first block.
  private func checkBounds(
    _ original: [Float], _ codec: any BlockCodec.Type, _ first: Int, _ result: inout Result
  ) {
    let found = codec.blocksBeyondBound(original: original.span, blocks: blocks.span)
    guard let block = found.first else { return }
    let (length, size) = (codec.elementType.blockLength, codec.elementType.blockBytes)
    result.blocksBeyondBound.add(first + block, count: found.count)
    result.weightBeyondBound = codec.firstWeightBeyondBound(
      original: original.span.extracting((block * length)..<((block + 1) * length)),
      block: blocks.span.extracting((block * size)..<((block + 1) * size)))
  }

  // This takes its buffers apart, so that one may be read while another is written.

  private static func decode(
    _ blocks: [UInt8], _ tile: Range<Int>, _ type: ElementType, _ kernels: KernelSet, into decoded: inout [Float]
  ) {
    decoded.resize(to: tile.count)
    let bytes = ChunkList.bytes(tile.lowerBound, type)..<ChunkList.bytes(tile.upperBound, type)
    guard let decoder = type.decoder else { return }
    BlockTransfer.decode(blocks.span.extracting(bytes), with: decoder, kernels.kernel(for: type), into: &decoded)
  }

  /// Weights that are not finite on one side become zeros on both, so that the figures are those of the others.
  private mutating func setAsideNonFinite(
    _ tile: Range<Int>, _ first: Int, _ type: ElementType, _ result: inout Result
  ) {
    if kernels.allFinite(decoded.span) && kernels.allFinite(weights.span.extracting(tile)) { return }
    for index in 0..<tile.count {
      let place = tile.lowerBound + index
      let (isFinite, isSourceFinite) = (decoded[index].isFinite, weights[place].isFinite)
      if isFinite && isSourceFinite { continue }
      if !isFinite { result.notFinite.add(first + place) }
      if !isFinite && type == .f16 && isSourceFinite && weights[place].magnitude > Binary16.greatestFinite {
        result.overflows += 1
      }
      if !isSourceFinite { result.sourceNotFinite.add(first + place) }
      decoded[index] = 0
      weights[place] = 0
    }
  }
}
