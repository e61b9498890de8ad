/// Something that a verification found.
public struct Finding: Sendable, Hashable, Encodable {
  /// Whether it makes a verification fail.
  public enum Severity: String, Sendable, Encodable {
    /// The file is not what it should be.
    case error
    /// It may be, and somebody should look.
    case warning
  }

  /// What it is about. The names are part of the JSON schema.
  public enum Rule: String, Sendable, Encodable, CaseIterable {
    /// A tensor of the source is not in the file.
    case missingTensor = "missing-tensor"
    /// A tensor of the file is not in the source.
    case unexpectedTensor = "unexpected-tensor"
    /// The tensor has another shape than in the source.
    case shape
    /// The tensor's type, in the file or in the source, cannot be decoded or compared.
    case notComparable = "not-comparable"
    /// Integers that are not those of the source.
    case integers
    /// A weight, or a block's scale, in the file is not finite.
    case notFinite = "not-finite"
    /// A weight in the source is not finite.
    case sourceNotFinite = "source-not-finite"
    /// A block lost more than its scale allows.
    case bound
    /// The bytes are not those that quantizing the source gives.
    case exact
    /// A figure is beyond what the user allows.
    case threshold
    /// The tensor lost more than its type loses on ordinary weights.
    case unusualLoss = "unusual-loss"
    /// A ternary type for weights that are not ternary.
    case notTernary = "not-ternary"
    /// All weights are zero.
    case allZero = "all-zero"
    /// All rows are equal.
    case equalRows = "equal-rows"
    /// Some rows are all zero.
    case deadRows = "dead-rows"
  }

  public let rule: Rule
  public let severity: Severity
  /// The tensor's name in the file, or in the source where the file does not have it; nil for the whole file.
  public let tensor: String?
  /// One sentence, without the tensor's name.
  public let message: String
  /// Where, as far as it is about one place.
  public var row: Int?
  public var column: Int?
  /// The number of the block in the tensor.
  public var block: Int?
  /// In bytes from the start of the file.
  public var offset: Int?

  public init(
    _ rule: Rule, _ severity: Severity = .error, tensor: String?, _ message: String, row: Int? = nil,
    column: Int? = nil, block: Int? = nil, offset: Int? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.tensor = tensor
    self.message = message
    self.row = row
    self.column = column
    self.block = block
    self.offset = offset
  }
}
