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

// What is to be said beside the tables.
extension ConversionReport {
  /// A line for every reason for which tensors are not what was asked for.
  var notes: [String] {
    var notes: [String] = []
    // In the order in which they are met first.
    var groups: [(text: String, names: [String])] = []
    var groupOfText: [String: Int] = [:]
    for tensor in plan.tensors {
      guard let text = Self.describe(tensor) else { continue }
      if let index = groupOfText[text] {
        groups[index].names.append(tensor.name)
      } else {
        groupOfText[text] = groups.count
        groups.append((text, [tensor.name]))
      }
    }
    notes += (source as? ModelSource)?.notes ?? []
    if !plan.emptyTensors.isEmpty { groups.append(("left out, no elements", plan.emptyTensors)) }
    if !plan.excludedTensors.isEmpty { groups.append(("left out, excluded", plan.excludedTensors)) }
    notes += allocationNotes + methodNotes + importanceNotes + hessianNotes
    return notes + groups.map { Self.line($0.names, $0.text) }
  }

  /// What is to be said of some tensors.
  private static func line(_ names: [String], _ what: String) -> String {
    "\(Numbers.counted(names.count, "tensor")) \(what): \(NameList.text(names))"
  }

  /// What types were chosen for.
  private var allocationNotes: [String] {
    guard let allocated else { return [] }
    let goal =
      switch allocated.goal {
      case .fileSize(let bytes): "for \(Numbers.grouped(bytes)) bytes"
      case .bitsPerWeight(let bits): "for \(Numbers.significant(bits)) bits a weight"
      case .loss(let loss): "for a relative RMSE of \(Numbers.significant(loss))"
      }
    let optimum =
      allocated.isOptimal
      ? "no choice of the candidates is better"
      : "a choice of the candidates may be better by \(Numbers.significant(100 * allocated.gap)) % at most"
    return [
      "types of \(Numbers.counted(allocated.types.count, "tensor")) chosen \(goal): relative RMSE "
        + "\(Numbers.significant(allocated.loss)), \(optimum)"
    ]
  }

  /// Tensors that are quantized, and not copied.
  private var quantized: [ConversionPlan.Tensor] {
    plan.tensors.filter { $0.target.kind == .quantized && $0.target != $0.source.elementType }
  }

  /// What errors were fed back by, and what of it is of no use.
  private var hessianNotes: [String] {
    guard let file = plan.hessians else { return [] }
    let count = "\(Numbers.counted(file.entries.count, "Hessian"))"
    var notes = [
      "\(Numbers.counted(plan.tensors.count { $0.hessian != nil }, "tensor")) quantized with error feedback by \(count)"
    ]
    if let scales = plan.channelScales {
      notes.append("channels of \(Numbers.counted(scales.count, "norm")) scaled (--awq)")
    }
    let others = quantized.filter { $0.hessian == nil }
    func add(_ names: [String], _ what: String) {
      if !names.isEmpty { notes.append(Self.line(names, what)) }
    }
    add(others.filter { file.entry($0.name) == nil }.map(\.name), "quantized without, no Hessian in the file")
    add(
      others.filter { file.entry($0.name) != nil }.map(\.name),
      "quantized without though it has a Hessian: not for its type")
    let names = Set(plan.tensors.map { ExactString($0.name) })
    let idle = (file.entries.map(\.name) + file.aliases).filter { !names.contains(ExactString($0)) }
    if !idle.isEmpty {
      notes.append("\(Numbers.counted(idle.count, "Hessian")) of no tensor: \(NameList.text(idle))")
    }
    return notes
  }

  /// Where another method than the reference's was asked for: which tensors it is used for.
  private var methodNotes: [String] {
    guard plan.method != .reference else { return [] }
    let quantized = quantized.filter { $0.hessian == nil }
    let searched = quantized.filter { plan.method.differs(for: $0.target) }
    var notes = [
      "\(Numbers.counted(searched.count, "tensor")) quantized by the method \(plan.method.name)\(percentileText)"
    ]
    let others = quantized.filter { !plan.method.differs(for: $0.target) }
    if !others.isEmpty {
      notes.append(Self.line(others.map(\.name), "quantized as the reference does, their type has no other method"))
    }
    return notes
  }

  /// The percentile, behind the method that has one.
  private var percentileText: String {
    plan.method.percentile.map { " \($0.value)" } ?? ""
  }

