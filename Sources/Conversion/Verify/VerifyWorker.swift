internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore
internal import Verification

/// One thread's share of a verification: its buffers, which are made once, and what it does with a chunk.
struct VerifyWorker: ChunkConsumer {
  /// What became of a chunk.
  struct Result {
    /// nil for integers.
    var loss: ChunkLoss?
    var seen = TensorSightings()
  }

  let plan: VerificationPlan
  let file: WeightReader
  let source: WeightReader
  let options: VerificationOptions.Checks
  /// nil where there are no activations.
  let products: ProductLedger?
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
  private var productBuffers = ProductMeasure.Buffers()
  /// The errors of the chunk by their size.
  var counts = ErrorCounts()

  init(
    plan: VerificationPlan, file: any TensorSource, source: any TensorSource, options: VerificationOptions.Checks,
    products: ProductLedger?, kernels: KernelSet
  ) {
    self.plan = plan
    self.file = WeightReader(source: file, kernels: kernels)
    self.source = WeightReader(source: source, kernels: kernels)
    self.options = options
    self.products = products
    self.kernels = kernels
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> Result {
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
      result.seen.integers = IntegerComparison.differences(
        blocks, pair.file.elementType, sourceBytes, pair.source.elementType, start: chunk.elements.lowerBound)
      return result
    }
    // The plan has made sure that it can be decoded.
    _ = try source.readWeights(pair.source, chunk, bytes: &sourceBytes, into: &weights)
    if let products { try Self.multiply(chunk, weights, blocks, products, &productBuffers) }
    return compareWeights(pair, chunk)
  }

  private mutating func compareWeights(_ pair: VerificationPlan.Pair, _ chunk: ChunkList.Chunk) -> Result {
    var result = Result()
    let (type, first) = (pair.file.elementType, chunk.elements.lowerBound)
    if options.nonFinite != .error {
      let limit = type.codec.map(plan.method.largestMagnitude) ?? .greatestFiniteMagnitude
      _ = options.nonFinite.apply(to: &weights, limit: limit, kernels: kernels)
    }
    let isCopied = pair.source.elementType.kind == .quantized && pair.source.elementType == type
    if !isCopied { roundWeights() }
    if options.isExact, let codec = type.codec {
      result.seen.difference =
        isCopied
        ? ExactComparison.firstDifference(blocks, sourceBytes, at: 0)
        : exact.firstDifference(
          blocks, isRounded ? intermediate : weights, type,
          BlockTransfer(
            codec, kernels, plan.method, from: pair.source.elementType, columns: pair.file.shape.rowLength))
      result.seen.difference?.offset += chunk.bytes(of: type).lowerBound
    }
    let pattern = RowPattern(ofChunk: weights, pair.file.shape)
    // Blocks that were searched for are not where the reference's scales put them.
    let isBounded =
      !isCopied && options.checksBounds && !plan.method.differs(for: type)
      && !(plan.isMadeByFeedback && type.feedbackCodec != nil)
    var loss = TensorLoss(pair.file.shape, type, start: first)
    for tile in ChunkList.tiles(of: weights.count) {
      ChunkList.decode(tile, of: blocks, type, with: kernels, into: &decoded)
      let beyond = isBounded ? blocksBeyondBound(tile, type) : nil
      // What is not finite is beyond every bound; but rounded weights may be finite where those of the source are not.
      if isRounded || beyond?.count != 0 {
        let isFinite = kernels.allFinite(decoded.span) && kernels.allFinite(weights.span.extracting(tile))
        if isBounded, let codec = type.codec { noteBounds(tile, first, codec, isFinite ? beyond : nil, &result) }
        if !isFinite { setAsideNonFinite(tile, first, type, &result) }
      }
      BlockTransfer.measure(weights, tile, decoded, kernels, into: &loss, &counts)
    }
    result.loss = ChunkLoss(loss: loss, pattern: pattern)
    return result
  }

  /// Whether the weights that were quantized are not those of the source.
  private var isRounded: Bool { options.intermediate != nil }

  /// The weights as they were quantized, where another program rounded them first.
  private mutating func roundWeights() {
    guard let codec = options.intermediate?.codec else { return }
    var bytes: [UInt8] = []
    BlockTransfer(codec, kernels).encode(weights.span, into: &bytes)
    intermediate.resize(to: weights.count)
    codec.decode(bytes.span, with: kernels, into: &intermediate)
  }

