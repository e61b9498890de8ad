internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// One thread's share of the work: its buffers, which are made once, and what it does with a chunk.
struct PayloadWorker: ChunkConsumer {
  struct Result {
    var faults = BlockFaults()
    var magnitude = LargestMagnitude.zero
  }

  let tensors: [TensorDescription]
  let source: any TensorSource
  let kernels: KernelSet

  /// The chunk, little-endian.
  private var bytes: [UInt8] = []
  /// Decoded weights of a part of it.
  private var weights: [Float] = []

  init(tensors: [TensorDescription], source: any TensorSource, kernels: KernelSet) {
    (self.tensors, self.source, self.kernels) = (tensors, source, kernels)
  }

  func prefetch(_ chunk: ChunkList.Chunk) {
    let tensor = tensors[chunk.tensor]
    source.prefetch(tensor, chunk.bytes(of: tensor.elementType))
  }

  mutating func consume(_ chunk: ChunkList.Chunk) throws(StreamFailure) -> Result {
    let tensor = tensors[chunk.tensor]
    let type = tensor.elementType
    let range = chunk.bytes(of: type)
    let source = source
    do throws(SourceError) {
      bytes.resize(to: range.count)
      var span = bytes.mutableSpan
      try source.read(tensor, from: range.lowerBound, into: &span)
      if tensor.byteOrder == .big { BlockByteOrder.swap(&span, of: type) }
    } catch {
      throw .source(error)
    }
    var result = Result()
    let check = kernels.faultCheck(for: type)
    for tile in ChunkList.tiles(of: chunk.elements.count) {
      let place = ChunkList.bytes(tile, type)
      let blocks = bytes.span.extracting(place)
      // Exact counts and places only where there is something to count.
      guard check?.mayBeFaulty(blocks) ?? true else { continue }
      result.faults.find(in: blocks, of: type, from: range.lowerBound + place.lowerBound)
    }
    result.magnitude = LargestMagnitude.find(in: bytes, of: type, kernels, &weights)
    return result
  }
}
