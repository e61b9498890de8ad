import Quantization
import TensorCore

/// A way to spoil one block, or one number, and what it then is. Offsets are those of the pages in formats/.
struct Damage: Sendable, CustomStringConvertible {
  let type: ElementType
  let fault: BlockFault
  /// Where bytes are replaced: at these offsets of the block.
  let bytes: [Int: UInt8]
  /// The first byte of what is then wrong.
  let place: Int

  var description: String { "\(type.name), \(fault) at \(place)" }

  init(_ type: ElementType, _ fault: BlockFault, at place: Int, _ bytes: [UInt8]) {
    self.type = type
    self.fault = fault
    self.place = place
    self.bytes = Dictionary(uniqueKeysWithValues: zip(place..., bytes))
  }

  private init(_ type: ElementType, _ fault: BlockFault, place: Int, _ bytes: [Int: UInt8]) {
    (self.type, self.fault, self.place, self.bytes) = (type, fault, place, bytes)
  }

  /// Half-precision scales and mins, by their offsets.
  private static let halves: [ElementType: [Int]] = [
    .q4_0: [0], .q4_1: [0, 2], .q5_0: [0], .q5_1: [0, 2], .q8_0: [0], .q8_1: [0, 2],
    .q2_K: [80, 82], .q3_K: [108], .q4_K: [0, 2], .q5_K: [0, 2], .q6_K: [208], .iq4_nl: [0], .iq4_xs: [0],
    .iq1_s: [0], .iq2_xxs: [0], .iq2_xs: [0], .iq2_s: [0], .iq3_xxs: [0], .iq3_s: [0],
    .tq1_0: [52], .tq2_0: [64], .q1_0: [0], .q2_0: [0], .nf4: [0],
  ]

  /// Those of them that are never negative.
  private static let unsigned: [ElementType: [Int]] = [
    .q8_0: [0], .q8_1: [0], .q2_K: [80, 82], .q4_K: [0, 2], .q5_K: [0, 2],
    .iq1_s: [0], .iq2_xxs: [0], .iq2_xs: [0], .iq2_s: [0], .iq3_xxs: [0], .iq3_s: [0],
    .tq1_0: [52], .tq2_0: [64], .q1_0: [0], .q2_0: [0], .nf4: [0],
  ]

  static let all: [Damage] = ofHalves + ofOtherScales + ofCodes + ofNumbers

  private static var ofHalves: [Damage] {
    halves.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { type, places in
      places.flatMap { place in
        // Infinities and NaN.
        [[0x00, 0x7C], [0x00, 0xFC], [0x01, 0x7C], [0x00, 0x7E]].map { Damage(type, .scaleNotFinite, at: place, $0) }
      }
        + (unsigned[type] ?? []).flatMap { place in
          [
            Damage(type, .scaleNegative, at: place, [0x00, 0xBC]),
            Damage(type, .scaleNegative, at: place, [0x01, 0x80]),
            Damage(type, .scaleNegativeZero, at: place, [0x00, 0x80]),
          ]
        }
    }
  }

  private static var ofOtherScales: [Damage] {
    // The highest four bits of four 16-bit numbers, the exponent in those of the last two.
    [
      Damage(.iq1_m, .scaleNotFinite, place: 48, [49: 0, 51: 0, 53: 0xC0, 55: 0x70]),
      Damage(.iq1_m, .scaleNotFinite, place: 48, [49: 0x10, 51: 0, 53: 0xC0, 55: 0x7F]),
      Damage(.iq1_m, .scaleNegative, place: 48, [55: 0x80]),
      Damage(.iq1_m, .scaleNegativeZero, place: 48, [49: 0x0F, 51: 0x0F, 53: 0x0F, 55: 0x8F]),
      Damage(.q8_K, .scaleNotFinite, at: 0, [0, 0, 0x80, 0x7F]),
      Damage(.q8_K, .scaleNotFinite, at: 0, [1, 0, 0xC0, 0xFF]),
      Damage(.mxfp4, .scaleNotFinite, at: 0, [0xFF]),
      // 6 x 2^126 and 8 x 2^125.
      Damage(.mxfp4, .weightNotFinite, place: 7, [0: 253, 7: 0x07].merging(zeroCodes) { old, _ in old }),
      Damage(.mxfp4, .weightNotFinite, place: 16, [0: 254, 16: 0xC0].merging(zeroCodes) { old, _ in old }),
    ]
      + (0..<4).flatMap { sub in
        [
          Damage(.nvfp4, .scaleNotFinite, at: sub, [0x7F]), Damage(.nvfp4, .scaleNotFinite, at: sub, [0xFF]),
          Damage(.nvfp4, .scaleNegative, at: sub, [0x81]), Damage(.nvfp4, .scaleNegative, at: sub, [0xFE]),
          Damage(.nvfp4, .scaleNegativeZero, at: sub, [0x80]),
        ]
      }
  }

  private static let zeroCodes = Dictionary(uniqueKeysWithValues: (1..<17).map { ($0, UInt8(0)) })

  private static var ofCodes: [Damage] {
    [
      (ElementType.q8_0, [2, 17, 33], 0x80), (.q8_1, [4, 35], 0x80), (.q8_K, [4, 259], 0x80),
      (.tq1_0, [0, 47], 1), (.tq1_0, [20], 237), (.tq1_0, [48, 51], 255), (.tq1_0, [49], 0xF9),
      (.tq2_0, [0, 63], 0x03), (.tq2_0, [31], 0xD5), (.q2_0, [2, 17], 0x30), (.q2_0, [9], 0xC5),
    ].flatMap { type, places, byte in
      places.map { Damage(type, .codeNotWritten, at: $0, [UInt8(byte)]) }
    } + [Damage(.q8_K, .sumWrong, at: 260, [0x12, 0x34]), Damage(.q8_K, .sumWrong, at: 290, [0xFF, 0x7F])]
  }

  private static var ofNumbers: [Damage] {
    [
      (ElementType.f32, [[0, 0, 0x80, 0x7F], [0, 0, 0x80, 0xFF], [1, 0, 0x80, 0x7F]]),
      (.f16, [[0, 0x7C], [0, 0xFE]]), (.bf16, [[0x80, 0x7F], [0x81, 0xFF]]),
      (.f64, [[0, 0, 0, 0, 0, 0, 0xF0, 0x7F], [1, 0, 0, 0, 0, 0, 0xF0, 0xFF]]),
      (.c64, [[0, 0, 0x80, 0x7F, 0, 0, 0, 0]]),
      (.f8_E4M3, [[0x7F], [0xFF]]), (.f8_E5M2, [[0x7C], [0xFE]]), (.f8_E8M0, [[0xFF]]),
      (.f8_E4M3FNUZ, [[0x80]]), (.f8_E5M2FNUZ, [[0x80]]),
    ].flatMap { type, patterns in patterns.map { Damage(type, .weightNotFinite, at: 0, $0) } }
      // 2^128, and the least number that rounds to it in binary32.
      + [
        Damage(.f64, .beyondBinary32, at: 0, [0, 0, 0, 0, 0, 0, 0xF0, 0x47]),
        Damage(.f64, .beyondBinary32, at: 0, [0, 0, 0, 0xF0, 0xFF, 0xFF, 0xEF, 0xC7]),
      ]
  }

  /// Spoils a block of a tensor's data.
  func apply(toBlock block: Int, of payload: inout [UInt8]) {
    for (offset, byte) in bytes { payload[block * type.blockBytes + offset] = byte }
  }
}
