internal import Checkpoints
internal import Kernels
internal import Quantization
public import TensorCore
internal import Verification

/// Vectors of activations for the tensors of a verification, from a checkpoint whose tensors are named after the weights.
///
/// Headers alone are read when it is made; the values of a tensor are read when they are asked for.
public struct CalibrationActivations: Sendable {
  /// The most vectors for one tensor. The figure is a mean over rows times vectors; more of these hardly move it, and the
  /// time of a verification grows with them.
  public static let sampleLimit = 256
  /// The most values for one tensor, so that what is kept of them takes about 16 MiB at most.
  public static let valueLimit = 1 << 20

  /// A tensor that has activations and is not measured, and why.
  public struct NotMeasured: Sendable, Hashable {
    public let tensor: String
    /// The end of a sentence that begins with the tensor.
    public let reason: String
  }

  /// For each pair of the plan, its activations; nil where there are none, or it is not measured.
  public let tensors: [TensorDescription?]
  public let notMeasured: [NotMeasured]
  /// Activations for no tensor that is compared, in the order of their file.
  public let unmatched: [String]

  private let source: any TensorSource

  /// Opens a checkpoint of activations.
  ///
  /// - Throws: ``SourceError``: `.invalid` with a ``CalibrationError`` where the activations do not fit the weights, and
  ///   what ``openCheckpoint(at:raw:)`` throws.
  public init(at path: String, for plan: VerificationPlan) throws(SourceError) {
    try self.init(openCheckpoint(at: path), path: path, for: plan)
  }

  init(_ source: any TensorSource, path: String, for plan: VerificationPlan) throws(SourceError) {
    do throws(CalibrationError) {
      self.source = source
      (tensors, notMeasured, unmatched) = try Self.match(source.tensors, plan)
    } catch {
      throw .invalid(path: path, error)
    }
  }

  private static func match(
    _ all: [TensorDescription], _ plan: VerificationPlan
  ) throws(CalibrationError) -> ([TensorDescription?], [NotMeasured], [String]) {
    var byName: [ExactString: TensorDescription] = [:]
    for tensor in all { byName[ExactString(tensor.name)] = tensor }
    var tensors: [TensorDescription?] = []
    var notMeasured: [NotMeasured] = []
    var used: Set<ExactString> = []
    for pair in plan.pairs {
      let (name, origin) = (ExactString(pair.file.name), ExactString(pair.source.name))
      if name != origin, byName[name] != nil, byName[origin] != nil {
        throw .namedTwice(tensor: pair.file.name, source: pair.source.name)
      }
      guard let tensor = byName[name] ?? byName[origin] else {
        tensors.append(nil)
        continue
      }
      used.insert(ExactString(tensor.name))
      if let reason = obstacle(to: pair) {
        notMeasured.append(NotMeasured(tensor: pair.file.name, reason: reason))
        tensors.append(nil)
      } else {
        try check(tensor, columns: pair.file.shape.rowLength)
        tensors.append(tensor)
      }
    }
    if used.isEmpty { throw .noTensorMatches(count: all.count) }
    return (tensors, notMeasured, all.map(\.name).filter { !used.contains(ExactString($0)) })
  }

  /// Why products of a tensor are not measured; nil where they are.
  private static func obstacle(to pair: VerificationPlan.Pair) -> String? {
    let (type, row) = (pair.file.elementType, pair.file.shape.rowLength)
    if pair.isInteger { return "holds integers" }
    if type.activationForm == nil { return "is \(type.name), which engines do not multiply" }
    if row > ChunkList.chunkElements {
      return "has rows of \(row) weights, \(ChunkList.chunkElements) at most are multiplied"
    }
    return row % type.blockLength == 0 ? nil : "has rows that are no whole blocks of \(type.name)"
  }

  private static func check(_ tensor: TensorDescription, columns: Int) throws(CalibrationError) {
    let (name, shape) = (tensor.name, tensor.shape)
    guard [.f32, .f16, .bf16].contains(tensor.elementType) else {
      throw .typeNotSupported(tensor: name, type: tensor.elementType)
    }
    guard (1...2).contains(shape.dimensions.count) else { throw .shapeNotVectors(tensor: name, shape: shape) }
    guard shape.rowLength == columns else {
      throw .columnsDisagree(tensor: name, expected: columns, found: shape.rowLength)
    }
    // There are columns, so that no samples are no elements.
    guard shape.rowCount > 0 else { throw .noSamples(tensor: name) }
    guard shape.rowCount <= sampleLimit else {
      throw .tooManySamples(tensor: name, count: shape.rowCount, limit: sampleLimit)
    }
    guard shape.elementCount <= valueLimit else {
      throw .tooManyValues(tensor: name, count: shape.elementCount, limit: valueLimit)
    }
  }

  /// Reads the activations of a tensor.
  ///
  /// - Parameters:
  ///   - index: The number of the pair in the plan.
  ///   - type: The type of the pair's tensor in the file.
  /// - Returns: nil where the tensor has none, or is not measured.
  /// - Throws: ``SourceError``: `.invalid` with ``CalibrationError/notFinite(tensor:value:sample:column:)``, or where the
  ///   file cannot be read.
  func measure(ofPair index: Int, type: ElementType, kernels: KernelSet) throws(SourceError) -> ProductMeasure? {
    guard let tensor = tensors[index] else { return nil }
    let (columns, count) = (tensor.shape.rowLength, tensor.shape.elementCount)
    var values: [Float] = []
    var bytes: [UInt8] = []
    let all = ChunkList.Chunk(tensor: 0, index: 0, elements: 0..<count, isLast: true)
    let reader = WeightReader(source: source, kernels: kernels)
    _ = try reader.readWeights(tensor, all, bytes: &bytes, into: &values)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      let error = CalibrationError.notFinite(
        tensor: tensor.name, value: values[place].isNaN ? "NaN" : "an infinity", sample: place / columns,
        column: place % columns)
      throw .invalid(path: source.files[tensor.file].path, error)
    }
    return ProductMeasure(activations: values.span, columns: columns, type: type, kernels: kernels)
  }
}
