internal import TensorCore

// Ranges for blocks with one scale, and one minimum perhaps. formats/ranges.md.

extension RangeCodec where Self: GridCodec {
  /// A block with one scale.
  ///
  /// - Parameter values: As far from 0 on both sides where they are whole numbers.
  fileprivate static func encodeSymmetric(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool, _ values: CodeValues,
    _ shrinking: RangeFit.Shrinking = .usual, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let fit = RangeFit(values: values, shrinking: shrinking)
    let scale = fit.numbers(weights, importance: importance, within: limits, isShrunk: isShrunk).scale
    let inverse = BlockArithmetic.reciprocal(scale)
    // Whole numbers leave out the level that has no opposite, which is the first.
    let first: UInt8 = if case .wholeNumbers = values.table { 1 } else { 0 }
    var codes = InlineArray<64, UInt8>(repeating: 0)
    for index in 0..<weights.count { codes[index] = values.code(weights[index] * inverse) + first }
    storeGridBlock(
      scale: Binary16.bits(scale), codes: codes.span.extracting(0..<weights.count), into: &bytes, at: offset)
  }
}

extension Q8_0Codec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 8)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeSymmetric(
      weights, importance: importance, within: limits, isShrunk: isShrunk, CodeValues(lowest: -127, highest: 127),
      .fine, into: &bytes, at: offset)
  }
}

extension Q4_0Codec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 4)
  public static let largestOfRange = 7 * Binary16.greatestFinite

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeSymmetric(
      weights, importance: importance, within: limits, isShrunk: isShrunk, CodeValues(lowest: -7, highest: 7),
      into: &bytes, at: offset)
  }
}

extension Q5_0Codec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 5)
  public static let largestOfRange = 15 * Binary16.greatestFinite

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeSymmetric(
      weights, importance: importance, within: limits, isShrunk: isShrunk, CodeValues(lowest: -15, highest: 15),
      into: &bytes, at: offset)
  }
}

extension IQ4_NLCodec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 4)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeSymmetric(
      weights, importance: importance, within: limits, isShrunk: isShrunk, .iq4, into: &bytes, at: offset)
  }
}

extension NF4Codec: RangeCodec {
  public static let rangeScheme = RangeScheme.symmetric(bits: 4)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    encodeSymmetric(
      weights, importance: importance, within: limits, isShrunk: isShrunk, .nf4, into: &bytes, at: offset)
  }
}

/// A scale, a minimum, and the nearest codes for them as they are stored.
private struct AffineCodes {
  let scale: UInt16
  let minimum: UInt16
  private(set) var codes = InlineArray<32, UInt8>(repeating: 0)

  init(
    _ weights: Span<Float>, _ importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool, highestCode: Float
  ) {
    let values = CodeValues(lowest: 0, highest: highestCode)
    let fit = RangeFit(values: values, minimum: .lowerEnd)
    let numbers = fit.numbers(weights, importance: importance, within: limits, isShrunk: isShrunk)
    (scale, minimum) = (Binary16.bits(numbers.scale), Binary16.bits(numbers.minimum))
    let inverse = BlockArithmetic.reciprocal(numbers.scale)
    for i in 0..<32 { codes[i] = values.code((weights[i] - numbers.minimum) * inverse) }
  }
}

extension Q4_1Codec: RangeCodec {
  public static let rangeScheme = RangeScheme.affine(bits: 4)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let affine = AffineCodes(weights, importance, within: limits, isShrunk: isShrunk, highestCode: 15)
    bytes.store(affine.scale, at: offset)
    bytes.store(affine.minimum, at: offset + 2)
    FourBitCodes.store(affine.codes, into: &bytes, at: offset + 4)
  }
}

extension Q5_1Codec: RangeCodec {
  public static let rangeScheme = RangeScheme.affine(bits: 5)

  public static func encodeRange(
    _ weights: Span<Float>, importance: Span<Float>, within limits: RangeLimits, isShrunk: Bool,
    into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let affine = AffineCodes(weights, importance, within: limits, isShrunk: isShrunk, highestCode: 31)
    bytes.store(affine.scale, at: offset)
    bytes.store(affine.minimum, at: offset + 2)
    FiveBitCodes.store(affine.codes, into: &bytes, at: offset + 4)
  }
}
