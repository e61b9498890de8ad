internal import TensorCore

// The method `search` for blocks with one scale, and one minimum perhaps. formats/search.md.

extension Q8_0Codec: SearchCodec {
  private static let values = CodeValues(lowest: -127, highest: 127)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let trials = LeastSquaresScale.Trials(first: 127.4, step: -0.5, count: 16, ofMagnitude: true)
    let d = Binary16.bits(LeastSquaresScale.fit(weights, importance: importance, values, trials))
    let inverse = BlockArithmetic.reciprocal(Binary16.value(d))
    bytes.store(d, at: offset)
    for i in 0..<32 { bytes[offset + 2 + i] = values.code(weights[i] * inverse) &- 127 }
  }
}

extension Q4_0Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let trials = LeastSquaresScale.Trials(first: -8.9, step: 0.2, count: 11)
    let scaled = ScaledCodes(weights, importance, CodeValues(lowest: -8, highest: 7), trials)
    bytes.store(scaled.d, at: offset)
    FourBitCodes.store(scaled.codes, into: &bytes, at: offset + 2)
  }
}

extension Q5_0Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let trials = LeastSquaresScale.Trials(first: 14, step: 0.35, count: 9, bothSigns: true)
    let scaled = ScaledCodes(weights, importance, CodeValues(lowest: -16, highest: 15), trials)
    bytes.store(scaled.d, at: offset)
    FiveBitCodes.store(scaled.codes, into: &bytes, at: offset + 2)
  }
}

extension IQ4_NLCodec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let scaled = ScaledCodes(weights, importance, .iq4, NonLinearSearch.trials)
    bytes.store(scaled.d, at: offset)
    FourBitCodes.store(scaled.codes, into: &bytes, at: offset + 2)
  }
}

extension NonLinearSearch {
  static let trials = LeastSquaresScale.Trials(first: 98, step: 4, count: 12, bothSigns: true)
}

extension NF4Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let trials = LeastSquaresScale.Trials(first: 0.92, step: 0.06, count: 12, bothSigns: true)
    let scale = Binary16.bits(LeastSquaresScale.fit(weights, importance: importance, .nf4, trials))
    bytes.store(scale, at: offset)
    storeCodes(weights, BlockArithmetic.reciprocal(Binary16.value(scale)), into: &bytes, at: offset + 2)
  }
}

/// A scale, and the nearest codes for it as it is stored.
private struct ScaledCodes {
  let d: UInt16
  private(set) var codes = InlineArray<32, UInt8>(repeating: 0)

  init(
    _ weights: Span<Float>, _ importance: Span<Float>, _ values: CodeValues, _ trials: LeastSquaresScale.Trials
  ) {
    d = Binary16.bits(LeastSquaresScale.fit(weights, importance: importance, values, trials))
    let inverse = BlockArithmetic.reciprocal(Binary16.value(d))
    for i in 0..<32 { codes[i] = values.code(weights[i] * inverse) }
  }
}

/// A scale, a minimum, and the nearest codes for them as they are stored.
private struct RangedCodes {
  let d: UInt16
  let minimum: UInt16
  private(set) var codes = InlineArray<32, UInt8>(repeating: 0)

  init(_ weights: Span<Float>, _ importance: Span<Float>, highestCode: Int32) {
    let parameters = AffineSearchParameters(highestCode: highestCode, firstStep: -1.6, stepWidth: 0.4, lastStep: 8)
    let fit = AffineSearch<32>.fit(weights, importance: importance, parameters)
    (d, minimum) = (Binary16.bits(fit.scale), Binary16.bits(-fit.minimum))
    let values = CodeValues(lowest: 0, highest: Float(highestCode))
    let inverse = BlockArithmetic.reciprocal(Binary16.value(d))
    for i in 0..<32 { codes[i] = values.code((weights[i] - Binary16.value(minimum)) * inverse) }
  }
}

extension Q4_1Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let ranged = RangedCodes(weights, importance, highestCode: 15)
    bytes.store(ranged.d, at: offset)
    bytes.store(ranged.minimum, at: offset + 2)
    FourBitCodes.store(ranged.codes, into: &bytes, at: offset + 4)
  }
}

extension Q5_1Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let ranged = RangedCodes(weights, importance, highestCode: 31)
    bytes.store(ranged.d, at: offset)
    bytes.store(ranged.minimum, at: offset + 2)
    FiveBitCodes.store(ranged.codes, into: &bytes, at: offset + 4)
  }
}

extension TQ1_0Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let ternary = TernarySearch.ternary(weights, importance: importance)
    encodeBlock(ternary.span, into: &bytes, at: offset)
  }
}

extension TQ2_0Codec: SearchCodec {
  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let ternary = TernarySearch.ternary(weights, importance: importance)
    encodeBlock(ternary.span, into: &bytes, at: offset)
  }
}
