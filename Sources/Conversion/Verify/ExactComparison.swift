internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// Compares blocks with those that quantizing weights gives.
struct ExactComparison {
  /// The first byte that differs.
  struct Difference {
    /// From the start of the tensor's data.
    var offset: Int
    let found: UInt8
    let expected: UInt8
  }

  /// A tile of weights quantized again.
  private var again: [UInt8] = []

  /// The first byte of `blocks` that is not what `transfer` makes of `weights`.
  mutating func firstDifference(
    _ blocks: [UInt8], _ weights: [Float], _ type: ElementType, _ transfer: BlockTransfer
  ) -> Difference? {
    if transfer.readsRows {
      transfer.encode(weights.span, into: &again)
      return Self.firstDifference(blocks, again, at: 0)
    }
    for tile in ChunkList.tiles(of: weights.count) {
      Self.encode(weights, tile, with: transfer, into: &again)
      let offset = ChunkList.bytes(tile.lowerBound, type)
      if let difference = Self.firstDifference(blocks, again, at: offset) { return difference }
    }
    return nil
  }

  private static func encode(
    _ weights: [Float], _ tile: Range<Int>, with transfer: BlockTransfer, into blocks: inout [UInt8]
  ) {
    transfer.encode(weights.span.extracting(tile), into: &blocks)
  }

  /// The first of the bytes from `offset` on that is not as in `expected`.
  static func firstDifference(_ bytes: [UInt8], _ expected: [UInt8], at offset: Int) -> Difference? {
    if bytes[offset..<(offset + expected.count)].elementsEqual(expected) { return nil }
    for index in 0..<expected.count where bytes[offset + index] != expected[index] {
      return Difference(offset: offset + index, found: bytes[offset + index], expected: expected[index])
    }
    return nil
  }
}
