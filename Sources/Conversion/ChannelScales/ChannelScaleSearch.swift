public import Checkpoints
internal import GGUF
internal import Hessians
public import Kernels
internal import Quantization
public import TensorCore

/// Finds scales for the channels of each norm of a model, as AWQ does: powers of what goes through a channel, the one that
/// leaves the least error of the outputs of some rows of all that read the norm, with every weight quantized for itself; and
/// then only where error feedback leaves these rows with less error, too.
public struct ChannelScaleSearch: Sendable {
  let plan: ConversionPlan
  let source: any TensorSource
  let sourceName: String
  let kernels: KernelSet

  /// - Parameters:
  ///   - plan: Of the model as it is: which types its tensors get, and which Hessians they have.
  ///   - sourceName: What the model is called in errors.
  public init(plan: ConversionPlan, source: any TensorSource, sourceName: String, kernels: KernelSet = .fastest) {
    (self.plan, self.source, self.sourceName, self.kernels) = (plan, source, sourceName, kernels)
  }

  /// Rows of each tensor that are tried.
  static let sampledRows = 64
  /// Exponents of what goes through a channel are multiples of one over this, up to 1.
  static let steps = 20

  /// A tensor that reads a norm, with some of its rows.
  private struct Reader {
    let codec: any FeedbackCodec.Type
    let rows: [Float]
  }

  /// The norms that have all that it takes: those whose quantized readers have one Hessian, which no other tensor has.
  private var groups: [(group: ChannelScales.Group, readers: [ConversionPlan.Tensor])] {
    guard let architecture = plan.metadata.string("general.architecture") else { return [] }
    let planned = Dictionary(
      plan.tensors.map { (ExactString($0.source.name), $0) }, uniquingKeysWith: { first, _ in first })
    let uses = plan.tensors.reduce(into: [HessianFile.Entry: Int]()) { uses, tensor in
      if let entry = tensor.hessian { uses[entry, default: 0] += 1 }
    }
    return ChannelScales.groups(of: source, architecture: architecture).compactMap { group in
      guard planned[ExactString(group.norm)]?.target.kind == .float else { return nil }
      let readers = group.readers.compactMap { planned[ExactString($0)] }
      let measured = readers.filter { $0.hessian != nil }
      guard readers.count == group.readers.count, let entry = measured.first?.hessian, entry.matrixCount == 1,
        readers.allSatisfy({ $0.hessian == entry || $0.target.kind == .float }), uses[entry] == measured.count
      else { return nil }
      return (group, measured)
    }
  }

  /// Bytes of the tensors that will be looked at, in part.
  public var workBytes: Int { groups.lazy.map { Self.bytes($0.readers) }.clampedSum }

  private static func bytes(_ tensors: [ConversionPlan.Tensor]) -> Int {
    tensors.lazy.map(\.source.byteCount).clampedSum
  }

  /// - Parameters:
  ///   - isCancelled: Asked before every norm.
  ///   - progress: Told of every norm: the bytes of what reads it, and its name.
  /// - Throws: ``StreamFailure``.
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> ChannelScales {
    var found = ChannelScales()
    guard let hessians = plan.hessians else { return found }
    for (group, tensors) in groups {
      if isCancelled() { throw .cancelled }
      do throws(SourceError) {
        if let scales = try scales(of: group, tensors, hessians, isCancelled) { found.add(group, scales) }
      } catch {
        throw .source(error)
      }
      progress(Self.bytes(tensors), group.norm)
    }
    if isCancelled() { throw .cancelled }
    return found
  }

  /// The scales of one norm; nil where none are better than none.
  private func scales(
    of group: ChannelScales.Group, _ tensors: [ConversionPlan.Tensor], _ hessians: HessianFile,
    _ isCancelled: () -> Bool
  ) throws(SourceError) -> [Float]? {
    guard let entry = tensors.first?.hessian, let norm = source.tensors.first(where: { $0.name == group.norm }),
      let normWeights = try FloatTensor.read(norm, of: source)
    else { return nil }
    let hessian = try hessians.read(entry, matrix: 0)
    var readers: [Reader] = []
    for tensor in tensors { if let reader = try sample(tensor) { readers.append(reader) } }
    var best: (error: Double, scales: [Float])?
    for step in 0...Self.steps {
      if isCancelled() { return nil }
      let scales = Self.scales(hessian, normWeights, exponent: Float(step) / Float(Self.steps))
      let error = readers.reduce(0) { $0 + unaidedError($1, hessian, scales) }
      if step == 0 || error < best?.error ?? 0 { best = (error, scales) }
    }
    guard let scales = best?.scales, scales.contains(where: { $0 != 1 }) else { return nil }
    let none = [Float](repeating: 1, count: scales.count)
    guard let with = fedBackError(readers, hessian, scales, isCancelled),
      let without = fedBackError(readers, hessian, none, isCancelled), with < without
    else { return nil }
    return scales
  }

