internal import TensorCore

/// How many parameters a model has, told apart where several experts have each their own.
///
/// Source: `get_total_parameter_count` of gguf-py (gguf_writer.py).
struct ParameterCount: Sendable {
  var total = 0
  /// Those that every expert shares.
  var shared = 0
  /// Those of one expert, over all tensors.
  var ofExpert = 0
  /// The mean of the tensors' counts.
  var experts = 0

  init(total: Int) { (self.total, shared) = (total, total) }

  init(_ matches: [TensorMatching.Match]) {
    self.init(matches.map { ($0.name, $0.shape) })
  }

  init(_ tensors: [(name: String, shape: Shape)]) {
    var (expertSum, expertTensors) = (0, 0)
    for (name, shape) in tensors {
      let (count, dimensions) = (shape.elementCount, shape.dimensions)
      // Counts of elements whose sum is beyond `Int` are of no model; they stay at the largest.
      total = [total, count].clampedSum
      if name.contains("_exps."), dimensions.count >= 3, let experts = dimensions.dropLast(2).last, experts > 0 {
        ofExpert = [ofExpert, count / experts].clampedSum
        expertSum = [expertSum, experts].clampedSum
        expertTensors += 1
      } else {
        shared = [shared, count].clampedSum
      }
    }
    experts = expertTensors > 0 ? expertSum / expertTensors : 0
  }

  /// `1.7M`, `8x7B`: at least two digits.
  ///
  /// Source: `size_label` of gguf-py (utility.py).
  var label: String {
    experts > 0 ? "\(experts)x\(Self.rounded([shared, ofExpert].clampedSum))" : Self.rounded(total)
  }

  private static func rounded(_ count: Int) -> String {
    let value = Double(count)
    let (scale, unit) =
      value > 1e12 ? (1e-12, "T") : value > 1e9 ? (1e-9, "B") : value > 1e6 ? (1e-6, "M") : (1e-3, "K")
    let scaled = value * scale
    // Digits behind the point, so that there are two with those before it; a zero before it is none.
    let whole = scaled.rounded(.toNearestOrEven)
    let digits = whole == 0 ? 0 : String(Int(whole)).count
    return fixed(scaled, max(0, 2 - digits)) + unit
  }

  /// Rounded as C does: the exact value to the nearest, ties to even, which `Numbers.fixed` is not.
  private static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = digits == 0 ? 1.0 : digits == 1 ? 10.0 : 100.0
    // Values stay below 10^7 here: the product's error is far below a half of the last digit but on ties, where the
    // remainder of the product decides.
    let product = value * scale
    var rounded = product.rounded(.toNearestOrEven)
    let error = (-product).addingProduct(value, scale)
    if abs(product - product.rounded(.down)) == 0.5, error != 0 {
      rounded = error > 0 ? product.rounded(.up) : product.rounded(.down)
    }
    let text = String(Int(rounded))
    guard digits > 0 else { return text }
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
