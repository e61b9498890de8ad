internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore
internal import Verification

/// One thread's share of measuring how far tensors are from each other: its buffers, which are made once, and what it
/// does with a chunk.
struct DifferenceWorker: ChunkConsumer {
  let pairs: [ComparisonPlan.Pair]
  let a: WeightReader
  let b: WeightReader
  let kernels: KernelSet

  private var bytesA: [UInt8] = []
  private var bytesB: [UInt8] = []
  /// What a tile decodes to.
  private var weightsA: [Float] = []
  private var weightsB: [Float] = []
  /// Measuring counts errors by their size, which nobody asks for here.
  private var counts = ErrorCounts()
  private var unused = [UInt64](repeating: 0, count: ErrorCounts.classCount)

  init(pairs: [ComparisonPlan.Pair], a: any TensorSource, b: any TensorSource, kernels: KernelSet) {
    self.pairs = pairs
    self.a = WeightReader(source: a, kernels: kernels)
    self.b = WeightReader(source: b, kernels: kernels)
    self.kernels = kernels
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let pair = pairs[chunk.tensor]
    a.source.prefetch(pair.a, chunk.bytes(of: pair.a.elementType))
    b.source.prefetch(pair.b, chunk.bytes(of: pair.b.elementType))
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> TensorDifference {
    let pair = pairs[chunk.tensor]
    do throws(SourceError) {
      try a.readBytes(pair.a, chunk, into: &bytesA)
      try b.readBytes(pair.b, chunk, into: &bytesB)
    } catch {
      throw .source(error)
    }
    switch pair.measure {
    case .weights: return compareWeights(pair, chunk)
    case .integers: return compareIntegers(pair, chunk)
    case .blocks: return compareBlocks(pair, chunk)
    case .impossible: return TensorDifference()
    }
  }

  private func compareIntegers(_ pair: ComparisonPlan.Pair, _ chunk: ChunkList.Chunk) -> TensorDifference {
    var difference = TensorDifference()
    difference.count = chunk.elements.count
    difference.places = IntegerComparison.differences(
      bytesA, pair.a.elementType, bytesB, pair.b.elementType, start: chunk.elements.lowerBound)
    return difference
  }

  private func compareBlocks(_ pair: ComparisonPlan.Pair, _ chunk: ChunkList.Chunk) -> TensorDifference {
    let size = pair.a.elementType.blockBytes
    let start = chunk.bytes(of: pair.a.elementType).lowerBound / size
    var difference = TensorDifference()
    difference.count = bytesA.count / size
    for block in 0..<difference.count {
      let bytes = (block * size)..<((block + 1) * size)
      if !ByteComparison.areEqual(bytesA.span.extracting(bytes), bytesB.span.extracting(bytes)) {
        difference.places.add(start + block)
      }
    }
    return difference
  }

  private mutating func compareWeights(_ pair: ComparisonPlan.Pair, _ chunk: ChunkList.Chunk) -> TensorDifference {
    let isSame = pair.comparesBytes && ByteComparison.areEqual(bytesA.span, bytesB.span)
    let first = chunk.elements.lowerBound
    var difference = TensorDifference()
    difference.count = chunk.elements.count
    // As of a large tensor, whose errors are not all counted.
    var loss = TensorLoss(rowLength: pair.a.shape.rowLength, blockLength: 1, elementCount: .max, start: first)
    for tile in ChunkList.tiles(of: chunk.elements.count) {
      ChunkList.decode(tile, of: bytesA, pair.a.elementType, with: kernels, into: &weightsA)
      if isSame && kernels.allFinite(weightsA.span) {
        Self.measure(weightsA, weightsA, kernels, into: &loss, &counts)
        continue
      }
      if isSame {
        weightsB = weightsA
      } else {
        ChunkList.decode(tile, of: bytesB, pair.b.elementType, with: kernels, into: &weightsB)
        difference.places.add(Self.differences(weightsA, weightsB, start: first + tile.lowerBound))
      }
      if !kernels.allFinite(weightsA.span) || !kernels.allFinite(weightsB.span) { setAsideNonFinite(&difference) }
      Self.measure(weightsA, weightsB, kernels, into: &loss, &counts)
    }
    _ = counts.drain(into: &unused)
    difference.loss = loss
    return difference
  }

  /// Weights that are not finite on one side become zeros on both, so that the figures are those of the others.
  private mutating func setAsideNonFinite(_ difference: inout TensorDifference) {
    for index in weightsA.indices {
      let (isFiniteA, isFiniteB) = (weightsA[index].isFinite, weightsB[index].isFinite)
      if isFiniteA && isFiniteB { continue }
      if !isFiniteA { difference.notFiniteInA += 1 }
      if !isFiniteB { difference.notFiniteInB += 1 }
      weightsA[index] = 0
      weightsB[index] = 0
    }
  }

  /// The places of weights that differ: numbers that are not equal and, of NaN, other bits.
  static func differences(_ a: [Float], _ b: [Float], start: Int) -> Sightings {
    var sightings = Sightings()
    let (a, b) = (a.span, b.span)
    // Counted without a branch, since most chunks have many or none.
    var count = 0
    for index in 0..<a.count {
      let (x, y) = (a[index], b[index])
      count &+= x != y && x.bitPattern != y.bitPattern ? 1 : 0
    }
    if count == 0 { return sightings }
    for index in 0..<a.count where a[index] != b[index] && a[index].bitPattern != b[index].bitPattern {
      sightings.add(start + index, count: count)
      break
    }
    return sightings
  }

  // These take their buffers apart, so that one may be read while another is written.

  private static func measure(
    _ a: [Float], _ b: [Float], _ kernels: KernelSet, into loss: inout TensorLoss, _ counts: inout ErrorCounts
  ) {
    loss.add(original: a.span, decoded: b.span, kernels: kernels, errors: &counts)
  }
}
