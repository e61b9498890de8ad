internal import Architectures
internal import Conversion
internal import GGUF
internal import Hessians
internal import Importance
internal import Inspection
internal import Quantization
internal import Recipes
internal import TensorCore
internal import Verification

/// What `gguf convert` tells: the plan and, behind it, what became of it.
struct ConversionReport {
  let plan: ConversionPlan
  let source: any TensorSource
  let name: String
  let output: ConversionOutput
  /// nil for a dry run.
  var outcome: Converter.Outcome?
  /// nil where types were not chosen by what tensors lose.
  var allocated: AllocatedTypes?
  /// nil where the output is not packed, and for a dry run.
  var archive: Archive?
  var elapsed: Duration?
  /// What is to be said of the losses.
  var findings: [Finding] = []
  /// Parts of an older set that were removed.
  var removed: [String] = []
  /// nil where nobody asked to go on with what an earlier process had written.
  var resumed: Resumed?

  /// How much of the work an earlier process had done.
  struct Resumed: Encodable {
    let chunks: Int
    let of: Int
  }

  /// An output that is packed.
  struct Archive: Encodable {
    /// Bytes on the disk.
    let size: Int
    let frames: Int
    let level: Int
  }

  private var mix: TypeMix {
    TypeMix(plan.tensors.map { ($0.target, $0.shape.elementCount, $0.place.byteCount) })
  }

  /// nil where the output is not split.
  private var summary: SplitSummary? {
    guard plan.layout.isSplit else { return nil }
    return SplitSummary(plan.layout, names: plan.tensors.map(\.name), paths: output.paths, cut: output.cut)
  }

  // MARK: Text

  func printText() throws(Failure) {
    var text = outcome == nil ? tensorTable.rendered() : ""
    let mix = mix
    let verb = outcome == nil ? "would have" : "has"
    text +=
      "\(output.name?.printable ?? "the output") \(verb) \(Numbers.counted(plan.tensors.count, "tensor")), "
      + "\(Numbers.counted(mix.parameters, "parameter")), \(Numbers.grouped(plan.layout.fileSize)) bytes, "
      + "\(Numbers.fixed(mix.bitsPerWeight, 2)) bits a weight\n"
    text += mix.table.rendered(indent: "  ")
    if let summary {
      if let shard = output.shard {
        text += "part \(shard.number) of \(shard.count), plan \(output.planDigest?.prefix(16) ?? "")\n"
      }
      text += (output.shard == nil ? summary.table : "") + summary.notes
    }
    if !removed.isEmpty {
      text += "removed \(Numbers.counted(removed.count, "file")) of an older set: \(NameList.text(removed))\n"
    }
    if let archive {
      text +=
        "packed into "
        + PackedSize.text(archive.size, of: plan.layout.fileSize, frames: archive.frames, level: archive.level) + "\n"
    }
    if let resumed {
      text +=
        resumed.chunks == 0
        ? "resumed: nothing was there to go on with\n"
        : "resumed: \(Numbers.grouped(resumed.chunks)) of \(Numbers.counted(resumed.of, "chunk")) were written before\n"
    }
    for line in notes + (outcome.map(errorLines) ?? []) { text += line + "\n" }
    text += FindingLines.text(findings)
    if let elapsed {
      // A worker reads no more than its tensors.
      let sourceBytes =
        output.shard == nil
        ? source.files.lazy.map(\.contentSize).clampedSum : plan.tensors.lazy.map(\.source.byteCount).clampedSum
      text +=
        "converted \(Numbers.bytes(sourceBytes)) of \(source.formatName) in "
        + "\(Numbers.fixed(seconds(elapsed), 2)) s\n"
    }
    try StandardOutput.write(text)
  }

  private var tensorTable: TextTable {
    let hasParts = plan.layout.parts.count > 1
    var table = TextTable(
      [
        ("tensor", .left), ("shape", .left), ("from", .left), ("to", .left), ("offset", .right), ("bytes", .right),
      ] + (hasParts ? [("part", .right)] : []))
    for tensor in plan.tensors {
      table.add(
        [
          tensor.name.printable, tensor.shape.description, tensor.source.elementType.name, tensor.target.name,
          String(tensor.place.offset), String(tensor.place.byteCount),
        ] + (hasParts ? [String(tensor.place.part + 1)] : []))
    }
    return table
  }

