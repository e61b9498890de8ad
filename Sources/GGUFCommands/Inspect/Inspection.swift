internal import GGUF
internal import Inspection
internal import SystemPackage
internal import TensorCore
internal import Validation

/// What `gguf inspect` shows.
struct Inspection {
  let source: any TensorSource
  /// As the user called it.
  let name: String
  let metadata: [GGUFMetadata.Entry]
  /// Those that are wanted.
  let tensors: [TensorDescription]

  var gguf: (any GGUFSource)? { source as? any GGUFSource }
  /// Of several parts, the one that has the metadata.
  var header: GGUFFile? { gguf?.parts.first }

  init(_ source: any TensorSource, name: String, _ sections: SectionArguments) {
    self.source = source
    self.name = name
    let all = CheckpointMetadata.entries(of: source)
    metadata = sections.filter.map { filter in all.filter { filter.matches($0.key) } } ?? all
    tensors = sections.selected(source.tensors)
  }

  /// Made when it is asked for: it looks at the vocabulary, and into files beside a checkpoint.
  func overview() -> Overview { Overview(source, name: name) }

  /// What the headers break of the rules of validation; made when it is asked for.
  func glance() -> ModelReport { Self.validator().glance(at: source, named: name) }

  /// What inspection holds checkpoints against.
  static func validator(_ options: ValidationOptions = ValidationOptions()) -> Validator {
    Validator(options: options, profile: .spec)
  }

  // MARK: Text

  /// - Parameter width: Columns of the terminal; nil where nothing needs to be cut.
  func text(_ sections: SectionArguments, width: Int?) -> String {
    guard sections.isAny else {
      return OverviewText(self, overview()).rendered(width: width) + GlanceText(glance(), gguf).rendered(width: width)
    }
    var parts: [String] = []
    if sections.metadata { parts.append(table(metadataTable, "no metadata", width)) }
    if sections.layers {
      parts.append(table(groupTable(TensorGroup.layers(tensors), "layer"), "no tensors", width))
      parts.append(table(groupTable(TensorGroup.kinds(tensors), "kind"), "no tensors", width))
    }
    if sections.tensors { parts.append(table(tensorTable, "no tensors", width)) }
    return parts.joined(separator: "\n")
  }

  private func table(_ table: TextTable, _ nothing: String, _ width: Int?) -> String {
    table.isEmpty ? nothing + "\n" : table.rendered(width: width)
  }

  private var metadataTable: TextTable {
    var table = TextTable([("metadata", .left), ("type", .left), ("value", .left)], flexible: 2)
    for entry in metadata {
      table.add([entry.key.printable, MetadataText.type(entry.value), MetadataText.value(entry.value)])
    }
    return table
  }

  private var tensorTable: TextTable {
    // Offsets count from the start of a file: of several files, each row names its own.
    let isSharded = source.files.count > 1
    var columns: [(title: String, alignment: TextTable.Alignment)] = [
      ("tensor", .left), ("type", .left), ("shape", .left), ("offset", .right), ("bytes", .right), ("bpw", .right),
    ]
    if isSharded { columns.append(("file", .left)) }
    var table = TextTable(columns, flexible: 0)
    for tensor in tensors {
      var row = [
        tensor.name.printable, tensor.elementType.name, tensor.shape.description, String(tensor.offset),
        String(tensor.byteCount), Numbers.fixed(tensor.elementType.bitsPerWeight, 2),
      ]
      if isSharded { row.append(fileName(tensor).printable) }
      table.add(row)
    }
    return table
  }

  private func fileName(_ tensor: TensorDescription) -> String {
    FilePath(source.files[tensor.file].path).lastComponent?.string ?? ""
  }

  private func groupTable(_ groups: [TensorGroup], _ title: String) -> TextTable {
    var table = TextTable(
      [
        (title, .left), ("tensors", .right), ("parameters", .right), ("bytes", .right), ("bpw", .right),
        ("types", .left),
      ], flexible: 5)
    for group in groups {
      let types = group.types.shares.map { $0.tensors == 1 ? $0.type : "\($0.type) x\($0.tensors)" }
      table.add([
        group.name?.printable ?? "-", Numbers.grouped(group.types.tensors), Numbers.grouped(group.types.parameters),
        Numbers.bytes(group.types.bytes), Numbers.fixed(group.types.bitsPerWeight, 2), types.joined(separator: ", "),
      ])
    }
    return table
  }

  // MARK: CSV

  /// The one table that is asked for.
  func csv(_ sections: SectionArguments) -> String {
    if sections.metadata {
      return CSV.text(
        ["key", "type", "value"],
        metadata.lazy.map { [$0.key, MetadataText.type($0.value), MetadataText.plain($0.value)] })
    }
    if sections.layers {
      return CSV.text(
        ["layer", "tensors", "parameters", "bytes", "bpw", "types"],
        TensorGroup.layers(tensors).lazy.map { group in
          [
            group.name ?? "", String(group.types.tensors), String(group.types.parameters), String(group.types.bytes),
            String(group.types.bitsPerWeight), group.types.shares.map(\.type).joined(separator: " "),
          ]
        })
    }
    return CSV.text(
      ["name", "type", "shape", "parameters", "offset", "bytes", "bpw", "file"],
      tensors.lazy.map { tensor in
        [
          tensor.name, tensor.elementType.name, tensor.shape.dimensions.map(String.init).joined(separator: "x"),
          String(tensor.shape.elementCount), String(tensor.offset), String(tensor.byteCount),
          String(tensor.elementType.bitsPerWeight), fileName(tensor),
        ]
      })
  }
}
