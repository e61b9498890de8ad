internal import TensorCore

extension VerificationReport {
  /// The largest relative RMSE of weights that a type for ternary or binary weights is meant for. The rounding of their
  /// scale to binary16 costs them at most 2^-11, 0.0005; weights of other kinds lose 0.6 and more.
  static let ternaryLimit = 0.01

  /// The classic accidents, as far as figures tell of them: warnings, in the order of the file.
  ///
  /// - Parameters:
  ///   - tensors: Those of the inputs.
  ///   - findings: What was seen besides. Weights that are not finite were measured as zeros, so a tensor that has some is
  ///     not said to be zero.
  static func accidents(_ inputs: [Input], _ tensors: [Tensor], beside findings: [Finding]) -> [Finding] {
    let notFinite = Set(
      findings.lazy.filter { $0.rule == .notFinite || $0.rule == .sourceNotFinite }.compactMap(\.tensor)
        .map(ExactString.init))
    return zip(inputs, tensors).flatMap { input, tensor -> [Finding] in
      guard let measurement = input.measurement, measurement.loss.sums.count > 0 else { return [] }
      let accident = Accident(
        tensor: tensor, type: input.file.elementType, rows: input.file.shape.rowCount, measurement: measurement)
      let zeros = notFinite.contains(ExactString(tensor.name)) ? [] : [accident.allZero, accident.deadRows]
      return (zeros + [accident.equalRows, accident.notTernary ?? accident.unusualLoss]).compactMap { $0 }
    }
  }
}

/// What may have happened to a tensor.
private struct Accident {
  let tensor: VerificationReport.Tensor
  let type: ElementType
  let rows: Int
  let measurement: TensorMeasurement

  private var loss: TensorLoss { measurement.loss }
  private var isZero: Bool { loss.sums.rms == 0 }

  private func warning(_ rule: Finding.Rule, _ message: String, row: Int? = nil) -> Finding {
    Finding(rule, .warning, tensor: tensor.name, message, row: row)
  }

  var allZero: Finding? {
    guard isZero else { return nil }
    return warning(
      .allZero,
      "all \(loss.sums.count) weights of the source are zero: look whether it was saved before it was trained or loaded"
    )
  }

  /// Some rows, and not all.
  var deadRows: Finding? {
    guard !isZero, loss.zeroRows > 0, let first = loss.firstZeroRow else { return nil }
    let (count, verb) = (loss.zeroRows, loss.zeroRows == 1 ? "is" : "are")
    return warning(
      .deadRows,
      "\(count) of \(rows) rows \(verb) all zero in the source, \(count == 1 ? "row" : "the first of them row") \(first): "
        + "look whether these are unused tokens or padding, or outputs that died in training", row: first)
  }

  var equalRows: Finding? {
    guard measurement.rowsAreEqual, !isZero else { return nil }
    return warning(
      .equalRows,
      "all \(rows) rows are equal in the source: look whether it was initialized and never trained, or was broadcast "
        + "from one row")
  }

  /// A type for weights of two or three values, where these are not that.
  var notTernary: Finding? {
    let relative = loss.sums.relativeRMSE
    guard let values = type.fewValues, relative > VerificationReport.ternaryLimit, relative.isFinite else { return nil }
    return warning(
      .notTernary,
      "the weights (\(rows) rows) are not \(values) times a scale, as \(type.name) expects: relative RMSE "
        + "\(FigureText.text(relative)); give the tensor another type, as \(type.name) is for models trained with such weights"
    )
  }

  var unusualLoss: Finding? {
    guard let usual = tensor.usual, let relative = tensor.figures?.relativeRMSE,
      relative > VerificationReport.Usual.reportedFactor * usual.highest
    else { return nil }
    guard relative.isFinite else {
      return warning(
        .unusualLoss, "all \(rows) rows of the source are zero, and not those of the file: convert it again")
    }
    return warning(
      .unusualLoss,
      "loses \(VerificationReport.Usual.times(usual.ratio)) what \(type.name) loses on ordinary weights (relative RMSE "
        + "\(FigureText.text(relative)) over \(rows) rows, \(FigureText.text(usual.lowest)) to "
        + "\(FigureText.text(usual.highest)) is ordinary): look at its largest weights, and whether it was quantized twice, "
        + "or give it a type with more bits")
  }
}

extension ElementType {
  /// The values, times a scale, that the encoder of a type for ternary or binary weights writes.
  fileprivate var fewValues: String? {
    switch self {
    case .tq1_0, .tq2_0, .q2_0: "-1, 0 or 1"
    case .q1_0: "-1 or 1"
    default: nil
    }
  }
}
