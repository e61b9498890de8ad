internal import Checkpoints
internal import Kernels
internal import Quantization
internal import TensorCore

/// Goes through the weights of a chunk in their order, cut into stretches at the ends of tiles and of rows.
struct RowWalk {
  private(set) var result = StatisticsWorker.Result()

  /// nil where rows are not told apart: there is one, or they are short.
  private let rowLength: Int?
  private let blockLength: Int
  /// The number in the tensor of the next weight.
  private var end: Int
  /// Of the row that `end` is within.
  private var squares = CompensatedSum()
  private var isFinite = true
  private let isPartOfRow: Bool

  init(_ tensor: TensorDescription, _ chunk: ChunkList.Chunk) {
    let length = tensor.shape.rowLength
    rowLength = Self.hasRows(tensor.shape) ? length : nil
    blockLength = tensor.elementType.blockLength
    end = chunk.elements.lowerBound
    isPartOfRow = chunk.elements.count < length
  }

  static func hasRows(_ shape: Shape) -> Bool { shape.rowCount > 1 && shape.rowLength >= RowSizes.shortestRow }

  /// Adds a tile of weights.
  mutating func add(_ tile: Span<Float>, _ kernels: KernelSet, _ rows: inout RowSizes) {
    forEachStretch(of: tile.count, &rows) { stretch, counts in
      kernels.moments(of: tile.extracting(stretch), counts: &counts)
    }
  }

  /// Adds a tile of weights that were taken apart.
  mutating func add(
    _ tile: IntegerRow, count: Int, _ alphabet: CodeAlphabet, _ kernels: KernelSet, _ rows: inout RowSizes
  ) {
    guard let lowest = alphabet.integers.first, let highest = alphabet.integers.last else { return }
    let length = blockLength
    forEachStretch(of: count, &rows) { stretch, counts in
      kernels.moments(
        of: tile, groups: (stretch.lowerBound / 16)..<(stretch.upperBound / 16), codes: lowest...highest,
        blockLength: length, counts: &counts)
    }
  }

  private mutating func forEachStretch(
    of count: Int, _ rows: inout RowSizes, measure: (Range<Int>, inout MomentCounts) -> StretchSums
  ) {
    var index = 0
    while index < count {
      let column = rowLength.map { end % $0 } ?? 0
      let length = min(rowLength.map { $0 - column } ?? count, count - index)
      let before = result.counts.notANumber + result.counts.infinite
      let sums = measure(index..<(index + length), &result.counts)
      result.sums.add(sums)
      index += length
      end += length
      guard let rowLength else { continue }
      squares.add(sums.squares)
      if result.counts.notANumber + result.counts.infinite > before { isFinite = false }
      let row = (end - 1) / rowLength
      if isPartOfRow {
        result.part = .init(row: row, squares: squares, isFinite: isFinite, endsRow: end % rowLength == 0)
      } else if end % rowLength == 0 {
        rows.add(row: row, squares: squares.value, length: rowLength, isFinite: isFinite)
        (squares, isFinite) = (CompensatedSum(), true)
      }
    }
  }
}
