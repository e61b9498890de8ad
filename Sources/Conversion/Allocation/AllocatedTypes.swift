internal import GGUF
internal import Recipes
public import TensorCore
public import Verification

/// The types that lose least in so many bytes, or take fewest bytes for so much loss: what a ``LossSurvey`` found, and
/// ``TypeAllocation`` chose. formats/allocation.md.
public struct AllocatedTypes: Sendable {
  public enum Goal: Sendable, Equatable {
    /// Bytes of the whole file.
    case fileSize(Int)
    /// Bits a weight, over all tensors of the file.
    case bitsPerWeight(Double)
    /// The relative RMSE over the tensors that are surveyed, at most.
    case loss(Double)
  }

  /// A point of the curve: bytes of the whole file, and the relative RMSE.
  public typealias Point = RateCurve.Point

  public let goal: Goal
  /// For each surveyed tensor, by its number in the plan.
  public let types: [Int: ElementType]
  /// The relative RMSE over the surveyed tensors: each counts by the number of its weights.
  public let loss: Double
  /// No choice of these types that meets the goal has less loss (or, for a loss, is smaller).
  public let isOptimal: Bool
  /// How far from the optimum the choice is at most, relative to it.
  public let gap: Double
  public let curve: [Point]
  /// Bytes that the whole file has.
  public let fileSize: Int

  /// - Parameters:
  ///   - plan: That was surveyed.
  ///   - curves: Of its tensors.
  /// - Returns: nil where no choice meets the goal; then ``extremes(_:_:)`` says what can be had.
  public init?(_ plan: ConversionPlan, _ curves: [LossSurvey.Curve], goal: Goal) {
    let survey = Survey(plan, curves)
    let limit: Double
    switch goal {
    case .fileSize(let bytes): limit = Double(bytes - survey.rest)
    case .bitsPerWeight(let bits):
      let fixed = plan.tensors.indices.filter { !survey.isSurveyed.contains($0) }
        .reduce(0) { $0 + plan.tensors[$1].place.byteCount }
      limit = (bits * Double(survey.allWeights) / 8).rounded(.down) - Double(fixed)
    case .loss(let loss): limit = loss * loss * Double(survey.weights) * (1 + 1e-12)
    }
    let isBySize = if case .loss = goal { false } else { true }
    let isPadded = if case .fileSize = goal { true } else { false }
    let items = curves.map { curve in
      curve.candidates.map { candidate in
        let bytes = Double(isPadded ? survey.padded(candidate.bytes) : candidate.bytes)
        let error = survey.error(curve, candidate)
        return isBySize
          ? TypeAllocation.Option(cost: bytes, value: error) : TypeAllocation.Option(cost: error, value: bytes)
      }
    }
    guard limit >= 0, let allocation = TypeAllocation(items, limit: limit) else { return nil }
    self.goal = goal
    var types: [Int: ElementType] = [:]
    var (error, bytes) = (0.0, 0)
    for (curve, choice) in zip(curves, allocation.choices) {
      let candidate = curve.candidates[choice]
      types[curve.tensor] = candidate.type
      error += survey.error(curve, candidate)
      bytes += survey.padded(candidate.bytes)
    }
    self.types = types
    loss = (error / Double(max(1, survey.weights))).squareRoot()
    let missing = allocation.value - allocation.bound
    gap = allocation.value > 0 ? missing / allocation.value : 0
    isOptimal = gap < 1e-9
    fileSize = survey.rest + bytes
    curve = survey.curve(curves)
  }

  /// For the report of a conversion.
  public var rates: RateCurve { RateCurve(points: curve, chosen: Point(bytes: fileSize, loss: loss)) }

  /// What a file takes and loses at least and at most, with the types that were surveyed.
  public static func extremes(_ plan: ConversionPlan, _ curves: [LossSurvey.Curve]) -> (smallest: Point, best: Point) {
    let points = Survey(plan, curves).curve(curves)
    let nothing = Point(bytes: plan.layout.fileSize, loss: 0)
    return (points.first ?? nothing, points.last ?? nothing)
  }
}

/// What is the same for every choice of types.
private struct Survey {
  let isSurveyed: Set<Int>
  /// Of the surveyed tensors, and of all.
  let weights: Int
  let allWeights: Int
  /// Bytes of the file but for the payloads of surveyed tensors and what they are filled up with.
  let rest: Int
  private let counts: [Int: Int]
  private let alignment: Int

  init(_ plan: ConversionPlan, _ curves: [LossSurvey.Curve]) {
    isSurveyed = Set(curves.map(\.tensor))
    var counts: [Int: Int] = [:]
    for curve in curves { counts[curve.tensor] = plan.tensors[curve.tensor].shape.elementCount }
    self.counts = counts
    weights = counts.values.reduce(0, +)
    allWeights = plan.tensors.lazy.map(\.shape.elementCount).clampedSum
    alignment = plan.layout.alignment
    let alignment = alignment
    let surveyed = curves.reduce(0) { $0 + plan.tensors[$1.tensor].place.byteCount.padded(to: alignment) }
    rest = plan.layout.fileSize - surveyed
  }

  func padded(_ bytes: Int) -> Int { bytes.padded(to: alignment) }

  /// The part of a tensor in the whole: its relative squared error for each of its weights.
  func error(_ curve: LossSurvey.Curve, _ candidate: LossSurvey.Candidate) -> Double {
    candidate.relativeSquaredError * Double(counts[curve.tensor] ?? 0)
  }

  func curve(_ curves: [LossSurvey.Curve]) -> [AllocatedTypes.Point] {
    let items = curves.map { curve in
      curve.candidates.map { TypeAllocation.Option(cost: Double(padded($0.bytes)), value: error(curve, $0)) }
    }
    guard !items.isEmpty else { return [] }
    return TypeAllocation.curve(items, count: 64).map { point in
      AllocatedTypes.Point(
        bytes: rest + Int(point.cost), loss: (point.value / Double(max(1, weights))).squareRoot())
    }
  }
}
