/// Everything that is known of a tensor's weights and blocks. formats/statistics.md defines every figure.
public struct TensorStatistics: Sendable, Hashable, Encodable {
  public let name: String
  public let type: String
  public let elements: Int
  /// nil where the type cannot be decoded, and for integers.
  public let weights: WeightFigures?
  /// nil for plain types.
  public let blocks: BlockFigures?
  /// Of all weights with one scale: a block, or a part of it. nil where the type has none that stands by itself.
  public let scales: ScaleFigures?
  /// What is added to, or taken from, all weights of a block; of K-quants what their mins count in.
  public let mins: ScaleFigures?
  /// Of K-quants and IQ4_XS: the integers that a superblock's scale is multiplied with, one a sub-block.
  public let subScales: IntegerHistogram?
  /// Of K-quants with mins: the integers that the superblock's min is multiplied with, one a sub-block.
  public let subMins: IntegerHistogram?
  public let codes: CodeFigures?
  /// nil where there is one row, or rows are shorter than 32 weights.
  public internal(set) var rows: RowFigures?
  /// Why there is less than there could be.
  public let limitation: String?

  /// Whether there are weights or scales that are not finite, or nothing but zeros: what rules of validation are about.
  public var isSuspicious: Bool {
    func isNotFinite(_ scales: ScaleFigures?) -> Bool { scales.map { $0.notANumber > 0 || $0.infinite > 0 } ?? false }
    if isNotFinite(scales) || isNotFinite(mins) { return true }
    return weights.map { $0.notANumber > 0 || $0.infinite > 0 || $0.zeros == elements } ?? false
  }
}

/// How many blocks there are.
public struct BlockFigures: Sendable, Hashable, Encodable {
  public let count: Int
  /// Blocks in which every weight is zero; nil where blocks cannot be decoded.
  public let allZero: Int?
}

/// What is known of several tensors together: of one element type, or of one layer.
public struct StatisticsGroup: Sendable, Hashable, Encodable {
  /// The type's name, or the layer's number.
  public let name: String
  public let tensors: Int
  public let elements: Int
  public let weights: WeightFigures?
  public let blocks: BlockFigures?
  /// Weights whose codes are counted, quantized ones only; those below are of these.
  public let coded: Int
  /// Weights with the lowest or the highest code.
  public let saturated: Int
  /// Bits of entropy a code, the mean over the tensors by their weights; 0 for none.
  public let entropy: Double
  /// Bits that a code has.
  public let availableBits: Double
  /// Of groups by type: the magnitudes of all tensors' scales.
  public let scales: MagnitudeHistogram?
  /// Of groups by type: all tensors' codes or exponents, as if each had been counted.
  public let codes: IntegerHistogram?
}

/// The statistics of a checkpoint.
public struct CheckpointStatistics: Sendable, Encodable {
  /// In the order of the data, without those that have no elements.
  public let tensors: [TensorStatistics]
  /// By element type, the most bytes first.
  public let types: [StatisticsGroup]
  /// By layer, ascending; tensors outside of layers are not in it.
  public let layers: [StatisticsGroup]
  public let findings: [StatisticsFinding]
}

/// Something in a tensor's blocks that looks odd and breaks no rule of validation.
public struct StatisticsFinding: Sendable, Hashable, Encodable {
  /// What it is about. The names are part of the JSON schema.
  public enum Rule: String, Sendable, Encodable, CaseIterable {
    /// Scales at the largest magnitude that they can have.
    case scaleLimit = "scale-limit"
    /// Most scales are so small that half precision leaves them four bits or fewer.
    case coarseScales = "coarse-scales"
    /// Many more saturated codes than ordinary weights give.
    case saturation
    /// Many fewer bits of the codes are used than by ordinary weights.
    case unusedCodes = "unused-codes"
    /// Rows far larger or smaller than the others.
    case outlierRows = "outlier-rows"
  }

  public let rule: Rule
  public let tensor: String
  /// One sentence, without the tensor's name.
  public let message: String

  init(_ rule: Rule, tensor: String, _ message: String) {
    self.rule = rule
    self.tensor = tensor
    self.message = message
  }
}
