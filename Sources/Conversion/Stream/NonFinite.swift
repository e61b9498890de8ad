/// NaN and infinities among weights.
enum NonFinite {
  /// Whether no weight is NaN or infinite.
  static func allFinite(_ weights: Span<Float>) -> Bool {
    var found: UInt32 = 0
    for i in 0..<weights.count {
      // All ones in the exponent: adding one to it carries into the sign.
      found |= (weights[i].bitPattern & 0x7FFF_FFFF) + 0x0080_0000
    }
    return found & 0x8000_0000 == 0
  }

  static func name(_ value: Float) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-infinity" : "+infinity"
  }
}
