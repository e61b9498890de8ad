public import TensorCore

/// What a type loses on ordinary weights: its relative RMSE on Gaussian, Laplace and Student-t weights, each of a standard
/// deviation of 0.02. formats/expected-losses.md says how it was measured.
public struct ExpectedLoss: Sendable, Hashable {
  public let gaussian: Double
  public let laplace: Double
  /// With 4 degrees of freedom.
  public let studentT: Double

  init(gaussian: Double, laplace: Double, studentT: Double) {
    (self.gaussian, self.laplace, self.studentT) = (gaussian, laplace, studentT)
  }

  /// The expectation of a type; nil for F32, which loses nothing, and for types that cannot be written.
  public static func of(_ type: ElementType) -> ExpectedLoss? { table[type] }

  public var lowest: Double { min(gaussian, laplace, studentT) }
  public var highest: Double { max(gaussian, laplace, studentT) }
}
