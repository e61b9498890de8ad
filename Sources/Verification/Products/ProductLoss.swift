internal import TensorCore

/// What products of a tensor, or of a stretch of its rows, with vectors of activations lost. formats/products.md.
///
/// Stretches of rows that follow one another are added in their order: the figures are then the same to the last bit,
/// however the work was shared out.
public struct ProductLoss: Sendable, Hashable {
  /// Products that were compared: one for each row and each vector.
  public private(set) var count = 0
  /// Products left out because one of the three numbers is not finite: weights that are NaN or infinite, or activations
  /// beyond what a half-precision scale holds.
  public private(set) var notFinite = 0
  private var error = CompensatedSum()
  private var weightsError = CompensatedSum()
  private var signal = CompensatedSum()

  public init() {}

  /// Enters a product.
  ///
  /// - Parameters:
  ///   - exact: Of the source's weights and the activations as they are.
  ///   - computed: Of the file's weights and the activations as an inference engine takes them.
  ///   - weightsOnly: Of the file's weights and the activations as they are.
  mutating func add(exact: Double, computed: Double, weightsOnly: Double) {
    guard exact.isFinite && computed.isFinite && weightsOnly.isFinite else {
      notFinite += 1
      return
    }
    count += 1
    signal.add(exact * exact)
    error.add((computed - exact) * (computed - exact))
    weightsError.add((weightsOnly - exact) * (weightsOnly - exact))
  }

  /// Adds the rows that follow.
  public mutating func add(_ next: ProductLoss) {
    count += next.count
    notFinite += next.notFinite
    signal.add(next.signal)
    error.add(next.error)
    weightsError.add(next.weightsError)
  }

  /// The root of the sum of (computed - exact)^2 over the sum of exact^2: what quantized weights and activations lose
  /// together. 0 where nothing was lost; infinite where all exact products are zero and others are not.
  public var relativeRMSE: Double { relative(error) }

  /// The same for quantized weights and exact activations.
  public var weightsOnly: Double { relative(weightsError) }

  private func relative(_ sum: CompensatedSum) -> Double {
    sum.value == 0 ? 0 : (sum.value / signal.value).squareRoot()
  }
}