  // MARK: JSON

  func printJSON() throws {
    try JSONOutput.print(
      Document(
        source: CheckpointJSON(source, name: name),
        output: output.name, dryRun: outcome == nil, preset: plan.preset?.name, method: plan.method.name,
        percentile: plan.method.percentile?.value,
        fileSize: plan.layout.fileSize, archive: archive, alignment: plan.layout.alignment,
        tensors: plan.tensors.enumerated().map { index, tensor in
          .init(
            tensor, part: summary == nil ? nil : tensor.place.part,
            weighed: plan.importance == nil ? nil : tensor.importance != nil,
            output: outcome.flatMap { $0.outputs[index] },
            error: outcome.flatMap { $0.measurements[index]?.loss.sums },
            replaced: outcome?.replaced[index])
        },
        allocation: allocated.map(AllocationJSON.init), notes: (source as? ModelSource)?.notes,
        emptyTensors: plan.emptyTensors, excludedTensors: plan.excludedTensors, types: mix.shares,
        findings: outcome?.isMeasured == true ? findings : nil, seconds: elapsed.map(seconds),
        parts: summary?.documents,
        shard: output.shard.map { .init(number: $0.number, count: $0.count, plan: output.planDigest) },
        removed: summary == nil ? nil : removed, resumed: resumed))
  }

  private struct Document: Encodable {
    let schema = "gguf-convert-1"
    let source: CheckpointJSON
    let output: String?
    let dryRun: Bool
    let preset: String?
    let method: String
    /// Of the method that has one.
    let percentile: Float?
    let fileSize: Int
    let archive: Archive?
    let alignment: Int
    let tensors: [Tensor]
    /// How types were chosen; nil where they were named.
    let allocation: AllocationJSON?
    /// What was decided about a model where its folder leaves it open; nil where its architecture is not looked at.
    let notes: [String]?
    let emptyTensors: [String]
    let excludedTensors: [String]
    let types: [TypeMix.Share]
    let findings: [Finding]?
    let seconds: Double?
    let parts: [PartJSON]?
    let shard: Shard?
    let removed: [String]?
    let resumed: Resumed?

    struct Shard: Encodable {
      let number: Int
      let count: Int
      let plan: String?
    }

    struct Tensor: Encodable {
      let name: String
      let sourceName: String
      let sourceType: String
      let type: String
      let shape: [Int]
      /// An index into the parts; nil where there are none.
      let part: Int?
      let offset: Int
      let bytes: Int
      let reason: String?
      /// For which the preset has another type; nil for other reasons.
      let role: String?
      /// Whether its columns were weighed by an importance matrix; nil without one.
      let weighed: Bool?
      /// What is left of the layer's output; nil where no errors were fed back.
      let outputError: OutputError?
      let error: RoundTripError.Figures?
      let replaced: Int?

      struct OutputError: Encodable {
        let relativeRMSE: Double
        let relativeRMSEWithoutFeedback: Double
      }

      init(
        _ tensor: ConversionPlan.Tensor, part: Int?, weighed: Bool?, output: OutputErrorSums?, error: ErrorSums?,
        replaced: Int?
      ) {
        outputError = output.map {
          OutputError(relativeRMSE: $0.relative, relativeRMSEWithoutFeedback: $0.relativeUnaided)
        }
        self.part = part
        self.weighed = weighed
        name = tensor.name
        sourceName = tensor.source.name
        sourceType = tensor.source.elementType.name
        type = tensor.target.name
        shape = tensor.shape.dimensions
        offset = tensor.place.offset
        bytes = tensor.place.byteCount
        reason =
          switch tensor.choice.reason {
          case nil: nil
          case .oneDimensional: "one-dimensional"
          case .norm: "norm"
          case .rowsDoNotDivide, .fallback: "rows-do-not-divide"
          case .neverQuantized: "never-quantized"
          case .preset: "preset"
          case .integers: "integers"
          }
        role = if case .preset(let role)? = tensor.choice.reason { role.rawValue } else { nil }
        self.error = error.map(RoundTripError.Figures.init)
        self.replaced = replaced
      }
    }
  }
}
