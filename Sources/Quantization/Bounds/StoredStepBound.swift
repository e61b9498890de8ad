/// The bound of weights with evenly spaced codes that are the nearest under the step and the shift as they are stored:
/// those of a sub-block of a K-quant. formats/bounds.md.
struct StoredStepBound {
  /// Half of a step, and what binary32 arithmetic adds.
  private var half: Float = 0
  /// What the codes at the ends stand for.
  private var lowest: Float = 0
  private var highest: Float = 0

  /// A weight is its code times `step`, less `shift`. Where they are not finite no decoded weight is, and so each of them
  /// is beyond the bound.
  init(step: Float, shift: Float = 0, lowestCode: Float, highestCode: Float) {
    let reach = abs(step) * max(-lowestCode, highestCode)
    let half = abs(step) * 0.5 + (reach + abs(shift)) * 0x1p-21
    guard half < .infinity else { return }
    let first = step * lowestCode - shift
    let last = step * highestCode - shift
    self.half = half
    lowest = first < last ? first : last
    highest = first < last ? last : first
  }

  /// Half a step between the ends, the distance from the nearer end beyond them, and 2^-15 of it: beyond 2^22 steps
  /// ggml's `nearest_int` gives any code.
  @inline(__always)
  func bound(_ weight: Float) -> Float {
    let beyond = max(weight - highest, lowest - weight) * (1 + 0x1p-15)
    return max(half, min(.greatestFiniteMagnitude, beyond))
  }
}
