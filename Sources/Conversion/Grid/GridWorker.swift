internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// One thread's share of a recognition: looks at the blocks of a chunk in each type that is not ruled out.
struct GridWorker: ChunkConsumer {
  /// A tensor and the types on whose grids it may be.
  struct Candidate {
    let tensor: TensorDescription
    let precision: WeightPrecision
    let types: [any BlockCodec.Type]
  }

  let candidates: [Candidate]
  let ledger: GridLedger
  let reader: WeightReader
  private var bytes: [UInt8] = []
  private var weights: [Float] = []
  private var blocks: [UInt8] = []
  private var decoded: [Float] = []

  init(candidates: [Candidate], ledger: GridLedger, source: any TensorSource, kernels: KernelSet) {
    self.candidates = candidates
    self.ledger = ledger
    reader = WeightReader(source: source, kernels: kernels)
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = candidates[chunk.tensor].tensor
    if !ledger.open(chunk.tensor).isEmpty { reader.source.prefetch(tensor, chunk.bytes(of: tensor.elementType)) }
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) {
    let candidate = candidates[chunk.tensor]
    let open = ledger.open(chunk.tensor)
    if open.isEmpty { return }
    do throws(SourceError) {
      _ = try reader.readWeights(candidate.tensor, chunk, bytes: &bytes, into: &weights)
    } catch {
      throw .source(error)
    }
    let areFinite = reader.kernels.allFinite(weights.span)
    for number in open {
      let tally = areFinite ? tally(candidate.types[number], candidate.precision) : nil
      ledger.enter(tally, chunk.tensor, number)
    }
  }

  /// nil where a block of the chunk is on no grid.
  ///
  /// The kernels encode as the reference does, which is right for most blocks; the others are looked at one by one.
  private mutating func tally(_ codec: any BlockCodec.Type, _ precision: WeightPrecision) -> GridLedger.Tally? {
    let type = codec.elementType
    let transfer = BlockTransfer(codec, reader.kernels)
    var tally = GridLedger.Tally()
    var block = [UInt8](repeating: 0, count: type.blockBytes)
    // Shared, not copied: what is borrowed may not be a part of what is written.
    let weights = weights
    for tile in ChunkList.tiles(of: weights.count) {
      let tileWeights = weights.span.extracting(tile)
      transfer.encode(tileWeights, into: &blocks)
      ChunkList.decode(0..<tile.count, of: blocks, type, with: reader.kernels, into: &decoded)
      for start in stride(from: 0, to: tile.count, by: type.blockLength) {
        let own = tileWeights.extracting(start..<(start + type.blockLength))
        let place = start..<(start + type.blockLength)
        let reference = GridMatch(own, decoded: decoded.span.extracting(place), storedAs: precision)
        if reference == .identical { continue }
        var match = reference
        if let codec = codec as? any GridCodec.Type, match < GridMatch.greatest(for: own, storedAs: precision) {
          var span = block.mutableSpan
          match = codec.encodeGridBlock(own, storedAs: precision, into: &span, at: 0)
        }
        if match == .none { return nil }
        if reference == .none { tally.missed += 1 }
        tally.match = min(tally.match, match)
      }
    }
    return tally
  }
}
