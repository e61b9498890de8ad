internal import Kernels
internal import Quantization
internal import TensorCore

/// All of one tensor: its figures, and the sums that figures of several tensors are made of.
struct TensorTotals: Sendable {
  let tensor: TensorDescription
  let sums: MomentSums
  let moments: MomentCounts
  var statistics: TensorStatistics

  init(_ tensor: TensorDescription, sums: MomentSums, moments: MomentCounts, counts: TensorCounts) {
    (self.tensor, self.sums, self.moments) = (tensor, sums, moments)
    let (type, elements) = (tensor.elementType, tensor.shape.elementCount)
    let reading = BlockReading(tensor)
    let readsFields = type.kind == .quantized && !reading.isNothing
    var blocks: BlockFigures?
    if type.kind == .quantized {
      let zeros = type == .nf4 ? counts.zeroBlocks : moments.zeroBlocks
      blocks = BlockFigures(count: elements / type.blockLength, allZero: reading.decodes ? zeros : nil)
    }
    let subScaled = readsFields ? type.decoder as? any SubScaled.Type : nil
    statistics = TensorStatistics(
      name: tensor.name, type: type.name, elements: elements,
      weights: reading.decodes ? sums.figures(moments, elements: elements) : nil, blocks: blocks,
      scales: readsFields ? type.scaleField.map { ScaleFigures(counts.scales, $0.encoding) } : nil,
      mins: readsFields ? type.minField.map { ScaleFigures(counts.mins, $0.encoding) } : nil,
      subScales: subScaled.map { IntegerHistogram(counts.subScales, $0.subScales) },
      subMins: subScaled.flatMap { codec in codec.subMins.map { IntegerHistogram(counts.subMins, $0) } },
      codes: reading.decodes ? CodeFigures(tensor, counts) : nil,
      rows: reading.decodes && RowWalk.hasRows(tensor.shape) ? counts.rows.figures : nil,
      limitation: BlockReading.limitation(of: tensor))
  }
}

extension BlockReading {
  var isNothing: Bool { if case .nothing = self { true } else { false } }
  /// Whether weights are known.
  var decodes: Bool {
    switch self {
    case .codes, .weights: true
    case .scales, .nothing: false
    }
  }
}

extension IntegerHistogram {
  /// - Parameter counts: Element n is the lower end of the range plus n.
  init(_ counts: [Int], _ range: ClosedRange<Int>) {
    self.init(values: Array(range), counts: Array(counts.prefix(range.count)))
  }
}

extension CodeFigures {
  /// nil where the type has no codes that are known.
  init?(_ tensor: TensorDescription, _ counts: TensorCounts) {
    let type = tensor.elementType
    let every = CodeSample.every(tensor)
    if let alphabet = type.codeAlphabet {
      let found = alphabet.integers.map { counts.codes[Int(UInt8(bitPattern: $0))] }
      let saturated = type == .nf4 ? counts.codes[0] + counts.codes[15] : counts.saturated
      self.init(
        kind: .codes, histogram: IntegerHistogram(values: alphabet.integers.map(Int.init), counts: found),
        countedOneIn: every, saturated: saturated,
        saturatedShare: Double(saturated) / Double(max(1, tensor.shape.elementCount)))
      return
    }
    guard let field = ExponentField(type) else { return nil }
    var fields = [Int](repeating: 0, count: field.count)
    for (exponent, count) in counts.codes.enumerated() { fields[field.value(ofBinary32: exponent)] += count }
    self.init(
      kind: .exponents, histogram: IntegerHistogram(values: Array(fields.indices), counts: fields),
      countedOneIn: every, saturated: nil, saturatedShare: nil)
  }
}

/// The exponent field of a float type, found from that of the binary32 number that it decodes to.
private struct ExponentField {
  /// How many there are.
  let count: Int
  /// What the exponent of 1 is stored as.
  private let bias: Int

  init?(_ type: ElementType) {
    switch type {
    // Of F64: of the number rounded to binary32.
    case .f32, .bf16, .f8_E8M0, .f64: (count, bias) = (256, 127)
    case .f16, .f8_E5M2: (count, bias) = (32, 15)
    case .f8_E4M3: (count, bias) = (16, 7)
    default: return nil
    }
  }

  /// Subnormal numbers have the field 0, infinity and NaN the highest.
  func value(ofBinary32 exponent: Int) -> Int {
    exponent == 255 ? count - 1 : min(count - 1, max(0, exponent - 127 + bias))
  }
}