  /// The weights that a tile's blocks were made of.
  private func quantized(_ tile: Range<Int>) -> ArraySlice<Float> { (isRounded ? intermediate : weights)[tile] }

  /// Holds a tile's blocks against the bounds that their scales give; nil where there is no kernel for it.
  private func blocksBeyondBound(_ tile: Range<Int>, _ type: ElementType) -> (count: Int, first: Int?)? {
    guard let kernel = kernels.kernel(for: type), kernel.encodes else { return nil }
    let bytes = ChunkList.bytes(tile, type)
    let original = quantized(tile)
    return kernel.blocksBeyondBound(
      original: original.span, blocks: blocks.span.extracting(bytes), decoded: decoded.span,
      byImportance: plan.isMadeByImportance)
  }

  /// Takes note of a tile's blocks that are beyond the bounds that their scales give. Where these are not known, or
  /// something is not finite, each block is looked at, but for those that are not finite: they are findings of another kind.
  ///
  /// - Parameter first: The number of the chunk's first element.
  private func noteBounds(
    _ tile: Range<Int>, _ first: Int, _ codec: any BlockCodec.Type, _ beyond: (count: Int, first: Int?)?,
    _ result: inout Result
  ) {
    let type = codec.elementType
    let weights = quantized(tile)
    let original = weights.span
    let bytes = blocks.span.extracting(ChunkList.bytes(tile, type))
    if let beyond {
      guard let block = beyond.first else { return }
      enter(block, of: beyond.count, original, bytes, first + tile.lowerBound, codec, &result)
      return
    }
    for block in 0..<(tile.count / type.blockLength) {
      let elements = (block * type.blockLength)..<((block + 1) * type.blockLength)
      guard kernels.allFinite(original.extracting(elements)), kernels.allFinite(decoded.span.extracting(elements))
      else {
        continue
      }
      enter(block, of: 1, original, bytes, first + tile.lowerBound, codec, &result)
    }
  }

  /// Takes note of blocks beyond their bounds, if the first of them is.
  ///
  /// - Parameters:
  ///   - block: The number in the tile of the first.
  ///   - start: The number of the tile's first element.
  private func enter(
    _ block: Int, of count: Int, _ original: Span<Float>, _ bytes: Span<UInt8>, _ start: Int,
    _ codec: any BlockCodec.Type, _ result: inout Result
  ) {
    let (length, size) = (codec.elementType.blockLength, codec.elementType.blockBytes)
    let weight = codec.firstWeightBeyondBound(
      original: original.extracting((block * length)..<((block + 1) * length)),
      block: bytes.extracting((block * size)..<((block + 1) * size)), byImportance: plan.isMadeByImportance)
    guard let weight else { return }
    if result.seen.blocksBeyondBound.count == 0 { result.seen.weightBeyondBound = weight }
    result.seen.blocksBeyondBound.add(start / length + block, count: count)
  }

  // These take their buffers apart, so that one may be read while another is written.

  private static func multiply(
    _ chunk: ChunkList.Chunk, _ weights: [Float], _ blocks: [UInt8], _ products: ProductLedger,
    _ buffers: inout ProductMeasure.Buffers
  ) throws(SourceError) {
    let (weights, blocks) = (weights.span, blocks.span)
    try products.measure(chunk, weights: weights, blocks: blocks, with: &buffers)
  }

  /// Weights that are not finite on one side become zeros on both, so that the figures are those of the others.
  private mutating func setAsideNonFinite(
    _ tile: Range<Int>, _ first: Int, _ type: ElementType, _ result: inout Result
  ) {
    for index in 0..<tile.count {
      let place = tile.lowerBound + index
      let (isFinite, isSourceFinite) = (decoded[index].isFinite, weights[place].isFinite)
      if isFinite && isSourceFinite { continue }
      if !isFinite { result.seen.notFinite.add(first + place) }
      if !isFinite && type == .f16 && isSourceFinite && weights[place].magnitude > Binary16.greatestFinite {
        result.seen.overflows += 1
      }
      if !isSourceFinite { result.seen.sourceNotFinite.add(first + place) }
      decoded[index] = 0
      weights[place] = 0
    }
  }
}
