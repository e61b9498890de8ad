internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore
internal import Verification

/// Weights to blocks and back: with the kernels of a set, or with the scalar codec where the set has none for the type.
struct BlockTransfer {
  private let codec: any BlockCodec.Type
  private let kernel: Kernel?
  private let kernels: KernelSet
  /// The codec, where blocks are searched for.
  private let searchCodec: (any SearchCodec.Type)?
  /// The codec, where blocks are to be on its grid, and what their weights are stored in.
  private let grid: (codec: any GridCodec.Type, precision: WeightPrecision)?
  /// The codec, where blocks are made of ranges, and how many weights a row has.
  private let range: (codec: any RangeCodec.Type, selection: RangeSelection, columns: Int)?
  /// Whether a block depends on all weights of its row, so that rows are encoded as a whole.
  let readsRows: Bool

  /// - Parameters:
  ///   - source: The type of the weights before they were widened: of blocks that are quantized again, F32.
  ///   - columns: How many weights a row has; for methods that read rows.
  init(
    _ codec: any BlockCodec.Type, _ kernels: KernelSet, _ method: QuantizationMethod = .reference,
    from source: ElementType = .f32, columns: Int = 0
  ) {
    self.codec = codec
    self.kernels = kernels
    searchCodec = method == .search ? codec as? any SearchCodec.Type : nil
    grid =
      method == .grid
      ? (codec as? any GridCodec.Type).map { ($0, WeightPrecision(source) ?? .f32) } : nil
    if case .range(let selection) = method, let codec = codec as? any RangeCodec.Type {
      range = (codec, selection, columns)
    } else {
      range = nil
    }
    readsRows = range?.selection.readsRows ?? false
    kernel = kernels.kernel(for: codec.elementType)
  }

  /// Encodes the weights of a chunk; where `loss` is given, also measures what they lost.
  ///
  /// It goes tile by tile: encoded, decoded and compared while all of it is in the cache.
  ///
  /// - Returns: Whether the blocks decode to finite weights.
  func encode(_ buffers: inout ChunkBuffers, measuring loss: inout TensorLoss?) -> Bool {
    if readsRows {
      encode(0..<buffers.weights.count, &buffers)
      return measure(&buffers, measuring: &loss)
    }
    var areFinite = true
    for tile in ChunkList.tiles(of: buffers.weights.count) {
      Self.encode(buffers.weights, tile, with: self, into: &buffers.blocks)
      buffers.decoded.resize(to: tile.count)
      Self.decode(buffers.blocks, tile, with: self, into: &buffers.decoded)
      if var measured = loss {
        Self.measure(buffers.weights, tile, buffers.decoded, kernels, into: &measured, &buffers.counts)
        loss = measured
      } else {
        areFinite = areFinite && kernels.allFinite(buffers.decoded.span)
      }
    }
    return loss?.sums.isFinite ?? areFinite
  }

  /// Encodes one row of a chunk by the importance of its columns, which the method weighs for the codec's type.
  func encodeRow(_ row: Int, columns: Int, _ buffers: inout ChunkBuffers) {
    let elements = (row * columns)..<((row + 1) * columns)
    Self.encodeRow(buffers.weights, elements, by: buffers.importance, with: self, into: &buffers.blocks)
  }

  /// Encodes elements of a chunk that begin and end with whole blocks, or rows where the method reads these.
  func encode(_ elements: Range<Int>, _ buffers: inout ChunkBuffers) {
    Self.encode(buffers.weights, elements, with: self, into: &buffers.blocks)
  }

  private static func encodeRow(
    _ weights: [Float], _ elements: Range<Int>, by importance: [Float], with transfer: BlockTransfer,
    into blocks: inout [UInt8]
  ) {
    let row = weights.span.extracting(elements)
    let offset = transfer.bytes(of: elements).lowerBound
    var span = blocks.mutableSpan
    if let range = transfer.range {
      range.codec.encode(row: row, importance: importance.span, by: range.selection, into: &span, at: offset)
    } else if let codec = transfer.searchCodec {
      codec.search(row: row, importance: importance.span, with: transfer.kernel, into: &span, at: offset)
    } else if let kernel = transfer.kernel, kernel.weighsImportance {
      kernel.encodeRow(row, importance: importance.span, into: &span, at: offset)
    } else if let codec = transfer.codec as? any ImportanceCodec.Type {
      codec.encodeRow(row, importance: importance.span, into: &span, at: offset)
    }
  }

