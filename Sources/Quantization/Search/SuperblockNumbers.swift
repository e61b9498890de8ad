internal import TensorCore

/// All that a superblock holds, before it is packed: whole numbers a sub-block, their units, which are halves, and a code a
/// weight.
///
///     weight = d * scale * value[code] - dmin * minimum
struct SuperblockNumbers {
  var fit = SuperblockSearch.Fit()
  var codes = InlineArray<256, UInt8>(repeating: 0)

  fileprivate var d: UInt16 { Binary16.bits(fit.d) }
  fileprivate var dmin: UInt16 { Binary16.bits(fit.dmin) }
  fileprivate func scale(_ sub: Int) -> Int32 { BlockArithmetic.integer(fit.scales[sub]) }
  fileprivate func minimum(_ sub: Int) -> Int32 { BlockArithmetic.integer(fit.minimums[sub]) }

  /// As Q4_K and Q5_K store it.
  fileprivate var affineSuperblock: AffineSuperblock {
    var pairs = SixBitPairs()
    for sub in 0..<8 {
      pairs.set(
        sub, scale: UInt8(truncatingIfNeeded: scale(sub)), minimum: UInt8(truncatingIfNeeded: minimum(sub)))
    }
    return AffineSuperblock(d: d, dmin: dmin, pairs: pairs, codes: codes)
  }
}

extension Q4_KCodec {
  static func store(_ numbers: SuperblockNumbers, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    store(numbers.affineSuperblock, into: &bytes, at: offset)
  }
}

extension Q5_KCodec {
  static func store(_ numbers: SuperblockNumbers, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    store(numbers.affineSuperblock, into: &bytes, at: offset)
  }
}

extension Q2_KCodec {
  static func store(_ numbers: SuperblockNumbers, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var superblock = Superblock()
    for sub in 0..<16 {
      superblock.scales[sub] = UInt8(truncatingIfNeeded: numbers.scale(sub) | numbers.minimum(sub) << 4)
    }
    (superblock.d, superblock.dmin, superblock.codes) = (numbers.d, numbers.dmin, numbers.codes)
    superblock.store(into: &bytes, at: offset)
  }
}

extension Q3_KCodec {
  static func store(_ numbers: SuperblockNumbers, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    var scales = SixBitScales()
    for sub in 0..<16 { scales.set(sub, UInt8(truncatingIfNeeded: numbers.scale(sub) + 32)) }
    store(codes: numbers.codes, scales: scales, d: numbers.d, into: &bytes, at: offset)
  }
}

extension Q6_KCodec {
  static func store(_ numbers: SuperblockNumbers, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    for sub in 0..<16 { bytes[offset + 192 + sub] = UInt8(truncatingIfNeeded: numbers.scale(sub)) }
    bytes.store(numbers.d, at: offset + 208)
    store(codes: numbers.codes, into: &bytes, at: offset)
  }
}

extension IQ4_XSCodec {
  static func store(_ numbers: SuperblockNumbers, into bytes: inout MutableSpan<UInt8>, at offset: Int) {
    bytes.store(numbers.d, at: offset)
    var levels = InlineArray<8, Int32>(repeating: 0)
    for sub in 0..<8 {
      levels[sub] = numbers.scale(sub)
      var codes = InlineArray<32, UInt8>(repeating: 0)
      for i in 0..<32 { codes[i] = numbers.codes[sub * 32 + i] }
      FourBitCodes.store(codes, into: &bytes, at: offset + 8 + sub * 16)
    }
    store(levels: levels, into: &bytes, at: offset)
  }
}
