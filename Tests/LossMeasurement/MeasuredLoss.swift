import Kernels
import Quantization
import TensorCore
import TestSupport

/// What a type lost on seeded weights.
public struct MeasuredLoss: Sendable {
  /// The root of the sum of squared errors over the sum of squared weights.
  public let relativeRMSE: Double
  /// How far ``relativeRMSE`` may be expected to be from that of endless weights, one standard deviation, as estimated
  /// from the differences between rows.
  public let standardError: Double

  /// - Parameter rows: The sums of squared errors, and of squared weights, of each row.
  init(_ rows: [(error: Double, signal: Double)]) {
    let (error, signal) = (rows.reduce(0) { $0 + $1.error }, rows.reduce(0) { $0 + $1.signal })
    let ratio = error / signal
    relativeRMSE = ratio.squareRoot()
    // The variance of a ratio of sums over independent rows, and what it makes of the root.
    let squares = rows.reduce(0) { sum, row in
      let residual = row.error - ratio * row.signal
      return sum + residual * residual
    }
    let count = Double(rows.count)
    let deviation = (squares * count / (count - 1)).squareRoot() / signal
    standardError = ratio == 0 ? 0 : deviation / (2 * relativeRMSE)
  }
}

/// The weights of a row, on which losses are measured.
public let measuredRowLength = 4096

/// The types that are measured: all that can be written, but F32, which loses nothing.
public let measuredTypes = ElementType.allCases.filter { $0.codec != nil && $0 != .f32 }

/// Quantizes rows of seeded weights to each of the types, and measures what they lose.
public func measureLosses(
  of types: [ElementType] = measuredTypes, on weights: OrdinaryWeights, rows: Int, seed: UInt64,
  deviation: Double = OrdinaryWeights.standardDeviation, kernels: KernelSet = .fastest
) -> [ElementType: MeasuredLoss] {
  var generator = SeededGenerator(seed: seed)
  var row = [Float](repeating: 0, count: measuredRowLength)
  var decoded = row
  var sums: [ElementType: [(error: Double, signal: Double)]] = [:]
  for _ in 0..<rows {
    weights.fill(&row, using: &generator, deviation: deviation)
    for type in types {
      guard let codec = type.codec else { continue }
      roundTrip(row, codec, kernels, into: &decoded)
      sums[type, default: []].append(squares(row.span, decoded.span))
    }
  }
  return sums.mapValues(MeasuredLoss.init)
}

/// The sums of squared errors and of squared weights.
private func squares(_ row: Span<Float>, _ decoded: Span<Float>) -> (error: Double, signal: Double) {
  var (error, signal) = (0.0, 0.0)
  for index in 0..<row.count {
    let (weight, other) = (Double(row[index]), Double(decoded[index]))
    error += (other - weight) * (other - weight)
    signal += weight * weight
  }
  return (error, signal)
}

private func roundTrip(
  _ row: [Float], _ codec: any BlockCodec.Type, _ kernels: KernelSet, into decoded: inout [Float]
) {
  let type = codec.elementType
  var blocks = [UInt8](repeating: 0, count: row.count / type.blockLength * type.blockBytes)
  var bytes = blocks.mutableSpan
  if let kernel = kernels.kernel(for: type), kernel.encodes {
    kernel.encode(row.span, into: &bytes)
  } else {
    codec.encode(row.span, into: &bytes, at: 0)
  }
  var weights = decoded.mutableSpan
  if let kernel = kernels.kernel(for: type) {
    kernel.decode(blocks.span, into: &weights)
  } else {
    codec.decode(blocks.span, into: &weights)
  }
}
