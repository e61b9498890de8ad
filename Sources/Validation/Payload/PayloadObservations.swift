internal import Quantization
internal import TensorCore

/// What was seen in the data of tensors.
package struct PayloadObservations: Sendable {
  struct Observation: Sendable, Hashable {
    let tensor: TensorDescription
    private(set) var faults = BlockFaults()
    private(set) var magnitude = LargestMagnitude.zero

    init(tensor: TensorDescription) { self.tensor = tensor }

    mutating func add(_ chunk: PayloadWorker.Result) {
      faults.add(chunk.faults)
      magnitude = max(magnitude, chunk.magnitude)
    }
  }

  /// In the order of the tensors.
  let tensors: [Observation]

  /// Adds a finding for each rule that a tensor breaks, with how often and where first.
  package func addFindings(to findings: inout FindingList) {
    for observation in tensors {
      for fault in BlockFault.allCases { observation.add(fault, to: &findings) }
      observation.addMagnitude(to: &findings)
    }
  }
}

extension PayloadObservations.Observation {
  private var type: ElementType { tensor.elementType }
  private var blockCount: Int { tensor.shape.elementCount / type.blockLength }

  fileprivate func add(_ fault: BlockFault, to findings: inout FindingList) {
    let found = faults[fault]
    guard let byte = found.first else { return }
    let place = place(ofByte: byte)
    findings.add(fault.rule, at: place, message(fault, found.count, place))
  }

  /// A block's row and column are those of its first weight.
  private func place(ofByte byte: Int) -> ValidationFinding.Place {
    let block = byte / type.blockBytes
    let element = block * type.blockLength
    return ValidationFinding.Place(
      file: tensor.file, tensor: tensor.name, offset: [tensor.offset, byte].clampedSum,
      block: type.blockLength == 1 ? nil : block, row: element / tensor.shape.rowLength,
      column: element % tensor.shape.rowLength)
  }

  /// `3 of 4,096 scales are NaN or infinite; the first in block 17`.
  private func message(_ fault: BlockFault, _ count: Int, _ place: ValidationFinding.Place) -> String {
    let (noun, total, state) = text(fault)
    let verb = count == 1 ? "is" : "are"
    let first =
      place.block.map { "block \(Numbers.grouped($0))" }
      ?? "row \(Numbers.grouped(place.row ?? 0)), column \(Numbers.grouped(place.column ?? 0))"
    return "\(Numbers.grouped(count)) of \(Numbers.grouped(total)) \(noun) \(verb) \(state); "
      + (count == 1 ? "it is in \(first)" : "the first is in \(first)")
  }

  /// What there is that can be wrong, how much of it, and what it is where it is wrong.
  private func text(_ fault: BlockFault) -> (noun: String, total: Int, state: String) {
    let scales = blockCount * type.scaleAndMinCount
    let written = "which no quantizer to \(type.name) writes"
    switch fault {
    case .scaleNotFinite: return (scaleNoun, scales, "NaN or infinite")
    case .scaleNegative: return (scaleNoun, scales, "below zero, \(written)")
    case .scaleNegativeZero: return (scaleNoun, scales, "the negative zero, \(written)")
    case .weightNotFinite:
      return ("weights", tensor.shape.elementCount, type.kind == .quantized ? "infinite" : "NaN or infinite")
    case .codeNotWritten:
      let total = blockCount * type.checkedCodeCount
      switch type {
      case .tq1_0: return ("bytes of codes", total, "none that ternary digits give")
      case .tq2_0, .q2_0: return ("codes", total, "3, \(written)")
      default: return ("codes", total, "-128, \(written)")
      }
    case .sumWrong: return ("sums of sixteen codes", 16 * blockCount, "not what the codes add up to")
    case .beyondBinary32: return ("weights", tensor.shape.elementCount, "beyond the range of F32")
    }
  }

  private var scaleNoun: String {
    if type.minField != nil { return "scales and mins" }
    return type == .q8_1 ? "scales and sums" : "scales"
  }

  fileprivate func addMagnitude(to findings: inout FindingList) {
    let place = ValidationFinding.Place(file: tensor.file, tensor: tensor.name, offset: tensor.offset)
    let count = tensor.shape.elementCount
    let weights = count == 1 ? "the only weight" : "all \(Numbers.grouped(count)) weights"
    let verb = count == 1 ? "is" : "are"
    switch magnitude {
    case .zero: findings.add(PayloadRules.allZero, at: place, "\(weights) \(verb) zero")
    case .subnormal:
      findings.add(PayloadRules.allSubnormal, at: place, "\(weights) \(verb) subnormal\(count == 1 ? "" : " or zero")")
    case .normal: break
    }
  }
}