  /// What ``encode(_:measuring:)`` finds of blocks that have just been encoded.
  ///
  /// - Returns: Whether they decode to finite weights.
  func measure(_ buffers: inout ChunkBuffers, measuring loss: inout TensorLoss?) -> Bool {
    guard var measured = loss else { return decodesToFiniteWeights(&buffers) }
    measure(&buffers, into: &measured)
    loss = measured
    return measured.sums.isFinite
  }

  /// Measures what the weights of a chunk lost that has been encoded before, as ``encode(_:measuring:)`` does.
  func measure(_ buffers: inout ChunkBuffers, into loss: inout TensorLoss) {
    for tile in ChunkList.tiles(of: buffers.weights.count) {
      buffers.decoded.resize(to: tile.count)
      Self.decode(buffers.blocks, tile, with: self, into: &buffers.decoded)
      Self.measure(buffers.weights, tile, buffers.decoded, kernels, into: &loss, &buffers.counts)
    }
  }

  /// Whether the blocks of a chunk decode to finite weights.
  func decodesToFiniteWeights(_ buffers: inout ChunkBuffers) -> Bool {
    let type = codec.elementType
    let count = buffers.blocks.count / type.blockBytes * type.blockLength
    for tile in ChunkList.tiles(of: count) {
      buffers.decoded.resize(to: tile.count)
      Self.decode(buffers.blocks, tile, with: self, into: &buffers.decoded)
      if !kernels.allFinite(buffers.decoded.span) { return false }
    }
    return true
  }

  /// Encodes weights that fill whole blocks, or rows where the method reads these; `blocks` becomes as long as they are.
  func encode(_ weights: Span<Float>, into blocks: inout [UInt8]) {
    blocks.resize(to: ChunkList.bytes(weights.count, codec.elementType))
    var span = blocks.mutableSpan
    encode(weights, into: &span, at: 0)
  }

  private func encode(_ weights: Span<Float>, into blocks: inout MutableSpan<UInt8>, at offset: Int) {
    if let range {
      range.codec.encode(weights, columns: range.columns, by: range.selection, into: &blocks, at: offset)
    } else if let grid {
      grid.codec.encodeOnGrid(weights, storedAs: grid.precision, into: &blocks, at: offset)
    } else if let searchCodec {
      if let kernel, kernel.searches {
        kernel.search(weights, into: &blocks, at: offset)
      } else {
        searchCodec.search(weights, into: &blocks, at: offset)
      }
    } else if let kernel, kernel.encodes {
      kernel.encode(weights, into: &blocks, at: offset)
    } else {
      codec.encode(weights, into: &blocks, at: offset)
    }
  }

  /// Where the blocks of a tile stand.
  private func bytes(of tile: Range<Int>) -> Range<Int> {
    ChunkList.bytes(tile, codec.elementType)
  }

  // Each of these takes its buffers apart, so that one may be read while another is written.

  private static func encode(
    _ weights: [Float], _ tile: Range<Int>, with transfer: BlockTransfer, into blocks: inout [UInt8]
  ) {
    var span = blocks.mutableSpan
    transfer.encode(weights.span.extracting(tile), into: &span, at: transfer.bytes(of: tile).lowerBound)
  }

  /// Measures what a tile of weights lost.
  static func measure(
    _ weights: [Float], _ tile: Range<Int>, _ decoded: [Float], _ kernels: KernelSet, into loss: inout TensorLoss,
    _ counts: inout ErrorCounts
  ) {
    let original = weights.span.extracting(tile)
    loss.add(original: original, decoded: decoded.span, kernels: kernels, errors: &counts)
  }

  private static func decode(
    _ blocks: [UInt8], _ tile: Range<Int>, with transfer: BlockTransfer, into weights: inout [Float]
  ) {
    transfer.codec.decode(blocks.span.extracting(transfer.bytes(of: tile)), with: transfer.kernels, into: &weights)
  }
}
