internal import GGUF
internal import Inspection
internal import Safetensors
internal import SystemPackage
internal import TensorCore

/// What `gguf inspect` tells.
struct InspectionReport {
  let source: any TensorSource
  let name: String

  private var gguf: (any GGUFSource)? { source as? any GGUFSource }
  /// Of several parts, the one that has the metadata.
  private var header: GGUFFile? { gguf?.parts.first }
  private var mix: TypeMix {
    TypeMix(source.tensors.map { ($0.elementType, $0.shape.elementCount, $0.byteCount) })
  }
  private var contentBytes: Int { source.files.lazy.map(\.contentSize).clampedSum }

  // MARK: Text

  func printText(overview: Bool, metadata: Bool, tensors: Bool) throws(Failure) {
    var sections: [String] = []
    if overview { sections.append(overviewText) }
    if metadata { sections.append(metadataText) }
    if tensors { sections.append(tensorText) }
    try StandardOutput.write(sections.joined(separator: "\n"))
  }

  private var overviewText: String {
    let mix = mix
    var lines = ["\(name.printable): \(formatText)"]
    if let gguf {
      lines.append("  architecture  \(gguf.metadata.string("general.architecture")?.printable ?? "not given")")
    }
    lines.append(
      "  size          \(Numbers.grouped(contentBytes)) bytes in \(Numbers.counted(source.files.count, "file"))")
    if let compressedText { lines.append("  compressed    \(compressedText)") }
    lines.append("  data          \(Numbers.grouped(mix.bytes)) bytes")
    if let header { lines.append("  alignment     \(header.alignment)") }
    lines.append("  tensors       \(Numbers.grouped(mix.tensors))")
    lines.append("  parameters    \(Numbers.grouped(mix.parameters))")
    if mix.tensors == 0 { return lines.joined(separator: "\n") + "\n" }
    lines.append("  bits a weight \(Numbers.fixed(mix.bitsPerWeight, 2))")
    return lines.joined(separator: "\n") + "\n" + mix.table.rendered(indent: "  ")
  }

  /// What compressed files take; nil where there are none.
  private var compressedText: String? {
    let compressed = source.files.filter { $0.unpackedSize != nil }
    guard !compressed.isEmpty else { return nil }
    let (bytes, unpacked) = (
      compressed.lazy.map(\.size).clampedSum, compressed.lazy.map(\.contentSize).clampedSum
    )
    let count = compressed.count == source.files.count ? "" : ", in \(Numbers.counted(compressed.count, "file"))"
    return "\(Numbers.grouped(bytes)) of \(Numbers.grouped(unpacked)) bytes\(count)"
  }

  private var formatText: String {
    guard let header else { return source.formatName }
    return "GGUF v\(header.version), \(header.byteOrder.rawValue)-endian"
  }

  private var metadataText: String {
    var table = TextTable([("metadata", .left), ("type", .left), ("value", .left)])
    if let gguf {
      for entry in gguf.metadata.entries {
        table.add([entry.key.printable, MetadataText.type(entry.value), MetadataText.value(entry.value)])
      }
    } else if let file = source as? SafetensorsFile, !file.metadata.isEmpty {
      for entry in file.metadata { table.add([entry.key.printable, "str", entry.value.quoted(limit: 60)]) }
    }
    return table.isEmpty ? "no metadata\n" : table.rendered()
  }

  private var tensorText: String {
    if source.tensors.isEmpty { return "no tensors\n" }
    // Offsets count from the start of a file: of several files, each row names its own.
    let isSharded = source.files.count > 1
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("tensor", .left), ("type", .left), ("shape", .left), ("offset", .right), ("bytes", .right), ("bpw", .right),
    ]
    if isSharded { columns.append(("file", .left)) }
    var table = TextTable(columns)
    for tensor in source.tensors {
      var row = [
        tensor.name.printable, tensor.elementType.name, tensor.shape.description, String(tensor.offset),
        String(tensor.byteCount), Numbers.fixed(tensor.elementType.bitsPerWeight, 2),
      ]
      if isSharded { row.append(FilePath(source.files[tensor.file].path).lastComponent?.string.printable ?? "") }
      table.add(row)
    }
    return table.rendered()
  }

  // MARK: JSON

  func printJSON() throws {
    let mix = mix
    try JSONOutput.print(
      Document(
        source: name, format: source.formatName, version: header?.version, byteOrder: header?.byteOrder.rawValue,
        alignment: header?.alignment, dataStart: header?.dataStart,
        files: source.files.map { .init(path: $0.path, size: $0.size, unpackedSize: $0.unpackedSize) },
        parameters: mix.parameters,
        dataBytes: mix.bytes, bitsPerWeight: mix.bitsPerWeight, types: mix.shares, metadata: metadataEntries,
        tensors: source.tensors.map { .init($0) }, deviations: deviations))
  }

  /// Of several files, each sentence begins with the name of its own.
  private var deviations: [String] {
    guard let parts = gguf?.parts else { return [] }
    return parts.flatMap { part in
      part.deviations.map { rule in
        let name = FilePath(part.files[0].path).lastComponent?.string ?? ""
        return parts.count > 1 ? "\(name.printable): \(rule)" : rule.description
      }
    }
  }

  private var metadataEntries: [Document.Metadata] {
    if let gguf { return gguf.metadata.entries.map { .init(key: $0.key, value: $0.value) } }
    let pairs = (source as? SafetensorsFile)?.metadata ?? []
    return pairs.map { .init(key: $0.key, value: .string($0.value)) }
  }

  private struct Document: Encodable {
    let schema = "gguf-inspect-1"
    let source: String
    let format: String
    let version: UInt32?
    let byteOrder: String?
    let alignment: Int?
    let dataStart: Int?
    let files: [File]
    let parameters: Int
    let dataBytes: Int
    let bitsPerWeight: Double
    let types: [TypeMix.Share]
    let metadata: [Metadata]
    let tensors: [Tensor]
    let deviations: [String]

    struct File: Encodable {
      let path: String
      let size: Int
      let unpackedSize: Int?
    }

    struct Metadata: Encodable {
      let key: String
      let type: String
      let value: MetadataJSON

      init(key: String, value: GGUFValue) {
        self.key = key
        type = MetadataText.type(value)
        self.value = MetadataJSON(value: value)
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
}
