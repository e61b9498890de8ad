/// A rule that a file breaks, and where.
public struct ValidationFinding: Sendable, Hashable {
  public let rule: Rule
  /// As the profile and the configuration have it.
  public let severity: Severity
  public let place: Place
  /// One sentence, without the file's name: what was expected, and what was found.
  public let message: String

  public init(_ rule: Rule, _ severity: Severity, at place: Place, _ message: String) {
    self.rule = rule
    self.severity = severity
    self.place = place
    self.message = message
  }

  /// Where a finding is, as far as it is about one place.
  public struct Place: Sendable, Hashable {
    /// Which of the model's files: an index into ``ModelReport/files``.
    public var file: Int
    public var tensor: String?
    /// A metadata key.
    public var key: String?
    /// In bytes from the start of the file (of its contents, where it is compressed).
    public var offset: Int?
    /// The number of the block in the tensor.
    public var block: Int?
    /// Of a tensor's element.
    public var row: Int?
    public var column: Int?

    public init(
      file: Int = 0, tensor: String? = nil, key: String? = nil, offset: Int? = nil, block: Int? = nil, row: Int? = nil,
      column: Int? = nil
    ) {
      self.file = file
      self.tensor = tensor
      self.key = key
      self.offset = offset
      self.block = block
      self.row = row
      self.column = column
    }
  }
}
