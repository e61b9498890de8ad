internal import CKernels

/// What stretches of weights are: figures that do not depend on an order, over all stretches that were looked at.
///
/// Weights that are not finite are counted, and are in nothing else.
@safe public struct MomentCounts: Sendable {
  /// `sum` and `squares` are those of the last stretch.
  fileprivate var raw = gguf_moments()

  public init() {
    raw.smallest = .infinity
    raw.largest = -.infinity
  }

  /// The smallest and the largest finite weight; infinity and minus infinity where there is none.
  public var smallest: Double { raw.smallest }
  public var largest: Double { raw.largest }
  /// Zeros of either sign.
  public var zeros: Int { Int(raw.zeros) }
  public var notANumber: Int { Int(raw.not_a_number) }
  public var infinite: Int { Int(raw.infinite) }
  /// Blocks in which every weight is zero, of weights that were taken apart.
  public var zeroBlocks: Int { Int(raw.zero_blocks) }

  /// Adds the counts of other stretches.
  public mutating func add(_ other: MomentCounts) {
    raw.smallest = min(raw.smallest, other.raw.smallest)
    raw.largest = max(raw.largest, other.raw.largest)
    raw.zeros += other.raw.zeros
    raw.not_a_number += other.raw.not_a_number
    raw.infinite += other.raw.infinite
    raw.zero_blocks += other.raw.zero_blocks
  }

  fileprivate var sums: StretchSums { StretchSums(weights: raw.sum, squares: raw.squares) }
}

/// The sums of a stretch of weights and of their squares, in binary64.
public struct StretchSums: Sendable, Hashable {
  public let weights: Double
  public let squares: Double

  public init(weights: Double, squares: Double) { (self.weights, self.squares) = (weights, squares) }
}

extension KernelSet {
  /// Sums of a stretch of at most 2^30 weights: weight i goes into sum i mod 16, and of sixteen sums halves are added
  /// until one is left.
  public func moments(of weights: Span<Float>, counts: inout MomentCounts) -> StretchSums {
    precondition(weights.count <= 1 << 30)
    // Safe: reads as many weights as there are; the function is there in every set.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe set.float_moments?(weights.baseAddress, weights.count, &counts.raw)
    }
    return counts.sums
  }

  /// Sums of a stretch of weights that were taken apart. Of each sixteen weights g, with S and Q the sums of their codes
  /// and of the squares of these, step x S + 16 x offset and (step^2 x Q + 2 x step x offset x S) + 16 x offset^2, at
  /// least 0, go into sum g mod 16.
  ///
  /// - Parameters:
  ///   - groups: The sixteens of the row that are the stretch, whole blocks.
  ///   - codes: What all codes are within.
  ///   - blockLength: Weights of a block: 32, 64, 128 or 256.
  public func moments(
    of row: IntegerRow, groups: Range<Int>, codes range: ClosedRange<Int8>, blockLength: Int,
    counts: inout MomentCounts
  ) -> StretchSums {
    precondition([32, 64, 128, 256].contains(blockLength) && groups.upperBound <= row.steps.count)
    let (codes, steps, offsets) = (row.codes.span, row.steps.span, row.offsets.span)
    // Safe: the codes, steps and offsets of a row belong together, and the groups are within them; the function is there
    // in every set.
    unsafe codes.extracting((groups.lowerBound * 16)..<(groups.upperBound * 16)).withUnsafeBufferPointer { codes in
      unsafe steps.extracting(groups).withUnsafeBufferPointer { steps in
        unsafe offsets.extracting(groups).withUnsafeBufferPointer { offsets in
          unsafe set.code_moments?(
            codes.baseAddress, steps.baseAddress, offsets.baseAddress, groups.count, Int32(range.lowerBound),
            Int32(range.upperBound), UInt32(blockLength / 16), &counts.raw)
        }
      }
    }
    return counts.sums
  }

  /// Adds how often each of some integers is among the first `count` codes of a row, a count each.
  public func count(_ integers: [Int8], among row: IntegerRow, count: Int, into counts: inout [UInt64]) {
    precondition(integers.count == counts.count)
    let (codes, integers) = (row.codes.span.extracting(0..<count), integers.span)
    // Safe: reads the codes and the integers, and writes as many counts; the function is there in every set.
    unsafe codes.withUnsafeBufferPointer { codes in
      unsafe integers.withUnsafeBufferPointer { integers in
        unsafe counts.withUnsafeMutableBufferPointer { counts in
          unsafe set.count_codes?(
            codes.baseAddress, codes.count, integers.baseAddress, integers.count, counts.baseAddress)
        }
      }
    }
  }

  /// Counts bytes.
  public func tally(_ bytes: Span<UInt8>, into tally: inout ByteTally) {
    tally.make(room: bytes.count)
    // Safe: the tables have room for every byte; the function is there in every set.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe tally.tables.withUnsafeMutableBufferPointer { tables in
        unsafe set.tally_bytes?(bytes.baseAddress, bytes.count, tables.baseAddress)
      }
    }
  }

  /// Counts codes of a row, by the bytes that they are.
  public func tally(_ row: IntegerRow, weights: Range<Int>, into tally: inout ByteTally) {
    tally.make(room: weights.count)
    let codes = row.codes.span.extracting(weights)
    // Safe: as above; a code is a byte.
    unsafe codes.withUnsafeBufferPointer { codes in
      unsafe codes.withMemoryRebound(to: UInt8.self) { bytes in
        unsafe tally.tables.withUnsafeMutableBufferPointer { tables in
          unsafe set.tally_bytes?(bytes.baseAddress, bytes.count, tables.baseAddress)
        }
      }
    }
  }

  /// Counts the exponents of binary32 numbers, as they are stored: 0 to 255.
  public func tally(exponentsOf weights: Span<Float>, into tally: inout ByteTally) {
    tally.make(room: weights.count)
    // Safe: the tables have room for every exponent; the function is there in every set.
    unsafe weights.withUnsafeBufferPointer { weights in
      unsafe tally.tables.withUnsafeMutableBufferPointer { tables in
        unsafe set.tally_exponents?(weights.baseAddress, weights.count, tables.baseAddress)
      }
    }
  }
}

/// How often each of 256 values is there.
public struct ByteTally: Sendable {
  /// Four tables, whose sum is meant.
  fileprivate var tables = [UInt32](repeating: 0, count: Int(GGUF_TALLY_COUNTS))
  /// What the tables hold.
  private var held = 0
  private var totals = [Int](repeating: 0, count: 256)

  public init() {}

  /// Empties the tables before one of them could overflow.
  fileprivate mutating func make(room count: Int) {
    precondition(count <= Int(UInt32.max))
    if count > Int(UInt32.max) - held { empty() }
    held += count
  }

  private mutating func empty() {
    for table in 0..<4 {
      for value in 0..<256 {
        let place = table * Int(GGUF_TALLY_TABLE) + value
        totals[value] += Int(tables[place])
        tables[place] = 0
      }
    }
    held = 0
  }

  /// Takes out what was counted, one count a value.
  public mutating func drain(into counts: inout [Int]) {
    precondition(counts.count == 256)
    if held == 0 { return }
    empty()
    for value in 0..<256 {
      counts[value] += totals[value]
      totals[value] = 0
    }
  }
}
