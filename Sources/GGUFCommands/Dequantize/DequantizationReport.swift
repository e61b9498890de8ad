internal import Conversion
internal import Inspection
internal import Safetensors
internal import TensorCore

/// What `gguf dequantize` tells: the plan and, behind it, what became of it.
struct DequantizationReport {
  let plan: DequantizationPlan
  let source: any TensorSource
  let name: String
  let output: String?
  /// For each tensor, the values that were replaced; nil for a dry run.
  var replaced: [Int]?
  var elapsed: Duration?

  private var mix: TypeMix {
    TypeMix(plan.tensors.map { ($0.target, $0.source.shape.elementCount, $0.place.byteCount) })
  }

  private var files: [(path: String, size: Int)] {
    plan.layout.files.map { (path: path($0.name), size: $0.layout.fileSize) }
  }

  private func path(_ name: String) -> String { output.map { SafetensorsOutput.path(of: name, beside: $0) } ?? name }

  // MARK: Text

  func printText() throws(Failure) {
    var text = replaced == nil ? tensorTable.rendered() : ""
    let (mix, files) = (mix, files)
    let verb = replaced == nil ? "would have" : "has"
    text +=
      "\(output?.printable ?? "the output") \(verb) \(Numbers.counted(plan.tensors.count, "tensor")), "
      + "\(Numbers.counted(mix.parameters, "parameter")), "
      + "\(Numbers.grouped(files.lazy.map(\.size).clampedSum)) bytes in \(Numbers.counted(files.count, "file"))\n"
    text += mix.table.rendered(indent: "  ")
    if let index = plan.layout.index {
      for file in files { text += "  \(file.path.printable): \(Numbers.grouped(file.size)) bytes\n" }
      text += "  \(path(index.name).printable)\n"
    }
    let integers = plan.tensors.filter { $0.target.kind == .integer }.map(\.name)
    if !integers.isEmpty {
      text += "\(Numbers.counted(integers.count, "tensor")) of integers kept as they are: \(NameList.text(integers))\n"
    }
    if !plan.excludedTensors.isEmpty {
      let names = plan.excludedTensors
      text += "\(Numbers.counted(names.count, "tensor")) left out, excluded: \(NameList.text(names))\n"
    }
    let count = replaced?.reduce(0, +) ?? 0
    if count > 0 { text += "replaced \(Numbers.counted(count, "value")) (--nonfinite)\n" }
    if let elapsed {
      text +=
        "dequantized \(Numbers.bytes(source.files.lazy.map(\.contentSize).clampedSum)) of \(source.formatName) in "
        + "\(Numbers.fixed(seconds(elapsed), 2)) s\n"
    }
    try StandardOutput.write(text)
  }

  private var tensorTable: TextTable {
    let isSharded = plan.layout.files.count > 1
    var table = TextTable(
      [
        ("tensor", .left), ("shape", .left), ("from", .left), ("to", .left), ("offset", .right), ("bytes", .right),
      ] + (isSharded ? [("file", .right)] : []))
    for tensor in plan.tensors {
      table.add(
        [
          tensor.name.printable, tensor.source.shape.description, tensor.source.elementType.name, tensor.target.name,
          String(tensor.place.offset), String(tensor.place.byteCount),
        ] + (isSharded ? [String(tensor.place.file + 1)] : []))
    }
    return table
  }

  // MARK: JSON

  func printJSON() throws {
    try JSONOutput.print(
      Document(
        source: CheckpointJSON(source, name: name), output: output, dryRun: replaced == nil,
        files: files.map { FileJSON(path: $0.path, size: $0.size) },
        index: (plan.layout.index?.name).map(path),
        tensors: plan.tensors.enumerated().map { .init($1, replaced: replaced?[$0]) },
        excludedTensors: plan.excludedTensors, types: mix.shares, seconds: elapsed.map(seconds)))
  }

  private struct Document: Encodable {
    let schema = "gguf-dequantize-1"
    let source: CheckpointJSON
    let output: String?
    let dryRun: Bool
    let files: [FileJSON]
    let index: String?
    let tensors: [Tensor]
    let excludedTensors: [String]
    let types: [TypeMix.Share]
    let seconds: Double?

    struct Tensor: Encodable {
      let name: String
      let sourceName: String
      let sourceType: String
      let type: String
      let shape: [Int]
      let file: Int
      let offset: Int
      let bytes: Int
      let replaced: Int?

      init(_ tensor: DequantizationPlan.Tensor, replaced: Int?) {
        name = tensor.name
        sourceName = tensor.source.name
        sourceType = tensor.source.elementType.name
        type = tensor.target.name
        shape = tensor.source.shape.dimensions
        (file, offset, bytes) = (tensor.place.file, tensor.place.offset, tensor.place.byteCount)
        self.replaced = replaced
      }
    }
  }
}
