internal import GGUF
internal import Inspection
internal import TensorCore
internal import Validation

/// An inspection as JSON. formats/json.md.
struct InspectionDocument: Encodable {
  let schema = "gguf-inspect-3"
  let source: String
  let format: String
  let version: UInt32?
  let byteOrder: String?
  let alignment: Int?
  let dataStart: Int?
  let files: [FileJSON]
  let parameters: Int
  let dataBytes: Int
  let bitsPerWeight: Double
  let types: [TypeMix.Share]
  let model: ModelFacts
  let tokenizer: TokenizerFacts?
  let findings: [ValidationJSON.Finding]
  /// Findings that are left out.
  let hidden: Int
  // The sections: all, or those that are asked for.
  let metadata: [Metadata]?
  let layers: [TensorGroup]?
  let kinds: [TensorGroup]?
  let tensors: [Tensor]?
  let statistics: CheckpointStatistics?

  /// - Parameter measured: Where weights were read, in place of the sections.
  init(_ inspection: Inspection, _ sections: SectionArguments, measured: MeasuredCheckpoint? = nil) {
    statistics = measured?.statistics
    let (overview, header) = (inspection.overview(), inspection.header)
    source = overview.name
    format = overview.format
    version = header?.version
    byteOrder = header?.byteOrder.rawValue
    alignment = header?.alignment
    dataStart = header?.dataStart
    files = overview.files.map { FileJSON($0) }
    parameters = overview.types.parameters
    dataBytes = overview.types.bytes
    bitsPerWeight = overview.types.bitsPerWeight
    types = overview.types.shares
    model = overview.model
    tokenizer = overview.tokenizer
    let lists = [inspection.glance().findings, measured?.findings].compactMap { $0 }
    findings = lists.flatMap(\.findings).map(ValidationJSON.Finding.init)
    hidden = lists.lazy.flatMap(\.counts.values).clampedSum - findings.count
    let all = !sections.isAny && statistics == nil
    metadata = all || sections.metadata ? inspection.metadata.map { Metadata($0) } : nil
    layers = all || sections.layers ? TensorGroup.layers(inspection.tensors) : nil
    kinds = all || sections.layers ? TensorGroup.kinds(inspection.tensors) : nil
    tensors = all || sections.tensors ? inspection.tensors.map { Tensor($0) } : nil
  }

  struct Metadata: Encodable {
    /// Elements that are shown of a long array.
    private static let shown = 32

    let key: String
    let type: String
    /// nil for a long array.
    let value: MetadataJSON?
    /// Of a long array.
    let count: Int?
    let first: [MetadataJSON]?

    init(_ entry: GGUFMetadata.Entry) {
      key = entry.key
      type = MetadataText.type(entry.value)
      if case .array(let array) = entry.value, array.count > Self.shown {
        (value, count, first) = (nil, array.count, array.prefix(Self.shown).map(MetadataJSON.init))
      } else {
        (value, count, first) = (MetadataJSON(value: entry.value), nil, nil)
      }
    }
  }

  struct Tensor: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let file: Int
    let offset: Int
    let bytes: Int

    init(_ tensor: TensorDescription) {
      name = tensor.name
      type = tensor.elementType.name
      shape = tensor.shape.dimensions
      file = tensor.file
      offset = tensor.offset
      bytes = tensor.byteCount
    }
  }
}
