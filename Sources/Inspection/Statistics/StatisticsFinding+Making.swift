internal import TensorCore

extension StatisticsFinding {
  /// What looks odd in a tensor; formats/statistics.md has the limits.
  static func all(of tensor: TensorStatistics) -> [StatisticsFinding] {
    [
      scaleLimit(tensor), coarseScales(tensor), saturation(tensor), unusedCodes(tensor), outlierRows(tensor),
    ].compactMap { $0 }
  }

  private static func scaleLimit(_ tensor: TensorStatistics) -> StatisticsFinding? {
    let figures = [("scale", tensor.scales), ("min", tensor.mins)].compactMap { name, scales in
      scales.map { (name: name, scales: $0) }
    }
    guard let (name, scales) = figures.first(where: { $0.scales.largest > 0 }) else { return nil }
    return StatisticsFinding(
      .scaleLimit, tensor: tensor.name,
      "\(Numbers.counted(scales.largest, name)) of \(Numbers.grouped(scales.count)) at the largest magnitude that "
        + "\(scales.encoding) has, \(Numbers.significant(scales.largestMagnitude)): weights may be cut off")
  }

  /// Half precision has four bits and fewer for what is below 2^-20.
  private static let coarseClass = -20 * 4

  private static func coarseScales(_ tensor: TensorStatistics) -> StatisticsFinding? {
    guard let scales = tensor.scales, scales.encoding == "binary16" else { return nil }
    let magnitudes = scales.magnitudes
    let coarse = magnitudes.counts.prefix(max(0, coarseClass - magnitudes.first)).reduce(0, +)
    guard coarse * 2 > magnitudes.counts.reduce(0, +) else { return nil }
    return StatisticsFinding(
      .coarseScales, tensor: tensor.name,
      "\(Numbers.counted(coarse, "scale")) of \(Numbers.grouped(scales.count)) below 2^-20, where half precision has four "
        + "bits or fewer")
  }

  private static func saturation(_ tensor: TensorStatistics) -> StatisticsFinding? {
    guard let codes = tensor.codes, let share = codes.saturatedShare, let usual = UsualCodes.table[tensor.type],
      share > min(0.75, usual.saturated * UsualCodes.saturationFactor)
    else { return nil }
    return StatisticsFinding(
      .saturation, tensor: tensor.name,
      "\(Numbers.fixed(share * 100, 1)) % of the codes are the lowest or the highest; ordinary weights give "
        + "\(Numbers.fixed(usual.saturated * 100, 1)) % in \(tensor.type)")
  }

  private static func unusedCodes(_ tensor: TensorStatistics) -> StatisticsFinding? {
    // Of few weights, and of zeros alone, there is nothing to say.
    guard let codes = tensor.codes, let usual = UsualCodes.table[tensor.type], let weights = tensor.weights,
      codes.histogram.total >= UsualCodes.leastCodes, weights.zeros < tensor.elements,
      codes.histogram.entropy < usual.entropy * UsualCodes.entropyShare
    else { return nil }
    return StatisticsFinding(
      .unusedCodes, tensor: tensor.name,
      "the codes have \(Numbers.fixed(codes.histogram.entropy, 2)) of \(Numbers.fixed(codes.histogram.availableBits, 2)) "
        + "bits (\(Numbers.counted(codes.histogram.used, "code")) used); ordinary weights give "
        + "\(Numbers.fixed(usual.entropy, 2)) in \(tensor.type)")
  }

  /// Outliers nearer to the median are common in sound models.
  private static let oddOctaves = 3.0

  private static func outlierRows(_ tensor: TensorStatistics) -> StatisticsFinding? {
    guard let rows = tensor.rows, let first = rows.outliers.first, abs(first.octaves) > oddOctaves else { return nil }
    let ratio = Numbers.significant(first.rms / rows.medianRMS)
    return StatisticsFinding(
      .outlierRows, tensor: tensor.name,
      "\(Numbers.counted(rows.outlierCount, "row")) of \(Numbers.grouped(rows.count)) \(rows.outlierCount == 1 ? "is" : "are") "
        + "far from the others; the furthest, row \(first.row), has \(ratio) times the median RMS")
  }
}
