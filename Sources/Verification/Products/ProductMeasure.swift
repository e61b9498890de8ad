public import Kernels
internal import Quantization
public import TensorCore

/// Compares products of a tensor with vectors of activations: exact ones with those that an inference engine computes of
/// the quantized tensor. formats/products.md.
///
/// It is made once a tensor, and then used by any number of threads.
///
///     let measure = ProductMeasure(activations: x.span, columns: 384, type: .q4_K)
///     var (loss, buffers) = (ProductLoss(), ProductMeasure.Buffers())
///     loss.add(measure.measure(weights: rows.span, blocks: blocks.span, with: &buffers))
public struct ProductMeasure: Sendable {
  /// Vectors of activations.
  public let samples: Int
  /// Values of a vector: elements of a row of the tensor.
  public let columns: Int
  /// The type of the file's tensor.
  public let type: ElementType

  private let decoder: any BlockDecoder.Type
  private let kernel: Kernel?
  private let kernels: KernelSet
  /// The vectors, each filled up with zeros to a multiple of 16 values.
  private let activations: [Double]
  private let operand: Operand

  /// What the engine multiplies the tensor with.
  private enum Operand: Sendable {
    /// Decoded weights are multiplied with these.
    case floats([Double])
    case integers(any IntegerCoded.Type, QuantizedActivations)
  }

  /// What a thread computes with; made once, and used again and again.
  public struct Buffers: Sendable {
    /// A row as it is decoded.
    fileprivate var decoded: [Float] = []
    /// The row taken apart.
    fileprivate var row = IntegerRow()
    fileprivate var exact: [Double] = []
    fileprivate var computed: [Double] = []
    fileprivate var weightsOnly: [Double] = []

    public init() {}
  }

  /// Prepares vectors of activations.
  ///
  /// - Parameters:
  ///   - activations: At least one vector of `columns` finite values, one behind the other.
  ///   - columns: Elements of a row of the tensor, at least 1.
  ///   - type: That of the file's tensor.
  /// - Returns: nil for a type that no engine multiplies or that cannot be decoded, and where rows are not whole blocks.
  public init?(activations: Span<Float>, columns: Int, type: ElementType, kernels: KernelSet = .fastest) {
    guard columns > 0, columns % type.blockLength == 0, activations.count > 0, activations.count % columns == 0,
      let form = type.activationForm, let decoder = type.decoder
    else { return nil }
    if case .integers(let quantized) = form {
      guard let type = type.integerCoded,
        let values = QuantizedActivations(activations, columns: columns, type: quantized)
      else { return nil }
      operand = .integers(type, values)
    } else {
      guard let values = RoundedActivations.values(activations, form: form) else { return nil }
      operand = .floats(Self.padded(values.span, columns))
    }
    samples = activations.count / columns
    self.columns = columns
    self.type = type
    self.decoder = decoder
    self.kernels = kernels
    kernel = kernels.kernel(for: type)
    self.activations = Self.padded(activations, columns)
  }

  /// Vectors filled up with zeros to a multiple of 16 values.
  private static func padded(_ values: Span<Float>, _ columns: Int) -> [Double] {
    let stride = (columns + 15) / 16 * 16
    var padded = [Double](repeating: 0, count: values.count / columns * stride)
    for i in 0..<values.count { padded[i / columns * stride + i % columns] = Double(values[i]) }
    return padded
  }

  /// Compares the products of whole rows.
  ///
  /// - Parameters:
  ///   - weights: The rows as the source has them.
  ///   - blocks: The same rows as the file has them.
  public func measure(weights: Span<Float>, blocks: Span<UInt8>, with buffers: inout Buffers) -> ProductLoss {
    let (rows, rowBytes) = (weights.count / columns, columns / type.blockLength * type.blockBytes)
    precondition(weights.count == rows * columns && blocks.count == rows * rowBytes, "rows must be whole")
    if buffers.exact.count != samples {
      buffers.exact = Array(repeating: 0, count: samples)
      (buffers.computed, buffers.weightsOnly) = (buffers.exact, buffers.exact)
    }
    if buffers.decoded.count != columns { buffers.decoded = Array(repeating: 0, count: columns) }
    var loss = ProductLoss()
    for row in 0..<rows {
      let bytes = blocks.extracting((row * rowBytes)..<((row + 1) * rowBytes))
      multiply(weights.extracting((row * columns)..<((row + 1) * columns)), activations, into: &buffers.exact)
      decode(bytes, into: &buffers.decoded)
      multiply(buffers.decoded, activations, into: &buffers.weightsOnly)
      switch operand {
      case .floats(let values): multiply(buffers.decoded, values, into: &buffers.computed)
      case .integers(let type, let values):
        buffers.row.unpack(bytes, of: type, with: kernel)
        multiply(buffers.row, values, into: &buffers.computed)
      }
      for sample in 0..<samples {
        loss.add(
          exact: buffers.exact[sample], computed: buffers.computed[sample], weightsOnly: buffers.weightsOnly[sample])
      }
    }
    return loss
  }

  private func decode(_ blocks: Span<UInt8>, into weights: inout [Float]) {
    var span = weights.mutableSpan
    if let kernel { kernel.decode(blocks, into: &span) } else { decoder.decode(blocks, into: &span) }
  }

  // These take their buffers apart, so that one may be read while another is written.

  private func multiply(_ weights: [Float], _ activations: [Double], into products: inout [Double]) {
    multiply(weights.span, activations, into: &products)
  }

  private func multiply(_ weights: Span<Float>, _ activations: [Double], into products: inout [Double]) {
    var span = products.mutableSpan
    kernels.multiply(weights, activations.span, into: &span)
  }

  private func multiply(_ row: IntegerRow, _ values: QuantizedActivations, into products: inout [Double]) {
    let (codes, scales, sums) = (values.codes.span, values.scales.span, values.sums.span)
    var span = products.mutableSpan
    kernels.multiply(row, codes: codes, scales: scales, sums: sums, into: &span)
  }
}
