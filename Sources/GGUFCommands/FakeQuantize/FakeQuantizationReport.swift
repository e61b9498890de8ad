internal import Conversion
internal import Safetensors
internal import TensorCore
internal import Verification

/// What `gguf fake-quantize` tells: the plan and, behind it, what became of it.
struct FakeQuantizationReport {
  let plan: FakeQuantizationPlan
  let source: any TensorSource
  let name: String
  let output: String?
  /// nil for a dry run.
  var outcome: Converter.Outcome?
  /// What is to be said of the losses.
  var findings: [Finding] = []
  var elapsed: Duration?

  private var files: [(path: String, size: Int)] {
    plan.layout.files.map { (path: path($0.name), size: $0.layout.fileSize) }
  }

  private func path(_ name: String) -> String { output.map { SafetensorsOutput.path(of: name, beside: $0) } ?? name }

  // MARK: Text

  func printText() throws(Failure) {
    var text = outcome == nil ? tensorTable.rendered() : ""
    let files = files
    let parameters = plan.tensors.lazy.map(\.source.shape.elementCount).clampedSum
    text +=
      "\(output?.printable ?? "the output") \(outcome == nil ? "would have" : "has") "
      + "\(Numbers.counted(plan.tensors.count, "tensor")), \(Numbers.counted(parameters, "parameter")), "
      + "\(Numbers.grouped(files.lazy.map(\.size).clampedSum)) bytes in \(Numbers.counted(files.count, "file"))\n"
    text += typeTable.rendered(indent: "  ")
    if let index = plan.layout.index {
      for file in files { text += "  \(file.path.printable): \(Numbers.grouped(file.size)) bytes\n" }
      text += "  \(path(index.name).printable)\n"
    }
    for line in notes + (outcome.map(lossLines) ?? []) { text += line + "\n" }
    text += FindingLines.text(findings)
    if let elapsed {
      text +=
        "fake-quantized \(Numbers.bytes(source.files.lazy.map(\.contentSize).clampedSum)) of \(source.formatName) in "
        + "\(Numbers.fixed(seconds(elapsed), 2)) s\n"
    }
    try StandardOutput.write(text)
  }

  private var tensorTable: TextTable {
    let isSharded = plan.layout.files.count > 1
    var table = TextTable(
      [
        ("tensor", .left), ("shape", .left), ("dtype", .left), ("through", .left), ("offset", .right),
        ("bytes", .right),
      ] + (isSharded ? [("file", .right)] : []))
    for tensor in plan.tensors {
      table.add(
        [
          tensor.source.name.printable, tensor.source.shape.description, tensor.source.elementType.name,
          tensor.through?.name ?? "", String(tensor.place.offset), String(tensor.place.byteCount),
        ] + (isSharded ? [String(tensor.place.file + 1)] : []))
    }
    return table
  }

  /// What tensors of each dtype pass through, in the order in which these are met first.
  private var typeTable: TextTable {
    var groups: [(dtype: String, through: String, tensors: Int, parameters: Int)] = []
    for tensor in plan.tensors {
      let (dtype, through) = (tensor.source.elementType.name, tensor.through?.name ?? "as it is")
      let index =
        groups.firstIndex { $0.dtype == dtype && $0.through == through }
        ?? {
          groups.append((dtype, through, 0, 0))
          return groups.count - 1
        }()
      groups[index].tensors += 1
      groups[index].parameters = [groups[index].parameters, tensor.source.shape.elementCount].clampedSum
    }
    var table = TextTable([("dtype", .left), ("through", .left), ("tensors", .right), ("parameters", .right)])
    for group in groups {
      table.add([group.dtype, group.through, Numbers.grouped(group.tensors), Numbers.grouped(group.parameters)])
    }
    return table
  }

