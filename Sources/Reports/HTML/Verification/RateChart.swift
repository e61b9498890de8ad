internal import TensorCore
internal import Verification

/// The curve of bytes and loss as a drawing, plain SVG that needs no script.
struct RateChart {
  private let curve: RateCurve

  private static let width = 640.0
  private static let height = 220.0

  init(_ curve: RateCurve) { self.curve = curve }

  var markup: Markup {
    """
    <h3>Bytes and loss</h3>
    <p>The relative RMSE that the best choice of types leaves in a file of so many bytes, and the file that was written: \
    \(Numbers.bytes(curve.chosen.bytes)), \(ReportText.figure(curve.chosen.loss)).</p>
    <figure><svg class="rates" viewBox="0 0 640 220" role="img" \
    aria-label="The loss falls from \(ReportText.figure(first.loss)) in \(Numbers.bytes(first.bytes)) to \
    \(ReportText.figure(last.loss)) in \(Numbers.bytes(last.bytes))">
    <polyline points="\(line)" fill="none" stroke="currentColor"/>
    \(dots)<circle cx="\(x(curve.chosen))" cy="\(y(curve.chosen))" r="6" fill="none" stroke="currentColor" stroke-width="2">\
    <title>\(title(curve.chosen))</title></circle>
    </svg>
    <figcaption class="muted">Across: \(Numbers.bytes(first.bytes)) to \(Numbers.bytes(last.bytes)). Up: \
    \(ReportText.figure(last.loss)) to \(ReportText.figure(first.loss)), logarithmic.</figcaption></figure>

    """
  }

  private var first: RateCurve.Point { curve.points.first ?? curve.chosen }
  private var last: RateCurve.Point { curve.points.last ?? curve.chosen }

  private var line: String { curve.points.map { "\(x($0)),\(y($0))" }.joined(separator: " ") }

  private var dots: Markup {
    curve.points.map { point -> Markup in
      """
      <circle cx="\(x(point))" cy="\(y(point))" r="3" fill="currentColor"><title>\(title(point))</title></circle>

      """
    }.joined()
  }

  private func title(_ point: RateCurve.Point) -> String {
    "\(Numbers.grouped(point.bytes)) bytes, relative RMSE \(ReportText.figure(point.loss))"
  }

  private func x(_ point: RateCurve.Point) -> String {
    let range = Double(last.bytes - first.bytes)
    let share = range > 0 ? Double(point.bytes - first.bytes) / range : 0.5
    return Numbers.fixed(10 + min(1, max(0, share)) * (Self.width - 20), 1)
  }

  private func y(_ point: RateCurve.Point) -> String {
    // What is exact has no logarithm: it is at the bottom.
    let (low, high) = (Self.exponent(last.loss), Self.exponent(first.loss))
    let share = high > low ? (Self.exponent(point.loss) - low) / (high - low) : 0.5
    return Numbers.fixed(10 + (1 - min(1, max(0, share))) * (Self.height - 20), 1)
  }

  /// A piecewise linear logarithm to the base 2: near enough to draw.
  private static func exponent(_ value: Double) -> Double {
    guard value > 0 && value.isFinite else { return -60 }
    return Double(value.exponent) + value.significand - 1
  }
}