  /// What the importance matrix does not say, and what of it is of no use.
  private var importanceNotes: [String] {
    guard let matrix = plan.importance else { return [] }
    let quantized = quantized.filter { $0.hessian == nil }
    let weighed = quantized.filter { $0.importance != nil }
    var notes = [
      "\(Numbers.counted(weighed.count, "tensor")) weighed by the importance matrix of "
        + "\(Numbers.counted(matrix.entries.count, "entry", plural: "entries")) (\(matrix.formatName))"
    ]
    func add(_ names: [String], _ what: String) {
      if !names.isEmpty { notes.append(Self.line(names, what)) }
    }
    let unweighed = quantized.filter { $0.importance == nil }
    add(unweighed.filter { matrix.entry($0.name) == nil }.map(\.name), "not weighed, no entry in the importance matrix")
    func isLeftByMethod(_ type: ElementType) -> Bool {
      plan.method.differs(for: type) && !plan.method.weighsImportance(type)
    }
    let given = unweighed.filter { matrix.entry($0.name) != nil }
    add(
      given.filter { isLeftByMethod($0.target) }.map(\.name),
      "not weighed though it has an entry: the method \(plan.method.name) does not take one")
    add(
      given.filter { !isLeftByMethod($0.target) }.map(\.name),
      "not weighed though it has an entry: its type does not take one, or its shape is another")
    add(
      weighed.filter { $0.importance?.unusedCounts ?? 0 > 0 }.map(\.name),
      "weighed in part, with experts that the calibration never used")
    let names = Set(plan.tensors.map { ExactString($0.name) })
    let idle = matrix.entries.map(\.name).filter { !names.contains(ExactString($0)) }
    if !idle.isEmpty {
      notes.append(
        "\(Numbers.counted(idle.count, "entry", plural: "entries")) of the importance matrix of no tensor: \(NameList.text(idle))"
      )
    }
    return notes
  }

  private static func describe(_ tensor: ConversionPlan.Tensor) -> String? {
    let (from, to) = (tensor.source.elementType.name, tensor.target.name)
    return switch tensor.choice.reason {
    case nil: nil
    case .oneDimensional: "kept as \(to), one row only"
    case .norm: "kept as \(to), norms"
    case .rowsDoNotDivide(let type):
      "kept as \(to), rows of \(tensor.shape.rowLength) do not divide into \(type.name) blocks of \(type.blockLength)"
    case .fallback(let type):
      "made \(to), rows of \(tensor.shape.rowLength) do not divide into \(type.name) blocks of \(type.blockLength)"
    case .neverQuantized: "kept as \(to), never quantized"
    case .preset(let role): "made \(to) by the preset, \(role.rawValue)"
    case .integers: from == to ? "of integers kept as \(to)" : "of integers widened from \(from) to \(to)"
    }
  }

  /// What was replaced and lost.
  func errorLines(_ outcome: Converter.Outcome) -> [String] {
    var lines: [String] = []
    let replaced = outcome.replaced.reduce(0, +)
    if replaced > 0 { lines.append("replaced \(Numbers.counted(replaced, "value")) (--nonfinite)") }
    guard outcome.isMeasured else { return lines + ["round-trip error: not measured (--no-verify)"] }
    let measured = zip(plan.tensors, outcome.measurements).compactMap { tensor, measurement in
      measurement.map {
        (name: tensor.name, isQuantized: tensor.target.kind == .quantized, error: $0.loss.sums)
      }
    }
    return lines + [RoundTripError.line(measured)] + outputErrorLines(outcome)
  }

  /// What is left of the output of layers whose errors were fed back.
  private func outputErrorLines(_ outcome: Converter.Outcome) -> [String] {
    let found = zip(plan.tensors, outcome.outputs).compactMap { tensor, output in output.map { (tensor.name, $0) } }
    guard let worst = found.max(by: { $0.1.relative < $1.1.relative }) else { return [] }
    // Layers count alike, whatever their outputs are.
    func mean(_ value: (OutputErrorSums) -> Double) -> Double {
      (found.reduce(0) { $0 + value($1.1) * value($1.1) } / Double(found.count)).squareRoot()
    }
    return [
      "error of the layers' output: relative RMSE \(Numbers.significant(mean(\.relative))), without feedback "
        + "\(Numbers.significant(mean(\.relativeUnaided))); worst \(Numbers.significant(worst.1.relative)) "
        + "in \(worst.0.quoted())"
    ]
  }
}
