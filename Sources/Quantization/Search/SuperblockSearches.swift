internal import TensorCore

// The method `search` for superblocks. formats/search.md.

extension SuperblockSearch {
  /// With scales alone: the first fits are those of ``LeastSquaresScale``.
  fileprivate init(
    _ x: Span<Float>, _ importance: Span<Float>, _ form: Form, _ trials: LeastSquaresScale.Trials
  ) {
    var scales = InlineArray<16, Float>(repeating: 0)
    for sub in 0..<form.subBlocks {
      let range = (sub * form.length)..<((sub + 1) * form.length)
      scales[sub] = LeastSquaresScale.fit(
        x.extracting(range), importance: importance.extracting(range), form.values, trials)
    }
    self.init(x, importance: importance, form, scales: scales, minimums: InlineArray(repeating: 0))
  }

  /// With minimums: the first fits are those of ``AffineSearch``, of sub-blocks of `count` weights.
  fileprivate init<let count: Int>(
    _ x: Span<Float>, _ importance: Span<Float>, _ form: Form, _ search: AffineSearch<count>.Type,
    _ parameters: AffineSearchParameters
  ) {
    var scales = InlineArray<16, Float>(repeating: 0)
    var minimums = InlineArray<16, Float>(repeating: 0)
    for sub in 0..<form.subBlocks {
      let range = (sub * count)..<((sub + 1) * count)
      let fit = search.fit(x.extracting(range), importance: importance.extracting(range), parameters)
      (scales[sub], minimums[sub]) = (fit.scale, fit.minimum)
    }
    self.init(x, importance: importance, form, scales: scales, minimums: minimums)
  }
}

extension Q4_KCodec: SearchCodec {
  private static let form = SuperblockSearch.Form(
    length: 32, values: CodeValues(lowest: 0, highest: 15), lowestScale: 0, highestScale: 63, highestMinimum: 63,
    reachOfScale: 4, reachOfMinimum: 3)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let parameters = AffineSearchParameters(highestCode: 15, firstStep: -1.8, stepWidth: 0.2, lastStep: 18)
    let search = SuperblockSearch(weights, importance, form, AffineSearch<32>.self, parameters)
    store(search.numbers, into: &bytes, at: offset)
  }
}

extension Q5_KCodec: SearchCodec {
  private static let form = SuperblockSearch.Form(
    length: 32, values: CodeValues(lowest: 0, highest: 31), lowestScale: 0, highestScale: 63, highestMinimum: 63,
    reachOfScale: 4, reachOfMinimum: 3)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let parameters = AffineSearchParameters(highestCode: 31, firstStep: -1.8, stepWidth: 0.3, lastStep: 12)
    let search = SuperblockSearch(weights, importance, form, AffineSearch<32>.self, parameters)
    store(search.numbers, into: &bytes, at: offset)
  }
}

extension Q2_KCodec: SearchCodec {
  private static let form = SuperblockSearch.Form(
    length: 16, values: CodeValues(lowest: 0, highest: 3), lowestScale: 0, highestScale: 15, highestMinimum: 15,
    reachOfScale: 4, reachOfMinimum: 2)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let parameters = AffineSearchParameters(highestCode: 3, firstStep: -0.9, stepWidth: 0.1, lastStep: 18)
    let search = SuperblockSearch(weights, importance, form, AffineSearch<16>.self, parameters)
    store(search.numbers, into: &bytes, at: offset)
  }
}

extension Q3_KCodec: SearchCodec {
  private static let form = SuperblockSearch.Form(
    length: 16, values: CodeValues(lowest: -4, highest: 3), lowestScale: -32, highestScale: 31, reachOfScale: 4)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let trials = LeastSquaresScale.Trials(first: 2.6, step: 0.2, count: 10, bothSigns: true)
    let search = SuperblockSearch(weights, importance, form, trials)
    store(search.numbers, into: &bytes, at: offset)
  }
}

extension Q6_KCodec: SearchCodec {
  private static let form = SuperblockSearch.Form(
    length: 16, values: CodeValues(lowest: -32, highest: 31), lowestScale: -128, highestScale: 127, reachOfScale: 6)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let trials = LeastSquaresScale.Trials(first: 28, step: 0.5, count: 10, bothSigns: true)
    let search = SuperblockSearch(weights, importance, form, trials)
    store(search.numbers, into: &bytes, at: offset)
  }
}

extension IQ4_XSCodec: SearchCodec {
  private static let form = SuperblockSearch.Form(
    length: 32, values: .iq4, lowestScale: -32, highestScale: 31, reachOfScale: 4)

  public static func searchBlock(
    _ weights: Span<Float>, importance: Span<Float>, into bytes: inout MutableSpan<UInt8>, at offset: Int
  ) {
    let search = SuperblockSearch(weights, importance, form, NonLinearSearch.trials)
    store(search.numbers, into: &bytes, at: offset)
  }
}
