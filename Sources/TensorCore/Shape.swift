/// The dimensions of a tensor, outermost first (as NumPy and safetensors write them; a GGUF file stores the reverse).
///
/// A shape's element count fits `Int`: it is checked once, here, so that code behind this type need not check again.
public struct Shape: Sendable, Hashable {
  /// Outermost first; empty for a scalar; each at least 0.
  public let dimensions: [Int]
  /// The product of the dimensions; 1 for a scalar.
  public let elementCount: Int

  /// Checks dimensions that came from a file.
  ///
  /// Returns nil where a dimension, or the product of all (zeros counted as 1, so that no order of multiplication can
  /// overflow), does not fit `Int`.
  public init?(checking dimensions: some Collection<UInt64>) {
    var checked: [Int] = []
    var product = 1
    var holdsZero = false
    for dimension in dimensions {
      guard let value = Int(exactly: dimension) else { return nil }
      checked.append(value)
      if value == 0 { holdsZero = true }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(value, 1))
      guard !overflow else { return nil }
      product = next
    }
    self.dimensions = checked
    self.elementCount = holdsZero ? 0 : product
  }

  /// The length of a row: the innermost dimension; 1 for a scalar.
  public var rowLength: Int { dimensions.last ?? 1 }

  /// Without the outermost dimensions that are 1: `[1, 128]` becomes `[128]`, `[1, 1]` a scalar.
  public var withoutOuterOnes: Shape { Shape(self, dimensions: Array(dimensions.drop { $0 == 1 })) }

  /// - Parameter dimensions: Those of `shape` but for some that are 1.
  private init(_ shape: Shape, dimensions: [Int]) {
    (self.dimensions, elementCount) = (dimensions, shape.elementCount)
  }

  /// The number of rows; 0 where there is no element.
  public var rowCount: Int { elementCount == 0 ? 0 : elementCount / rowLength }
}

extension Shape: CustomStringConvertible {
  /// `[384, 1536]`, outermost first.
  public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
