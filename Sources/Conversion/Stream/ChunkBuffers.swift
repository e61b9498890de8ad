internal import Checkpoints
internal import Kernels
internal import TensorCore

/// The memory of one thread: made once, for the largest chunk of all, and used for every chunk.
struct ChunkBuffers {
  /// A chunk as the source has it; not used for little-endian F32.
  var source: [UInt8] = []
  /// The chunk's weights.
  var weights: [Float] = []
  /// The chunk as the output has it.
  var blocks: [UInt8] = []
  /// What a tile of blocks decodes to.
  var decoded: [Float] = []
  /// What errors in the columns of a row count for.
  var importance: [Float] = []
  /// The errors of the chunk by their size.
  var counts = ErrorCounts()

  init(for transfers: [TensorTransfer]) {
    let need = Self.need(for: transfers)
    source.reserveCapacity(need.source)
    weights.reserveCapacity(need.weights)
    blocks.reserveCapacity(need.blocks)
    decoded.reserveCapacity(ChunkList.tileElements)
    importance.reserveCapacity(need.importance)
  }

  /// Bytes that the buffers of one thread take.
  static func byteCount(for transfers: [TensorTransfer]) -> Int {
    let need = need(for: transfers)
    // The bytes that the importance is made of are there for a moment, too.
    return need.source + need.weights * 4 + need.blocks + ChunkList.tileElements * 4 + ErrorCounts.byteCount
      + need.importance * 8 + FeedbackEncoder.byteCount(weights: need.feedback)
  }

  private static func need(
    for transfers: [TensorTransfer]
  ) -> (source: Int, weights: Int, blocks: Int, importance: Int, feedback: Int) {
    var need = (source: 0, weights: 0, blocks: 0, importance: 0, feedback: 0)
    for tensor in transfers {
      let count = ChunkList.longestChunk(tensor.shape)
      let type = tensor.source.elementType
      let source = ChunkList.bytes(count, type)
      let blocks = ChunkList.bytes(count, tensor.target)
      if type != .f32 || tensor.source.byteOrder == .big { need.source = max(need.source, source) }
      if tensor.isCopied {
        // The two are exchanged when blocks are copied.
        need.blocks = max(need.blocks, source)
        need.source = max(need.source, blocks)
      } else if type.kind != .integer {
        need.weights = max(need.weights, count)
      }
      need.blocks = max(need.blocks, blocks)
      if tensor.hessian != nil { need.feedback = max(need.feedback, count) }
      if tensor.importance != nil { need.importance = max(need.importance, tensor.shape.rowLength) }
    }
    return need
  }
}
