package import TensorCore

/// Where the scales and mins of a block stand that can be wrong, and what its codes cannot be. The layouts are those of
/// ggml's `ggml-common.h`, what is written those of its quantizers, with importance and without.
struct FaultLayout {
  /// A scale or a min of a block.
  struct Number {
    /// Of its first byte in the block.
    let offset: Int
    let isFinite: Bool
    let isZero: Bool
    let isNegative: Bool
    /// Whether quantizers write it with a sign.
    let maybeNegative: Bool
  }

  /// Codes that no quantizer writes, and the bytes that hold codes.
  enum Codes {
    /// The signed byte -128.
    case bytes(Range<Int>)
    /// Bytes that are not those of ternary digits: five a byte in TQ1_0's first 48, four in the other four.
    case digits
    /// The pair of bits 3.
    case pairs(Range<Int>)
  }

  private let type: ElementType
  private let scale: ScaleField?
  private let minimum: ScaleField?
  private let scaleMaybeNegative: Bool
  private let minimumMaybeNegative: Bool
  let codes: Codes?

  init(_ type: ElementType) {
    self.type = type
    scale = type.scaleField
    minimum = type == .q8_1 ? ScaleField(.binary16, at: 2) : type.minField
    switch type {
    // The sign is that of a weight, or of a least-squares scale. Mins of Q4_1 and Q5_1, and sums, have their own.
    case .q4_0, .q5_0, .q3_K, .q6_K, .q8_K, .iq4_nl, .iq4_xs: (scaleMaybeNegative, minimumMaybeNegative) = (true, true)
    // With importance the least-squares scale of a range can be negative.
    case .q4_1, .q5_1: (scaleMaybeNegative, minimumMaybeNegative) = (true, true)
    case .q8_1: (scaleMaybeNegative, minimumMaybeNegative) = (false, true)
    default: (scaleMaybeNegative, minimumMaybeNegative) = (false, false)
    }
    codes =
      switch type {
      case .q8_0: .bytes(2..<34)
      case .q8_1: .bytes(4..<36)
      case .q8_K: .bytes(4..<260)
      case .tq1_0: .digits
      case .tq2_0: .pairs(0..<64)
      case .q2_0: .pairs(2..<18)
      default: nil
      }
  }

  /// How many ``Number``s a block has.
  var numberCount: Int {
    switch type {
    case .q8_K, .iq1_m: 1
    default: (scale?.count ?? 0) + (minimum?.count ?? 0)
    }
  }

  @inline(__always)
  func eachNumber(of block: Span<UInt8>, _ body: (Number) -> Void) {
    eachScale(of: block, body)
    if let minimum { body(half(block.load(UInt16.self, at: minimum.offset), minimum.offset, minimumMaybeNegative)) }
  }

  /// Whether every weight is zero whatever its code, or nothing but a min.
  func scalesAreZero(_ block: Span<UInt8>) -> Bool {
    var areZero = true
    eachScale(of: block) { if !$0.isZero { areZero = false } }
    return areZero
  }

  @inline(__always)
  private func eachScale(of block: Span<UInt8>, _ body: (Number) -> Void) {
    switch type {
    case .q8_K:
      let d = Float(bitPattern: block.load(UInt32.self, at: 0))
      body(
        Number(
          offset: 0, isFinite: d.isFinite, isZero: d == 0, isNegative: d.sign == .minus,
          maybeNegative: scaleMaybeNegative))
    case .iq1_m: body(half(Self.scatteredScale(block), 48, scaleMaybeNegative))
    default:
      guard let scale else { return }
      switch scale.encoding {
      case .binary16: body(half(block.load(UInt16.self, at: scale.offset), scale.offset, scaleMaybeNegative))
      case .e8m0:
        // It has neither a sign nor a zero.
        body(
          Number(
            offset: scale.offset, isFinite: block[scale.offset] != 0xFF, isZero: false, isNegative: false,
            maybeNegative: false))
      case .ue4m3:
        for place in scale.offset..<(scale.offset + scale.count) {
          let bits = block[place]
          body(
            Number(
              offset: place, isFinite: bits & 0x7F != 0x7F, isZero: bits & 0x7F == 0, isNegative: bits & 0x80 != 0,
              maybeNegative: scaleMaybeNegative))
        }
      }
    }
  }

  @inline(__always)
  private func half(_ bits: UInt16, _ offset: Int, _ maybeNegative: Bool) -> Number {
    Number(
      offset: offset, isFinite: Binary16.isFinite(bits), isZero: bits & 0x7FFF == 0, isNegative: bits & 0x8000 != 0,
      maybeNegative: maybeNegative)
  }

  /// The scale of IQ1_M: the highest four bits of four 16-bit numbers, the first one's the lowest.
  private static func scatteredScale(_ block: Span<UInt8>) -> UInt16 {
    var bits: UInt16 = 0
    for part in 0..<4 { bits |= (block.load(UInt16.self, at: 48 + 2 * part) >> 12) << UInt16(4 * part) }
    return bits
  }

  /// Tells the bytes that hold a code which is not written, once for each such code.
  @inline(__always)
  func eachCodeNotWritten(in block: Span<UInt8>, _ body: (Int) -> Void) {
    switch codes {
    case .bytes(let range):
      for place in range where block[place] == 0x80 { body(place) }
    case .digits:
      for place in 0..<52 where !Self.holdsDigits(block[place], place < 48 ? 5 : 4) { body(place) }
    case .pairs(let range):
      for place in range {
        let both = block[place] & block[place] >> 1
        for pair in 0..<4 where both >> UInt8(2 * pair) & 1 == 1 { body(place) }
      }
    case nil: break
    }
  }

  /// Whether the byte is the least whole number that is not below v x 256 / 3^n, for n digits that make the number v.
  private static func holdsDigits(_ byte: UInt8, _ count: Int) -> Bool {
    let numbers = count == 5 ? 243 : 81
    let number = Int(byte) * numbers / 256
    return (number * 256 + numbers - 1) / numbers == Int(byte)
  }
}

extension ElementType {
  /// How many scales and mins a block has that can be wrong by themselves; 0 of types that are not quantized.
  package var scaleAndMinCount: Int { FaultLayout(self).numberCount }

  /// Whether each weight of a block is zero because its scales are: of types without a decoder, which have no other zeros.
  package func hasZeroScales(_ block: Span<UInt8>) -> Bool { FaultLayout(self).scalesAreZero(block) }

  /// How many codes, or bytes of digits, a block has of which some are never written; 0 where all are.
  package var checkedCodeCount: Int {
    switch FaultLayout(self).codes {
    case .bytes(let range): range.count
    case .digits: 52
    case .pairs(let range): 4 * range.count
    case nil: 0
    }
  }
}
