// Ranges for superblocks. formats/ranges.md.

extension Q4_KCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.affine(bits: 4)

  private static let rangeForm = RangeSuperblock.Form(
    length: 32, values: CodeValues(lowest: 0, highest: 15), highestScale: 63, highestMinimum: 63)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let numbers = RangeSuperblock.numbers(
      weights, importance: importance, within: limits, isShrunk: isShrunk, rangeForm)
    store(numbers, into: &bytes, at: offset)
  }
}

extension Q5_KCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.affine(bits: 5)

  private static let rangeForm = RangeSuperblock.Form(
    length: 32, values: CodeValues(lowest: 0, highest: 31), highestScale: 63, highestMinimum: 63)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let numbers = RangeSuperblock.numbers(
      weights, importance: importance, within: limits, isShrunk: isShrunk, rangeForm)
    store(numbers, into: &bytes, at: offset)
  }
}

extension Q2_KCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.affine(bits: 2)

  private static let rangeForm = RangeSuperblock.Form(
    length: 16, values: CodeValues(lowest: 0, highest: 3), highestScale: 15, highestMinimum: 15,
    shrinking: .far)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let numbers = RangeSuperblock.numbers(
      weights, importance: importance, within: limits, isShrunk: isShrunk, rangeForm)
    store(numbers, into: &bytes, at: offset)
  }
}

extension Q3_KCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 3)

  private static let rangeForm = RangeSuperblock.Form(
    length: 16, values: CodeValues(lowest: -3, highest: 3), highestScale: 31, firstCode: 1, shrinking: .far)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let numbers = RangeSuperblock.numbers(
      weights, importance: importance, within: limits, isShrunk: isShrunk, rangeForm)
    store(numbers, into: &bytes, at: offset)
  }
}

extension Q6_KCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 6)

  private static let rangeForm = RangeSuperblock.Form(
    length: 16, values: CodeValues(lowest: -31, highest: 31), highestScale: 127, firstCode: 1)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let numbers = RangeSuperblock.numbers(
      weights, importance: importance, within: limits, isShrunk: isShrunk, rangeForm)
    store(numbers, into: &bytes, at: offset)
  }
}

extension IQ4_XSCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 4)

  private static let rangeForm = RangeSuperblock.Form(
    length: 32, values: .iq4, highestScale: 31)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let numbers = RangeSuperblock.numbers(
      weights, importance: importance, within: limits, isShrunk: isShrunk, rangeForm)
    store(numbers, into: &bytes, at: offset)
  }
}
