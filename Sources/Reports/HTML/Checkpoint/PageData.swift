internal import Inspection
internal import TensorCore

/// What the script of a page about a checkpoint draws from. It is the page's own; `gguf inspect --json` is for programs.
struct PageData {
  private let page: CheckpointPage

  init(_ page: CheckpointPage) { self.page = page }

  /// All but the tensors.
  private struct Head: Encodable {
    /// In the order of their colours.
    let types: [TypeEntry]
    /// Names of the files, where there are several.
    let files: [String]?
    let metadata: [PageMetadata]
    /// Tensors whose histograms are left out.
    let withoutHistograms: Int?
    /// Whether weights were read.
    let hasStatistics: Bool
  }

  private struct TypeEntry: Encodable {
    let name: String
    let bits: Double
  }

  private struct TensorEntry: Encodable {
    let name: String
    /// An index into the types.
    let type: Int
    let shape: [Int]
    let layer: Int?
    let file: Int?
    let offset: Int
    let bytes: Int
    let statistics: PageStatistics?
    let findings: [String]?
  }

  /// Scalars of a name that a page holds; the script shows fewer.
  private static let nameLimit = 1000

  /// The tensors are written one by one: all of them at once would take many times the memory.
  ///
  /// - Throws: What `JSONEncoder` throws.
  func json() throws -> String {
    let isSharded = page.files.count > 1
    let drawn = Self.largest(page.tensors, CheckpointPage.histogramLimit)
    let head = Head(
      types: page.types.shares.map { TypeEntry(name: $0.type, bits: $0.bitsPerWeight) },
      files: isSharded ? page.files.map { Self.cut(Self.lastPart($0.path)) } : nil, metadata: page.metadata,
      withoutHistograms: page.statistics == nil ? nil : drawn.map { page.tensors.count - $0.count },
      hasStatistics: page.statistics != nil)
    var json = "{\"head\":" + (try EmbeddedJSON.text(head)) + ",\"tensors\":["
    let indices = Dictionary(
      page.types.shares.enumerated().map { ($0.element.type, $0.offset) }, uniquingKeysWith: { first, _ in first })
    let messages = self.messages
    // Both in the order of the data; tensors without elements have no statistics.
    let all = page.statistics?.tensors ?? []
    var next = 0
    for (index, tensor) in page.tensors.enumerated() {
      var statistics: PageStatistics?
      if next < all.count, ExactString(all[next].name) == ExactString(tensor.name) {
        statistics = PageStatistics(all[next], hasHistograms: drawn?.contains(index) ?? true)
        next += 1
      }
      if index > 0 { json += "," }
      json += try EmbeddedJSON.text(
        TensorEntry(
          name: Self.cut(tensor.name), type: indices[tensor.elementType.name] ?? 0, shape: tensor.shape.dimensions,
          layer: LayerName(tensor.name).layer, file: isSharded ? tensor.file : nil, offset: tensor.offset,
          bytes: tensor.byteCount, statistics: statistics,
          findings: messages[ExactString(tensor.name)]))
    }
    return json + "]}"
  }

  /// What is said of each tensor.
  private var messages: [ExactString: [String]] {
    var messages: [ExactString: [String]] = [:]
    for finding in page.findings {
      if let tensor = finding.tensor { messages[ExactString(tensor), default: []].append(finding.message) }
    }
    for finding in page.statistics?.findings ?? [] {
      messages[ExactString(finding.tensor), default: []].append(finding.message)
    }
    return messages
  }

  private static func cut(_ name: String) -> String {
    let scalars = name.unicodeScalars
    return scalars.count <= nameLimit ? name : String(String.UnicodeScalarView(scalars.prefix(nameLimit))) + "..."
  }

  private static func lastPart(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: true).last.map(String.init) ?? path
  }

  /// The indices of so many tensors, those with the most bytes; nil for all.
  private static func largest(_ tensors: [TensorDescription], _ limit: Int) -> Set<Int>? {
    if tensors.count <= limit { return nil }
    return Set(
      tensors.indices.sorted { (tensors[$1].byteCount, $0) < (tensors[$0].byteCount, $1) }.prefix(limit))
  }
}
