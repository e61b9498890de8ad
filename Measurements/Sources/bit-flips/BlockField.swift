import TensorCore

/// A part of a block.
struct BlockField {
  let name: String
  let bytes: Range<Int>

  /// The parts of a type's block, in the order of their bytes.
  static func all(of type: ElementType) -> [BlockField] {
    let ends: [(String, Int)] =
      switch type {
      case .q4_0, .iq4_nl: [("scale", 2), ("codes", 18)]
      case .q4_1: [("scale", 2), ("minimum", 4), ("codes", 20)]
      case .q5_0: [("scale", 2), ("high bits", 6), ("low bits", 22)]
      case .q5_1: [("scale", 2), ("minimum", 4), ("high bits", 8), ("low bits", 24)]
      case .q8_0: [("scale", 2), ("codes", 34)]
      case .q2_K: [("scales, minimums", 16), ("codes", 80), ("d", 82), ("dmin", 84)]
      case .q3_K: [("high bits", 32), ("low bits", 96), ("scales", 108), ("d", 110)]
      case .q4_K: [("d", 2), ("dmin", 4), ("scales, minimums", 16), ("codes", 144)]
      case .q5_K: [("d", 2), ("dmin", 4), ("scales, minimums", 16), ("high bits", 48), ("low bits", 176)]
      case .q6_K: [("low bits", 128), ("high bits", 192), ("scales", 208), ("d", 210)]
      case .iq4_xs: [("d", 2), ("scales", 8), ("codes", 136)]
      case .tq1_0: [("codes", 52), ("scale", 54)]
      case .tq2_0: [("codes", 64), ("scale", 66)]
      case .mxfp4: [("scale", 1), ("codes", 17)]
      case .nvfp4: [("scales", 4), ("codes", 36)]
      case .q1_0: [("scale", 2), ("signs", 18)]
      case .q2_0: [("scale", 2), ("codes", 18)]
      case .nf4: [("scale", 2), ("codes", 34)]
      default: [("weight", type.blockBytes)]
      }
    var start = 0
    return ends.map { name, end in
      defer { start = end }
      return BlockField(name: name, bytes: start..<end)
    }
  }
}
