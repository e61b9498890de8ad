public import TensorCore

extension VerificationReport {
  /// A tensor and what was measured of it.
  public struct Input: Sendable {
    public let file: TensorDescription
    public let source: TensorDescription
    /// nil for integers, and for blocks that were copied.
    public let measurement: TensorMeasurement?
    public var exact: Bool?
    public var product: Product?

    public init(
      file: TensorDescription, source: TensorDescription, measurement: TensorMeasurement?, exact: Bool? = nil,
      product: Product? = nil
    ) {
      self.file = file
      self.source = source
      self.measurement = measurement
      self.exact = exact
      self.product = product
    }
  }

  /// Puts together what was measured and seen.
  ///
  /// - Parameters:
  ///   - inputs: In the order of the file.
  ///   - errors: How large errors are in relation to their tensors.
  ///   - isExact: Whether every tensor was asked to be what quantizing the source gives.
  ///   - findings: What was seen besides; what the figures tell is added.
  public init(
    file: Checkpoint, source: Checkpoint, inputs: [Input], errors: RelativeHistogram, isExact: Bool,
    findings: [Finding], seconds: Double?
  ) {
    self.file = file
    self.source = source
    self.seconds = seconds
    let tensors = inputs.map(Tensor.init)
    self.tensors = tensors
    whole = Group(name: nil, inputs)
    types = Self.groups(inputs, tensors) { $0.type }.sorted {
      ($1.bytes, $0.name ?? "") < ($0.bytes, $1.name ?? "")
    }
    layers = Self.groups(inputs, tensors) { $0.layer.map(String.init) }
      .sorted { Int($0.name ?? "") ?? 0 < Int($1.name ?? "") ?? 0 }
    kinds = Self.groups(inputs, tensors) { $0.kind }
    self.errors = errors == RelativeHistogram() ? nil : Errors(errors)
    let all = findings + Self.accidents(inputs, tensors, beside: findings)
    self.findings = Self.errorsFirst(all)
    exact = isExact ? !all.contains { $0.severity == .error } && inputs.allSatisfy { $0.exact == true } : nil
  }

  /// Each in its order.
  static func errorsFirst(_ findings: [Finding]) -> [Finding] {
    findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
  }

  /// One group for each key, in the order in which keys are met; inputs without one are in none.
  private static func groups(_ inputs: [Input], _ tensors: [Tensor], by key: (Tensor) -> String?) -> [Group] {
    var order: [String] = []
    var members: [String: [Input]] = [:]
    for (input, tensor) in zip(inputs, tensors) {
      guard let key = key(tensor) else { continue }
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(input)
    }
    return order.map { Group(name: $0, members[$0] ?? []) }
  }

  /// Whether something was found that makes a verification fail.
  public var hasErrors: Bool { findings.contains { $0.severity == .error } }
}

extension VerificationReport.Checkpoint {
  /// - Parameter name: As the user named it.
  public init(_ source: any TensorSource, name: String) {
    self.init(name: name, format: source.formatName, size: source.files.lazy.map(\.contentSize).clampedSum)
  }
}

extension VerificationReport.Tensor {
  init(_ input: VerificationReport.Input) {
    let (file, type) = (input.file, input.file.elementType)
    let name = LayerName(file.name)
    let figures = input.measurement.map {
      ErrorFigures($0, rowLength: file.shape.rowLength, blockLength: type.blockLength) {
        file.offset + $0 * type.blockBytes
      }
    }
    self.init(
      name: file.name, sourceName: input.source.name, type: type.name, sourceType: input.source.elementType.name,
      shape: file.shape.dimensions, elements: file.shape.elementCount, offset: file.offset, bytes: file.byteCount,
      bitsPerWeight: type.bitsPerWeight, layer: name.layer, kind: name.kind,
      figures: figures, usual: figures.flatMap { .init(type, relativeRMSE: $0.relativeRMSE) }, exact: input.exact,
      product: input.product)
  }
}

extension VerificationReport.Group {
  fileprivate init(name: String?, _ inputs: [VerificationReport.Input]) {
    var sums = ErrorSums()
    var (weighted, weights) = (CompensatedSum(), 0)
    for input in inputs {
      guard let own = input.measurement?.loss.sums else { continue }
      sums.add(own)
      weighted.add(own.nmse * Double(own.count))
      weights += own.count
    }
    self.init(
      name: name, tensors: inputs.count, weights: inputs.lazy.map(\.file.shape.elementCount).clampedSum,
      bytes: inputs.lazy.map(\.file.byteCount).clampedSum,
      figures: weights > 0 ? ErrorFigures(sums) : nil,
      meanNMSE: weights > 0 ? weighted.value / Double(weights) : nil)
  }
}
