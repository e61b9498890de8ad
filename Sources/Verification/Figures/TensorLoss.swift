public import Kernels
internal import TensorCore

/// What a tensor lost, or a stretch of it: the sums, and where the loss is worst.
///
/// A stretch is measured from its beginning to its end, and stretches that follow one another are added in their order.
/// Each begins at a row, or is a part of one row.
public struct TensorLoss: Sendable, Hashable {
  /// A place in a tensor, counted row by row.
  public struct Place: Sendable, Hashable {
    /// The number of the element.
    public let element: Int
    public let error: Double
  }

  /// A row that lost more of itself than any other.
  public struct Row: Sendable, Hashable {
    public let index: Int
    /// The sum of (decoded - original)^2 over the row.
    fileprivate var squaredError = CompensatedSum()
    /// The sum of original^2.
    fileprivate var squaredSignal = CompensatedSum()

    fileprivate init(index: Int) { self.index = index }

    /// The error relative to the row's own root mean square; infinite for a row of zeros that became something.
    public var relativeRMSE: Double {
      squaredError.value == 0 ? 0 : (squaredError.value / squaredSignal.value).squareRoot()
    }
  }

  /// The most elements of a tensor whose errors are all counted by size. Of a larger one a quarter says the same, to a few
  /// parts in a thousand, and counting is the dearest part of measuring.
  public static let countedWhole = 1 << 18

  public private(set) var sums = ErrorSums()
  /// The first of the weights with the largest |decoded - original|; nil where nothing was lost.
  public private(set) var maximum: Place?
  /// The first of the rows that lost most of themselves; nil where nothing was lost.
  public private(set) var worstRow: Row?
  /// The first element of the first block with the largest sum of (decoded - original)^2, and that sum.
  public private(set) var worstBlock: Place?
  /// Rows of zeros in the original.
  public private(set) var zeroRows = 0
  public private(set) var firstZeroRow: Int?

  private let rowLength: Int
  private let blockLength: Int
  /// Of the sixteens of a row, one of so many is counted by its error, in each row others.
  private let countsEvery: Int
  /// The first element, and the one behind the last.
  private let start: Int
  private var end: Int
  /// The row that `end` is within, as far as it has been measured.
  private var openRow: Row?

  /// - Parameters:
  ///   - rowLength: Elements of a row of the tensor, at least 1.
  ///   - blockLength: Elements of a block as the tensor is quantized: a multiple of 16, or 1 where it is not.
  ///   - elementCount: Elements of the whole tensor: of more than ``countedWhole`` only a quarter is counted by error.
  ///   - start: The number of the stretch's first element in the tensor.
  public init(rowLength: Int, blockLength: Int, elementCount: Int = 0, start: Int = 0) {
    self.rowLength = rowLength
    self.blockLength = blockLength
    countsEvery = elementCount > Self.countedWhole ? 4 : 1
    self.start = start
    end = start
  }

  /// Measures the weights that follow, which begin and end with a block, and counts their errors by size.
  public mutating func add(
    original: Span<Float>, decoded: Span<Float>, kernels: KernelSet, errors: inout ErrorCounts
  ) {
    var index = 0
    while index < original.count {
      let column = end % rowLength
      let count = min(rowLength - column, original.count - index)
      let range = index..<(index + count)
      let stretch = kernels.measure(
        original: original.extracting(range), decoded: decoded.extracting(range), blockLength: blockLength,
        errors: &errors, sample: ErrorSample(phase: end / rowLength + column / 16, every: countsEvery))
      enter(stretch) {
        let (original, decoded) = (original.extracting(range), decoded.extracting(range))
        for index in 0..<count where abs(Double(decoded[index]) - Double(original[index])) == stretch.largestError {
          return index
        }
        return 0
      }
      index += count
    }
  }

  private mutating func enter(_ stretch: StretchLoss, placeOfMaximum: () -> Int) {
    sums.add(stretch)
    if stretch.largestError > maximum?.error ?? 0 {
      maximum = Place(element: end + placeOfMaximum(), error: stretch.largestError)
    }
    if let block = stretch.worstBlock, block.squaredError > worstBlock?.error ?? 0 {
      worstBlock = Place(element: end + block.index * blockLength, error: block.squaredError)
    }
    var row = openRow ?? Row(index: end / rowLength)
    row.squaredError.add(stretch.squaredError)
    row.squaredSignal.add(stretch.squaredSignal)
    end += stretch.count
    proceed(row)
  }

  /// Goes on behind a row, or a part of it, that ends at `end`.
  private mutating func proceed(_ row: Row) {
    // A row that began before this stretch is judged by the one that this is added to.
    guard end % rowLength == 0, start <= row.index * rowLength else {
      openRow = row
      return
    }
    openRow = nil
    judge(row)
    if row.squaredSignal.value == 0 {
      zeroRows += 1
      firstZeroRow = firstZeroRow ?? row.index
    }
  }

  private mutating func judge(_ row: Row) {
    if row.relativeRMSE > worstRow?.relativeRMSE ?? 0 { worstRow = row }
  }

  /// Adds the stretch that follows.
  public mutating func add(_ next: TensorLoss) {
    precondition(next.start == end && next.rowLength == rowLength, "stretches are added in their order")
    sums.add(next.sums)
    if let place = next.maximum, place.error > maximum?.error ?? 0 { maximum = place }
    if let place = next.worstBlock, place.error > worstBlock?.error ?? 0 { worstBlock = place }
    if let row = next.worstRow { judge(row) }
    zeroRows += next.zeroRows
    firstZeroRow = firstZeroRow ?? next.firstZeroRow
    end = next.end
    guard let part = next.openRow else { return }
    var row = openRow ?? Row(index: part.index)
    row.squaredError.add(part.squaredError)
    row.squaredSignal.add(part.squaredSignal)
    proceed(row)
  }
}
