internal import GGUF
internal import Inspection
internal import Reports
internal import TensorCore
internal import Validation

extension CheckpointPage {
  /// Metadata pairs that a page has.
  private static let metadataLimit = 10_000
  /// Tokens that a page has.
  private static let tokenLimit = 200

  /// What the headers say.
  init(_ inspection: Inspection) {
    let overview = inspection.overview()
    let text = OverviewText(inspection, overview)
    self.init(
      name: overview.name, format: text.format, files: overview.files, types: overview.types,
      tensors: inspection.source.tensors)
    facts = text.facts(hasSizes: false).map { Fact($0.label, $0.value) }
    add(inspection.glance())
    var room = PageMetadata.characters
    metadata = inspection.metadata.prefix(Self.metadataLimit).map { PageMetadata($0, room: &room) }
    let left = inspection.metadata.count - metadata.count
    if left > 0 { omissions.append("\(Numbers.counted(left, "metadata key")) more than this page has room for") }
    vocabulary = inspection.gguf.flatMap { PageVocabulary($0.metadata, limit: Self.tokenLimit) }
  }

  /// What the headers break, as far as it is a warning at least.
  private mutating func add(_ report: ModelReport) {
    for finding in report.findings.groups(from: .warning, maximum: nil).flatMap(\.findings) {
      var place = finding.place
      place.tensor = nil
      let text = place.text(of: report)
      findings.append(
        Finding(
          Finding.Severity(finding.severity), rule: finding.rule.id, tensor: finding.place.tensor,
          (text.isEmpty ? "" : text + ": ") + finding.message))
    }
  }

  /// What was found by reading weights.
  mutating func add(_ measured: MeasuredCheckpoint) {
    statistics = measured.statistics
    findings += measured.findings.groups(from: .note, maximum: nil).flatMap(\.findings).map { finding in
      Finding(
        Finding.Severity(finding.severity), rule: finding.rule.id, tensor: finding.place.tensor, finding.message)
    }
  }
}

extension CheckpointPage.Finding.Severity {
  fileprivate init(_ severity: Validation.Severity) {
    self =
      switch severity {
      case .error: .error
      case .warning: .warning
      case .note: .note
      }
  }
}

extension PageMetadata {
  /// Characters of all values of a page together; those behind get few each.
  static let characters = 2_000_000
  /// Characters that are kept of a value: a chat template is whole.
  private static let valueCharacters = 40_000
  /// Characters that are kept where there is no room.
  private static let fewCharacters = 100
  /// Elements that are kept of an array.
  private static let elements = 100
  /// Characters that are kept of a key.
  private static let keyCharacters = 1_000

  /// - Parameter room: How many characters there is room for; what the value takes is taken off.
  init(_ entry: GGUFMetadata.Entry, room: inout Int) {
    let limit = max(Self.fewCharacters, min(Self.valueCharacters, room))
    let (text, whole) = Self.text(entry.value, limit)
    room -= text.unicodeScalars.count
    self.init(
      key: Self.prefix(of: entry.key, Self.keyCharacters), type: MetadataText.type(entry.value), text: text,
      whole: whole)
  }

  /// The value or its beginning, and how much there is where it is only that.
  private static func text(_ value: GGUFValue, _ limit: Int) -> (text: String, whole: String?) {
    switch value {
    case .string(let string):
      let text = prefix(of: string, limit)
      let isWhole = text.utf8.count == string.utf8.count
      return (text, isWhole ? nil : "\(Numbers.counted(string.unicodeScalars.count, "character")) in all")
    case .array(let array):
      let shown = array.prefix(elements).map(MetadataText.value).joined(separator: ", ")
      let text = prefix(of: shown, limit)
      let isWhole = array.count <= elements && text.utf8.count == shown.utf8.count
      return (text, isWhole ? nil : "\(Numbers.counted(array.count, "element")) in all")
    default: return (MetadataText.value(value), nil)
    }
  }

  private static func prefix(of text: String, _ limit: Int) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
  }
}

extension PageVocabulary {
  /// The names of `tokenizer.ggml.token_type`: llama.cpp's `llama_token_type`.
  private static let types = ["undefined", "normal", "unknown", "control", "user-defined", "unused", "byte"]

  /// nil where the metadata has no tokens.
  init?(_ metadata: GGUFMetadata, limit: Int) {
    guard case .array(let tokens)? = metadata["tokenizer.ggml.tokens"], tokens.elementType == .string else {
      return nil
    }
    func first(_ key: String) -> [GGUFValue] {
      if case .array(let array)? = metadata["tokenizer.ggml.\(key)"] { array.prefix(limit) } else { [] }
    }
    let (scores, types) = (first("scores"), first("token_type"))
    self.init(
      count: tokens.count,
      tokens: tokens.prefix(limit).enumerated().map { index, value in
        var text = ""
        if case .string(let string) = value { text = string }
        return Token(
          text: text, score: index < scores.count ? Self.score(scores[index]) : nil,
          type: index < types.count ? types[index].integer.map(Self.name) : nil)
      })
  }

  private static func score(_ value: GGUFValue) -> Double? {
    switch value {
    case .float32(let score): Double(score)
    case .float64(let score): score
    default: value.integer.map(Double.init)
    }
  }

  private static func name(ofType number: Int) -> String {
    types.indices.contains(number) ? types[number] : "unknown type \(number)"
  }
}