  /// A line for every reason for which tensors stay as they are.
  private var notes: [String] {
    var groups: [(text: String, names: [String])] = []
    for tensor in plan.tensors {
      guard let text = Self.describe(tensor) else { continue }
      if let index = groups.firstIndex(where: { $0.text == text }) {
        groups[index].names.append(tensor.source.name)
      } else {
        groups.append((text, [tensor.source.name]))
      }
    }
    return groups.map {
      "\(Numbers.counted($0.names.count, "tensor")) left as \($0.names.count == 1 ? "it is" : "they are"), \($0.text): "
        + NameList.text($0.names)
    }
  }

  private static func describe(_ tensor: FakeQuantizationPlan.Tensor) -> String? {
    switch tensor.kept {
    case nil: nil
    case .named: "by --keep"
    case .packed: "\(tensor.source.elementType.name)"
    case .empty: "no elements"
    case .rule(.oneDimensional): "one row only"
    case .rule(.norm): "norms"
    case .rule(.integers): "integers"
    case .rule(.rowsDoNotDivide(let type)), .rule(.fallback(let type)):
      "rows of \(tensor.source.shape.rowLength) do not divide into \(type.name) blocks of \(type.blockLength)"
    case .rule(.neverQuantized), .rule(.preset): "never quantized"
    }
  }

  private func lossLines(_ outcome: Converter.Outcome) -> [String] {
    let replaced = outcome.replaced.reduce(0, +)
    let measured = zip(plan.tensors, outcome.measurements).compactMap { tensor, measurement in
      measurement.map {
        (name: tensor.source.name, isQuantized: tensor.through?.kind == .quantized, error: $0.loss.sums)
      }
    }
    return (replaced > 0 ? ["replaced \(Numbers.counted(replaced, "value")) (--nonfinite)"] : [])
      + [RoundTripError.line(measured)]
  }

  // MARK: JSON

  func printJSON() throws {
    try JSONOutput.print(
      Document(
        source: CheckpointJSON(source, name: name), output: output, dryRun: outcome == nil,
        files: files.map { FileJSON(path: $0.path, size: $0.size) },
        index: (plan.layout.index?.name).map(path),
        tensors: plan.tensors.enumerated().map { index, tensor in
          .init(
            tensor, error: outcome.flatMap { $0.measurements[index]?.loss.sums }, replaced: outcome?.replaced[index])
        },
        findings: outcome == nil ? nil : findings, seconds: elapsed.map(seconds)))
  }

  private struct Document: Encodable {
    let schema = "gguf-fake-quantize-1"
    let source: CheckpointJSON
    let output: String?
    let dryRun: Bool
    let files: [FileJSON]
    let index: String?
    let tensors: [Tensor]
    let findings: [Finding]?
    let seconds: Double?

    struct Tensor: Encodable {
      let name: String
      let dtype: String
      /// nil for a tensor that stays as it is.
      let through: String?
      let reason: String?
      let shape: [Int]
      let file: Int
      let offset: Int
      let bytes: Int
      let error: RoundTripError.Figures?
      let replaced: Int?

      init(_ tensor: FakeQuantizationPlan.Tensor, error: ErrorSums?, replaced: Int?) {
        name = tensor.source.name
        dtype = tensor.source.elementType.name
        through = tensor.through?.name
        reason =
          switch tensor.kept {
          case nil: nil
          case .named: "keep"
          case .packed: "packed"
          case .empty: "empty"
          case .rule(.oneDimensional): "one-dimensional"
          case .rule(.norm): "norm"
          case .rule(.integers): "integers"
          case .rule(.rowsDoNotDivide), .rule(.fallback): "rows-do-not-divide"
          case .rule(.neverQuantized), .rule(.preset): "never-quantized"
          }
        shape = tensor.source.shape.dimensions
        (file, offset, bytes) = (tensor.place.file, tensor.place.offset, tensor.place.byteCount)
        self.error = error.map(RoundTripError.Figures.init)
        self.replaced = replaced
      }
    }
  }
}
