internal import TensorCore

/// A type whose superblocks have integers, one a sub-block, that the superblock's scale (and min) is multiplied with.
public protocol SubScaled: BlockDecoder {
  /// What a sub-scale can be.
  static var subScales: ClosedRange<Int> { get }
  /// What a sub-min can be; nil where there are none.
  static var subMins: ClosedRange<Int>? { get }

  /// Counts the integers of one block: in element n those that are the lower end of the range plus n.
  static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
}

extension SubScaled {
  public static var subMins: ClosedRange<Int>? { nil }
}

extension Q2_KCodec: SubScaled {
  public static var subScales: ClosedRange<Int> { 0...15 }
  public static var subMins: ClosedRange<Int>? { 0...15 }

  public static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
  {
    for sub in 0..<16 {
      scales[Int(block[sub] & 0x0F)] += 1
      mins[Int(block[sub] >> 4)] += 1
    }
  }
}

extension Q3_KCodec: SubScaled {
  public static var subScales: ClosedRange<Int> { -32...31 }

  public static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
  {
    var six = SixBitScales()
    for i in 0..<12 { six.bytes[i] = block[96 + i] }
    for sub in 0..<16 { scales[Int(six.get(sub))] += 1 }
  }
}

extension Q4_KCodec: SubScaled {
  public static var subScales: ClosedRange<Int> { 0...63 }
  public static var subMins: ClosedRange<Int>? { 0...63 }

  public static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
  {
    SixBitPairs.count(block, scales: &scales, mins: &mins)
  }
}

extension Q5_KCodec: SubScaled {
  public static var subScales: ClosedRange<Int> { 0...63 }
  public static var subMins: ClosedRange<Int>? { 0...63 }

  public static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
  {
    SixBitPairs.count(block, scales: &scales, mins: &mins)
  }
}

extension SixBitPairs {
  /// Counts the pairs of a block that has them from byte 4 on.
  fileprivate static func count(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>) {
    var pairs = SixBitPairs()
    for i in 0..<12 { pairs.bytes[i] = block[4 + i] }
    for sub in 0..<8 {
      let pair = pairs.get(sub)
      scales[Int(pair.scale)] += 1
      mins[Int(pair.minimum)] += 1
    }
  }
}

extension Q6_KCodec: SubScaled {
  public static var subScales: ClosedRange<Int> { -128...127 }

  public static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
  {
    for sub in 0..<16 { scales[Int(block[192 + sub] ^ 0x80)] += 1 }
  }
}

extension IQ4_XSCodec: SubScaled {
  public static var subScales: ClosedRange<Int> { -32...31 }

  public static func countSubScales(_ block: Span<UInt8>, scales: inout MutableSpan<Int>, mins: inout MutableSpan<Int>)
  {
    let highBits = block.load(UInt16.self, at: 2)
    for sub in 0..<8 {
      let low = sub % 2 == 0 ? block[4 + sub / 2] & 0x0F : block[4 + sub / 2] >> 4
      scales[Int(low) | Int(highBits >> UInt16(2 * sub) & 3) << 4] += 1
    }
  }
}
