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
    /// Elements of integers that differ.
    var integers = Sightings()
    /// Bytes that are not those of the source quantized again.
    var difference: Difference?
  }

  /// The first byte that differs.
  struct Difference {
    /// From the start of the tensor's data.
    let offset: Int
    let found: UInt8
    let expected: UInt8
  }

  let plan: VerificationPlan
  let file: WeightReader
  let source: WeightReader
  let policy: ConversionOptions.NonFinitePolicy
  let isExact: Bool
  let kernels: KernelSet

  /// The chunk as the source has it, unless it is F32.
  private var sourceBytes: [UInt8] = []
  private var weights: [Float] = []
  /// The chunk as the file has it.
  private var blocks: [UInt8] = []
  /// What a tile of blocks decodes to.
  private var decoded: [Float] = []
  /// A tile of weights quantized again.
  private var again: [UInt8] = []
  /// The errors of the chunk by their size.
  var counts = ErrorCounts()

  init(
    plan: VerificationPlan, file: any TensorSource, source: any TensorSource,
    policy: ConversionOptions.NonFinitePolicy, isExact: Bool, kernels: KernelSet
  ) {
    self.plan = plan
    self.file = WeightReader(source: file, kernels: kernels)
    self.source = WeightReader(source: source, kernels: kernels)
    self.policy = policy
    self.isExact = isExact
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
      return compareIntegers(pair, chunk)
    }
    // The plan has made sure that it can be decoded.
    _ = try source.readWeights(pair.source, chunk, bytes: &sourceBytes, into: &weights)
    return compareWeights(pair, chunk)
  }

  // MARK: Weights

  private mutating func compareWeights(_ pair: VerificationPlan.Pair, _ chunk: ChunkList.Chunk) -> Result {
    var result = Result()
    let (type, first) = (pair.file.elementType, chunk.elements.lowerBound)
    let row = pair.file.shape.rowLength
    let codec = type.codec
    if policy != .error {
      _ = policy.apply(to: &weights, limit: codec?.largestMagnitude ?? .greatestFiniteMagnitude, kernels: kernels)
    }
    if isExact, let codec { result.difference = firstDifference(pair, chunk, codec) }
    let pattern =
      pair.file.shape.rowCount > 1 && row <= ChunkList.chunkElements
      ? RowPattern(weights.span, rowLength: row) : .unknown
    var loss = TensorLoss(rowLength: row, blockLength: type.blockLength, start: first)
    for tile in BlockTransfer.tiles(of: weights.count) {
      Self.decode(blocks, tile, type, kernels, into: &decoded)
      setAsideNonFinite(tile, first, &result)
      BlockTransfer.measure(weights, tile, decoded, kernels, into: &loss, &counts)
    }
    result.loss = ChunkLoss(loss: loss, pattern: pattern)
    return result
  }

  // These take their buffers apart, so that one may be read while another is written.

  private static func decode(
    _ blocks: [UInt8], _ tile: Range<Int>, _ type: ElementType, _ kernels: KernelSet, into decoded: inout [Float]
  ) {
    decoded.resize(to: tile.count)
    let bytes = ChunkList.bytes(tile.lowerBound, type)..<ChunkList.bytes(tile.upperBound, type)
    guard let decoder = type.decoder else { return }
    BlockTransfer.decode(blocks.span.extracting(bytes), with: decoder, kernels.kernel(for: type), into: &decoded)
  }

  /// Weights that are not finite on one side become zeros on both, so that the figures are those of the others.
  private mutating func setAsideNonFinite(_ tile: Range<Int>, _ first: Int, _ result: inout Result) {
    if kernels.allFinite(decoded.span) && kernels.allFinite(weights.span.extracting(tile)) { return }
    for index in 0..<tile.count {
      let place = tile.lowerBound + index
      let (isFinite, isSourceFinite) = (decoded[index].isFinite, weights[place].isFinite)
      if isFinite && isSourceFinite { continue }
      if !isFinite { result.notFinite.add(first + place) }
      if !isSourceFinite { result.sourceNotFinite.add(first + place) }
      decoded[index] = 0
      weights[place] = 0
    }
  }

  // MARK: Bytes

  /// The first byte of the chunk that quantizing the source again does not give.
  private mutating func firstDifference(
    _ pair: VerificationPlan.Pair, _ chunk: ChunkList.Chunk, _ codec: any BlockCodec.Type
  ) -> Difference? {
    let start = chunk.bytes(of: pair.file.elementType).lowerBound
    if pair.source.elementType.kind == .quantized && pair.source.elementType == pair.file.elementType {
      // Blocks are copied.
      return Self.firstDifference(blocks, sourceBytes, at: 0, start)
    }
    let transfer = BlockTransfer(codec, kernels)
    for tile in BlockTransfer.tiles(of: weights.count) {
      Self.encode(weights, tile, with: transfer, into: &again)
      let offset = ChunkList.bytes(tile.lowerBound, pair.file.elementType)
      if let difference = Self.firstDifference(blocks, again, at: offset, start) { return difference }
    }
    return nil
  }

  private static func encode(
    _ weights: [Float], _ tile: Range<Int>, with transfer: BlockTransfer, into blocks: inout [UInt8]
  ) {
    transfer.encode(weights.span.extracting(tile), into: &blocks)
  }

  /// Compares `expected` with the bytes from `offset` on.
  private static func firstDifference(
    _ bytes: [UInt8], _ expected: [UInt8], at offset: Int, _ start: Int
  ) -> Difference? {
    if bytes[offset..<(offset + expected.count)].elementsEqual(expected) { return nil }
    for index in 0..<expected.count where bytes[offset + index] != expected[index] {
      return Difference(offset: start + offset + index, found: bytes[offset + index], expected: expected[index])
    }
    return nil
  }

  private func compareIntegers(_ pair: VerificationPlan.Pair, _ chunk: ChunkList.Chunk) -> Result {
    var result = Result()
    for index in 0..<chunk.elements.count
    where Self.integer(blocks, index, pair.file.elementType)
      != Self.integer(sourceBytes, index, pair.source.elementType)
    {
      result.integers.add(chunk.elements.lowerBound + index)
    }
    return result
  }

  /// An integer of any type, with its sign.
  private static func integer(_ bytes: [UInt8], _ index: Int, _ type: ElementType) -> Int128 {
    let width = type.blockBytes
    var value: UInt64 = 0
    for byte in (0..<width).reversed() { value = value << 8 | UInt64(bytes[index * width + byte]) }
    switch type {
    case .i8, .i16, .i32, .i64:
      let unused = UInt64(64 - 8 * width)
      return Int128(Int64(bitPattern: value << unused) >> Int64(unused))
    default: return Int128(value)
    }
  }
}