  /// Powers of the root mean square of what goes through a channel, around 1. Channels that nothing goes through have 1.
  static func scales(_ hessian: [Float], _ norm: [Float], exponent: Float) -> [Float] {
    let n = norm.count
    let powers = (0..<n).map { power(hessian[$0 * n + $0].squareRoot(), exponent) }
    let used = (0..<n).filter { hessian[$0 * n + $0] > 0 && norm[$0] != 0 && norm[$0].isFinite }
    guard let largest = used.map({ powers[$0] }).max(), let smallest = used.map({ powers[$0] }).min() else {
      return [Float](repeating: 1, count: n)
    }
    let middle = (largest * smallest).squareRoot()
    var scales = [Float](repeating: 1, count: n)
    for channel in used {
      let scale = ChannelScales.rounded(min(max(powers[channel] / middle, 0x1p-10), 0x1p10))
      if scale.isFinite && scale > 0 { scales[channel] = scale }
    }
    return scales
  }

  /// x to the power of k / 20, by square roots and products alone, which are the same on every machine.
  private static func power(_ x: Float, _ exponent: Float) -> Float {
    guard x > 0 else { return 1 }
    // Binary digits of the exponent: each halves the root.
    var (rest, root, result) = (exponent, x, Float(1))
    if rest >= 1 { return x }
    for _ in 0..<20 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return result
  }

  private func sample(_ tensor: ConversionPlan.Tensor) throws(SourceError) -> Reader? {
    guard let codec = tensor.target.feedbackCodec else { return nil }
    let (columns, count) = (tensor.shape.rowLength, tensor.shape.rowCount)
    let sampled = min(Self.sampledRows, count)
    var rows: [Float] = []
    for row in 0..<sampled {
      let start = row * count / sampled * columns
      guard let weights = try FloatTensor.read(start..<(start + columns), of: tensor.source, in: source) else {
        return nil
      }
      rows += weights.map { $0.isFinite ? $0 : 0 }
    }
    return Reader(codec: codec, rows: rows)
  }

  private func scaled(_ rows: [Float], _ scales: [Float]) -> [Float] {
    rows.indices.map { rows[$0] * scales[$0 % scales.count] }
  }

  /// What is left of the output with every weight quantized for itself: the sum over the rows of e H e^T.
  private func unaidedError(_ reader: Reader, _ hessian: [Float], _ scales: [Float]) -> Double {
    let (n, type) = (scales.count, reader.codec.elementType)
    let importance = (0..<n).map { hessian[$0 * n + $0] / (scales[$0] * scales[$0]) }
    let weights = scaled(reader.rows, scales)
    var blocks = [UInt8](repeating: 0, count: ChunkList.bytes(weights.count, type))
    for row in 0..<(weights.count / n) {
      var span = blocks.mutableSpan
      let own = weights.span.extracting((row * n)..<((row + 1) * n))
      let offset = ChunkList.bytes(row * n, type)
      reader.codec.search(
        row: own, importance: importance.span, with: kernels.kernel(for: type), into: &span, at: offset)
    }
    var errors = [Float](repeating: 0, count: weights.count)
    reader.codec.decode(blocks.span, with: kernels, into: &errors)
    for index in errors.indices { errors[index] = (weights[index] - errors[index]) / scales[index % n] }
    return kernels.quadraticForms(of: errors, hessian)
  }

  /// The same with error feedback; nil where it was given up, or the Hessian has no factor.
  private func fedBackError(
    _ readers: [Reader], _ hessian: [Float], _ scales: [Float], _ isCancelled: () -> Bool
  ) -> Double? {
    let scaledHessian = scales.scaling(hessian)
    var encoder = FeedbackEncoder(kernels: kernels, feedback: plan.feedback)
    var total = 0.0
    var bases: [Int: FeedbackBasis] = [:]
    for reader in readers {
      let length = reader.codec.elementType.blockLength
      if bases[length] == nil {
        bases[length] = try? FeedbackBasis(
          of: scaledHessian, blockLength: length, plan.feedback, kernels: kernels, isCancelled: isCancelled)
      }
      guard let basis = bases[length] else { return nil }
      let weights = scaled(reader.rows, scales)
      var blocks = [UInt8](repeating: 0, count: ChunkList.bytes(weights.count, reader.codec.elementType))
      var span = blocks.mutableSpan
      total += encoder.encode(weights.span, reader.codec, basis, into: &span, at: 0).error
    }
    return total
  }
}

extension [Float] {
  /// The Hessian of a layer whose inputs are divided by these.
  func scaling(_ hessian: [Float]) -> [Float] {
    var scaled = hessian
    for row in indices {
      for column in indices {
        scaled[row * count + column] = hessian[row * count + column] / (self[row] * self[column])
      }
    }
    return scaled
  }
}

extension KernelSet {
  /// The sum over rows of e H e^T, H being n x n and every row n long.
  fileprivate func quadraticForms(of rows: [Float], _ matrix: [Float]) -> Double {
    let n = Int(Double(matrix.count).squareRoot())
    var products = [Float](repeating: 0, count: rows.count)
    addProducts(of: rows, with: matrix, columns: n, isUpper: false, to: &products)
    return zip(rows, products).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
