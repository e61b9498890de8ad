internal import Inspection
internal import TensorCore

/// What the script of a page about a checkpoint draws from. It is the page's own; `gguf inspect --json` is for programs.
struct PageData: Encodable {
  /// In the order of their colours.
  let types: [TypeEntry]
  /// Names of the files, where there are several.
  let files: [String]?
  let tensors: [TensorEntry]
  let metadata: [PageMetadata]
  /// Tensors whose histograms are left out.
  let withoutHistograms: Int?
  /// Whether weights were read.
  let hasStatistics: Bool

  struct TypeEntry: Encodable {
    let name: String
    let bits: Double
  }

  struct TensorEntry: Encodable {
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

  init(_ page: CheckpointPage) {
    types = page.types.shares.map { TypeEntry(name: $0.type, bits: $0.bitsPerWeight) }
    let isSharded = page.files.count > 1
    files = isSharded ? page.files.map { Self.cut(Self.lastPart($0.path)) } : nil
    metadata = page.metadata
    hasStatistics = page.statistics != nil
    let indices = Dictionary(
      page.types.shares.enumerated().map { ($0.element.type, $0.offset) }, uniquingKeysWith: { first, _ in first })
    // Both in the order of the data; tensors without elements have no statistics.
    let all = page.statistics?.tensors ?? []
    let drawn = Self.largest(page.tensors, CheckpointPage.histogramLimit)
    let messages = Dictionary(grouping: page.statistics?.findings ?? []) { ExactString($0.tensor) }
    var next = 0
    var entries: [TensorEntry] = []
    entries.reserveCapacity(page.tensors.count)
    for (index, tensor) in page.tensors.enumerated() {
      var statistics: PageStatistics?
      if next < all.count, ExactString(all[next].name) == ExactString(tensor.name) {
        statistics = PageStatistics(all[next], hasHistograms: drawn?.contains(index) ?? true)
        next += 1
      }
      entries.append(
        TensorEntry(
          name: Self.cut(tensor.name), type: indices[tensor.elementType.name] ?? 0, shape: tensor.shape.dimensions,
          layer: LayerName(tensor.name).layer, file: isSharded ? tensor.file : nil, offset: tensor.offset,
          bytes: tensor.byteCount, statistics: statistics,
          findings: messages[ExactString(tensor.name)]?.map(\.message)))
    }
    tensors = entries
    withoutHistograms = page.statistics == nil ? nil : drawn.map { page.tensors.count - $0.count }
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
