/// How errors are fed back into the weights that come later: GPTQ (Frantar et al. 2022, arXiv:2210.17323) in the blocks of a
/// type. formats/error-feedback.md.
public struct ErrorFeedback: Sendable, Hashable {
  /// What is added to the diagonal of a Hessian, as a share of the diagonal's mean: above 0, at most 1.
  public var damping: Float = 0.01
  /// How often all codes are looked at again behind that: 0 to 16.
  public var passes = 1
  /// Whether blocks, and columns in them, come in the order of how much goes through them (GPTQ's `act-order`), the most
  /// first; otherwise as they stand.
  public var ordersByActivity = true

  public init() {}
}
