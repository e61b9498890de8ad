public import Inspection
public import TensorCore

/// What is in a checkpoint, as a page for people.
public struct CheckpointPage: Sendable {
  /// Something said of the model in a few words: `context`, `8,192 tokens`.
  public struct Fact: Sendable {
    public let label: String
    public let value: String

    public init(_ label: String, _ value: String) { (self.label, self.value) = (label, value) }
  }

  /// A rule that the checkpoint breaks.
  public struct Finding: Sendable {
    public enum Severity: Sendable { case error, warning, note }

    public let severity: Severity
    /// The rule's id: `GGUF-P001`.
    public let rule: String
    /// nil where it is not about one tensor.
    public let tensor: String?
    /// A sentence, without the tensor's name.
    public let message: String

    public init(_ severity: Severity, rule: String, tensor: String? = nil, _ message: String) {
      (self.severity, self.rule, self.tensor, self.message) = (severity, rule, tensor, message)
    }
  }

  /// As the user called it.
  public var name: String
  /// `GGUF v3, little-endian`.
  public var format: String
  public var files: [SourceFile]
  public var facts: [Fact] = []
  public var types: TypeMix
  /// The rules that the checkpoint breaks, the gravest first.
  public var findings: [Finding] = []
  /// What the page leaves out, each a few words.
  public var omissions: [String] = []
  public var metadata: [PageMetadata] = []
  /// nil where the checkpoint has no vocabulary.
  public var vocabulary: PageVocabulary?
  /// In the order of the data.
  public var tensors: [TensorDescription]
  /// nil where only headers were read.
  public var statistics: CheckpointStatistics?
  /// Why only headers were read; nil where nobody asked for more.
  public var limitation: String?

  public init(name: String, format: String, files: [SourceFile], types: TypeMix, tensors: [TensorDescription]) {
    (self.name, self.format, self.files, self.types, self.tensors) = (name, format, files, types, tensors)
  }

  /// One self-contained HTML page, to be written to a file and opened from there: it asks for nothing from anywhere.
  ///
  /// What the model is, what looks odd, the types and the first tokens are plain HTML; the treemap, the tables of tensors
  /// and metadata, and what is drawn of a tensor, the page's script makes from JSON that is in the page. Names, tokens and
  /// values are text wherever they stand, and a Content-Security-Policy allows no script and no style but the page's own.
  ///
  /// Its size: about 1 kB a tensor and less than 4 MB of metadata. Histograms are those of the
  /// ``histogramLimit`` largest tensors.
  ///
  /// - Throws: What `JSONEncoder` throws.
  public func html() throws -> String {
    try Page(
      template: PackageResources.checkpoint_html,
      styles: [PackageResources.report_css, PackageResources.checkpoint_css],
      scripts: [
        PackageResources.values_js, PackageResources.chart_js, PackageResources.table_js, PackageResources.treemap_js,
        PackageResources.statistics_js, PackageResources.metadata_js, PackageResources.checkpoint_js,
      ],
      title: ReportText.name(name),
      places: [
        "head": CheckpointHead(self).markup, "figures": CheckpointFigures(self).markup,
        "findings": CheckpointFindings(self).markup, "mix": TypeMixBars(types).markup,
        "types": TypeTable(types).markup, "tokens": TokenTable(vocabulary).markup,
      ]
    ).html(data: PageData(self).json())
  }

  /// Tensors whose histograms are in a page: those with the most bytes.
  public static let histogramLimit = 10_000
}

/// A pair of the metadata, as much of it as a page holds.
public struct PageMetadata: Sendable, Encodable {
  public let key: String
  /// `u32`, `[str]`.
  public let type: String
  /// The value, or its beginning.
  public let text: String
  /// Where `text` is only a beginning: how much there is, `262,144 elements`.
  public let whole: String?

  public init(key: String, type: String, text: String, whole: String? = nil) {
    (self.key, self.type, self.text, self.whole) = (key, type, text, whole)
  }
}

/// The first tokens of a vocabulary.
public struct PageVocabulary: Sendable {
  public struct Token: Sendable {
    public let text: String
    /// nil where the vocabulary has none.
    public let score: Double?
    /// `normal`, `control`; nil where the vocabulary does not say it.
    public let type: String?

    public init(text: String, score: Double?, type: String?) {
      (self.text, self.score, self.type) = (text, score, type)
    }
  }

  /// How many tokens there are in all.
  public let count: Int
  /// From token 0 on.
  public let tokens: [Token]

  public init(count: Int, tokens: [Token]) { (self.count, self.tokens) = (count, tokens) }
}
