/// The figures of what weights lost. Errors are |decoded - original|, in units of the weights unless said otherwise.
public struct ErrorFigures: Sendable, Hashable, Encodable {
  /// A weight's place.
  public struct Position: Sendable, Hashable, Encodable {
    public let row: Int
    public let column: Int
  }

  /// Errors that a share of all weights does not exceed, relative to ``rms``; of the middle of a class of errors, so right
  /// to 0.8 %.
  public struct Quantiles: Sendable, Hashable, Encodable {
    public let p50: Double
    public let p99: Double
    public let p999: Double

    /// - Parameter rms: Of the original weights; where it is 0, so are the quantiles of errors of 0, and others infinite.
    public init(_ errors: ErrorHistogram, rms: Double) {
      let quantiles = errors.quantiles([0.5, 0.99, 0.999]).map { $0 == 0 ? 0 : $0 / rms }
      (p50, p99, p999) = (quantiles[0], quantiles[1], quantiles[2])
    }
  }

  /// The row that lost most of itself.
  public struct WorstRow: Sendable, Hashable, Encodable {
    public let row: Int
    /// The row's error relative to the row's own root mean square.
    public let relativeRMSE: Double
  }

  /// The block with the largest root mean squared error.
  public struct WorstBlock: Sendable, Hashable, Encodable {
    /// The number of the block in the tensor.
    public let block: Int
    public let row: Int
    /// The columns of the block.
    public let firstColumn: Int
    public let lastColumn: Int
    public let rmse: Double
    /// Where the block stands, in bytes from the start of its file; nil where it has no file.
    public let offset: Int?
  }

  /// Weights compared: those that are finite on both sides.
  public let weights: Int
  /// The original weights' root mean square.
  public let rms: Double
  public let rmse: Double
  /// ``rmse`` / ``rms``.
  public let relativeRMSE: Double
  /// The sum of squared errors over that of squared weights.
  public let nmse: Double
  /// The ratio of signal to quantization noise in decibels, -10 log10 ``nmse``; infinite where nothing was lost.
  public let sqnr: Double
  /// The cosine of the angle between the weights and what they decode to.
  public let cosine: Double
  public let meanError: Double
  public let maximumError: Double
  public var maximumAt: Position?
  public var quantiles: Quantiles?
  public var worstRow: WorstRow?
  public var worstBlock: WorstBlock?
  /// Rows of zeros in the original, where there are any.
  public var zeroRows: Int?

  /// The figures of several tensors together: those of one are in ``init(_:rowLength:blockLength:blockOffset:)``.
  public init(_ sums: ErrorSums) {
    weights = sums.count
    rms = sums.rms
    rmse = sums.rmse
    relativeRMSE = sums.relativeRMSE
    nmse = sums.nmse
    sqnr = Decibels.ratio(nmse: sums.nmse)
    cosine = sums.cosine
    meanError = sums.meanError
    maximumError = sums.maximumError
  }

  /// The figures of a tensor.
  ///
  /// - Parameters:
  ///   - rowLength: Elements of a row.
  ///   - blockLength: Elements of a block, as the tensor is quantized.
  ///   - blockOffset: Where a block stands, by its number.
  public init(
    _ measurement: TensorMeasurement, rowLength: Int, blockLength: Int, blockOffset: (Int) -> Int?
  ) {
    let loss = measurement.loss
    self.init(loss.sums)
    quantiles = measurement.quantiles
    maximumAt = loss.maximum.map { Position(row: $0.element / rowLength, column: $0.element % rowLength) }
    worstRow = loss.worstRow.map { WorstRow(row: $0.index, relativeRMSE: $0.relativeRMSE) }
    worstBlock = loss.worstBlock.map { place in
      let (block, column) = (place.element / blockLength, place.element % rowLength)
      return WorstBlock(
        block: block, row: place.element / rowLength, firstColumn: column, lastColumn: column + blockLength - 1,
        rmse: (place.error / Double(blockLength)).squareRoot(), offset: blockOffset(block))
    }
    zeroRows = loss.zeroRows > 0 ? loss.zeroRows : nil
  }
}
