internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore
internal import Verification

/// One thread's share of the work: its buffers, which are made once, and what it does with a chunk.
struct StatisticsWorker: ChunkConsumer {
  /// What has an order.
  struct Result {
    var sums = MomentSums()
    var counts = MomentCounts()
    /// Where the chunk is a part of a longer row.
    var part: RowPart?
  }

  /// A part of a row.
  struct RowPart {
    let row: Int
    let squares: CompensatedSum
    let isFinite: Bool
    let endsRow: Bool
  }

  let tensors: [TensorDescription]
  let reader: WeightReader

  private var kernels: KernelSet { reader.kernels }
  /// The chunk as the file has it.
  private var bytes: [UInt8] = []
  /// The chunk's weights where the file has them as they are, else those of a tile.
  private var weights: [Float] = []
  /// A tile of blocks, taken apart.
  private var apart = IntegerRow()
  private var tally = ByteTally()
  /// What has no order; whoever takes the result empties it.
  var counts = TensorCounts()

  init(tensors: [TensorDescription], reader: WeightReader) {
    self.tensors = tensors
    self.reader = reader
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = tensors[chunk.tensor]
    reader.source.prefetch(tensor, chunk.bytes(of: tensor.elementType))
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> Result {
    do throws(SourceError) {
      return try look(at: chunk)
    } catch {
      throw .source(error)
    }
  }

  private mutating func look(at chunk: ChunkList.Chunk) throws(SourceError) -> Result {
    let tensor = tensors[chunk.tensor]
    let reading = BlockReading(tensor)
    switch reading {
    case .nothing: return Result()
    case .weights where tensor.elementType == .f32:
      _ = try reader.readWeights(tensor, chunk, bytes: &bytes, into: &weights)
    case .scales, .weights, .codes: try reader.readBytes(tensor, chunk, into: &bytes)
    }
    let walk = Self.look(tensor, chunk, reading, bytes, kernels, &weights, &apart, &counts, &tally)
    tally.drain(into: &counts.codes)
    return walk.result
  }

  /// Takes the buffers apart, so that one may be read while another is written.
  ///
  /// - Parameter weights: The chunk's, of F32; of other types the buffer for those of a tile.
  private static func look(
    _ tensor: TensorDescription, _ chunk: ChunkList.Chunk, _ reading: BlockReading, _ bytes: [UInt8],
    _ kernels: KernelSet, _ weights: inout [Float], _ apart: inout IntegerRow, _ counts: inout TensorCounts,
    _ tally: inout ByteTally
  ) -> RowWalk {
    let type = tensor.elementType
    var walk = RowWalk(tensor, chunk)
    if type.kind == .quantized { BlockFieldCounting.count(bytes.span, type, into: &counts) }
    var sample = TileSample(tensor, chunk)
    for tile in ChunkList.tiles(of: chunk.elements.count) {
      sample.begin(tile)
      switch reading {
      case .nothing, .scales: return walk
      case .weights where type == .f32:
        let tile = weights.span.extracting(tile)
        walk.add(tile, kernels, &counts.rows)
        while let stretch = sample.next() { kernels.tally(exponentsOf: tile.extracting(stretch), into: &tally) }
      case .weights:
        ChunkList.decode(tile, of: bytes, type, with: kernels, into: &weights)
        let tile = weights.span
        walk.add(tile, kernels, &counts.rows)
        if type.kind == .quantized { continue }
        while let stretch = sample.next() { kernels.tally(exponentsOf: tile.extracting(stretch), into: &tally) }
      case .codes(let coded, let alphabet):
        apart.unpack(
          bytes.span.extracting(ChunkList.bytes(tile, type)), of: coded, with: kernels.kernel(for: type))
        walk.add(apart, count: tile.count, alphabet, kernels, &counts.rows)
        count(alphabet, apart, count: tile.count, &sample, kernels, &counts, &tally)
      }
    }
    return walk
  }

  private static func count(
    _ alphabet: CodeAlphabet, _ row: IntegerRow, count: Int, _ sample: inout TileSample, _ kernels: KernelSet,
    _ counts: inout TensorCounts, _ tally: inout ByteTally
  ) {
    var found = [UInt64](repeating: 0, count: alphabet.saturated.count)
    kernels.count(alphabet.saturated, among: row, count: count, into: &found)
    counts.saturated += Int(found.reduce(0, +))
    if alphabet.integers.count > CodeSample.fewCodes {
      while let stretch = sample.next() { kernels.tally(row, weights: stretch, into: &tally) }
      return
    }
    found = Array(repeating: 0, count: alphabet.integers.count)
    kernels.count(alphabet.integers, among: row, count: count, into: &found)
    for (integer, found) in zip(alphabet.integers, found) {
      counts.codes[Int(UInt8(bitPattern: integer))] += Int(found)
    }
  }
}
