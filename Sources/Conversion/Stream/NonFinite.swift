/// NaN and infinities among weights.
enum NonFinite {
  static func name(_ value: Float) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-infinity" : "+infinity"
  }
}
