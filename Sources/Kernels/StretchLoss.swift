internal import CKernels

/// How far a stretch of decoded weights is from the originals: sums in binary64.
///
/// Weight i of the stretch goes into sum i mod 16, and of sixteen sums halves are added until one is left; the squared
/// errors of a block are added to each other first. So the sums are the same to the last bit in every set of kernels.
public struct StretchLoss: Sendable, Hashable {
  /// Weights compared.
  public let count: Int
  /// The sum of (decoded - original)^2.
  public let squaredError: Double
  /// The sum of original^2.
  public let squaredSignal: Double
  /// The sum of decoded^2.
  public let squaredDecoded: Double
  /// The sum of original x decoded.
  public let product: Double
  /// The sum of |decoded - original|.
  public let absoluteError: Double
  /// The largest |decoded - original|.
  public let largestError: Double
  /// The number of the first block with the largest sum of (decoded - original)^2, and that sum; nil where there are no
  /// blocks, or nothing was lost.
  public let worstBlock: WorstBlock?

  public struct WorstBlock: Sendable, Hashable {
    public let index: Int
    public let squaredError: Double

    public init(index: Int, squaredError: Double) { (self.index, self.squaredError) = (index, squaredError) }
  }

  public init(
    count: Int, squaredError: Double, squaredSignal: Double, squaredDecoded: Double, product: Double,
    absoluteError: Double, largestError: Double, worstBlock: WorstBlock?
  ) {
    self.count = count
    self.squaredError = squaredError
    self.squaredSignal = squaredSignal
    self.squaredDecoded = squaredDecoded
    self.product = product
    self.absoluteError = absoluteError
    self.largestError = largestError
    self.worstBlock = worstBlock
  }
}

extension KernelSet {
  /// Compares weights with what their blocks decode to; both spans have the same length.
  ///
  /// - Parameters:
  ///   - blockLength: Weights of a block, a multiple of 16; any other number for none.
  ///   - errors: The errors are counted here by their size.
  ///   - sample: Which of them are counted.
  public func measure(
    original: Span<Float>, decoded: Span<Float>, blockLength: Int, errors: inout ErrorCounts,
    sample: ErrorSample = .all
  ) -> StretchLoss {
    precondition(original.count == decoded.count, "each weight is compared with one")
    let length = blockLength > 0 && blockLength % 16 == 0 ? blockLength : 0
    var loss = gguf_loss()
    var (lowest, highest) = (UInt32(errors.lowest), UInt32(errors.highest))
    var tables = errors.tables.mutableSpan
    // Safe: the buffers are used within the closures only.
    unsafe original.withUnsafeBufferPointer { original in
      unsafe decoded.withUnsafeBufferPointer { decoded in
        unsafe tables.withUnsafeMutableBufferPointer { tables in
          var errors = unsafe gguf_error_counts(
            counts: tables.baseAddress, lowest: lowest, highest: highest,
            phase: UInt32(truncatingIfNeeded: sample.phase),
            every: UInt32(sample.every))
          // Safe: reads as many weights of each as there are; the four tables have room for every class; the function is
          // there in every set.
          unsafe set.measure?(
            original.baseAddress, decoded.baseAddress, original.count, length, &loss, &errors)
          (lowest, highest) = unsafe (errors.lowest, errors.highest)
        }
      }
    }
    (errors.lowest, errors.highest) = (Int(lowest), Int(highest))
    return StretchLoss(
      count: original.count, squaredError: loss.squared_error, squaredSignal: loss.squared_signal,
      squaredDecoded: loss.squared_decoded, product: loss.product, absoluteError: loss.absolute_error,
      largestError: loss.largest_error,
      worstBlock: loss.worst_block_error > 0
        ? .init(index: loss.worst_block, squaredError: loss.worst_block_error) : nil)
  }
}

/// Which errors of a stretch are counted: of its sixteens, those whose number plus ``phase`` is a multiple of ``every``.
public struct ErrorSample: Sendable {
  public let phase: Int
  /// 1, 2, 4 or 8.
  public let every: Int

  public static let all = ErrorSample(phase: 0, every: 1)

  public init(phase: Int, every: Int) {
    precondition([1, 2, 4, 8].contains(every), "a power of two")
    (self.phase, self.every) = (phase, every)
  }
}

/// How many errors are of which size: the tables that a thread counts in, and hands over now and then.
public struct ErrorCounts: Sendable {
  /// The classes of errors: by the exponent of |decoded - original|, a binary32 number, and the first six bits of its
  /// fraction.
  public static let classCount = Int(GGUF_ERROR_CLASSES)
  /// The bits of a magnitude that do not tell its class.
  public static let shift = Int(GGUF_ERROR_CLASS_SHIFT)

  /// Bytes of the tables.
  public static let byteCount = Int(GGUF_ERROR_COUNTS) * 4

  /// Four tables, whose sum is meant.
  fileprivate var tables = [UInt32](repeating: 0, count: Int(GGUF_ERROR_COUNTS))
  /// The lowest class but 0, and the highest, that were met.
  fileprivate var lowest = classCount
  fileprivate var highest = 0

  public init() {}

  /// The classes besides 0 that may have errors; nil where there are none.
  public var classes: Range<Int>? { lowest <= highest ? lowest..<(highest + 1) : nil }

  /// Adds the counts to `totals`, one a class, and begins anew. Returns how many errors there were.
  ///
  /// To be called before 2^32 errors are counted.
  public mutating func drain(into totals: inout [UInt64]) -> UInt64 {
    precondition(totals.count == Self.classCount)
    var moved = move(0, into: &totals)
    for index in classes ?? 0..<0 { moved += move(index, into: &totals) }
    (lowest, highest) = (Self.classCount, 0)
    return moved
  }

  private mutating func move(_ index: Int, into totals: inout [UInt64]) -> UInt64 {
    // Single tables may have counted below 0.
    var count: UInt32 = 0
    for table in 0..<4 {
      let place = table * Int(GGUF_ERROR_TABLE) + index
      count &+= tables[place]
      tables[place] = 0
    }
    totals[index] += UInt64(count)
    return UInt64(count)
  }
}
