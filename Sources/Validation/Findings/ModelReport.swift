public import TensorCore

/// What validation found in one model: a file, or the files of a set.
public struct ModelReport: Sendable {
  /// As the user named it.
  public let path: String
  /// `GGUF` or `safetensors`; nil for what is neither.
  public let format: String?
  /// Those that are there, in their order; places of findings name them by their index.
  public let files: [SourceFile]
  /// How many tensors the headers describe.
  public let tensorCount: Int
  /// How many bytes of payload were looked at; nil where nobody asked for that.
  public let payloadBytes: Int?
  public let findings: FindingList
  public let duration: Duration

  public init(
    path: String, format: String?, files: [SourceFile], tensorCount: Int, payloadBytes: Int?, findings: FindingList,
    duration: Duration
  ) {
    self.path = path
    self.format = format
    self.files = files
    self.tensorCount = tensorCount
    self.payloadBytes = payloadBytes
    self.findings = findings
    self.duration = duration
  }
}
