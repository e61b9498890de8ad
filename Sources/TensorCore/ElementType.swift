/// How one element of a tensor, or one block of elements, is stored.
///
/// The one table of all element types: those of ggml, those of safetensors, and this project's NF4. A type is one case
/// here and one row in ``traits``; everything else about types is derived from the two.
///
/// Sizes and ids are ggml's (`ggml.h`, `ggml-common.h` of ggml 0.25.3) and the safetensors format's.
public enum ElementType: String, CaseIterable, Sendable, Hashable {
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case f64 = "F64"
  case q4_0 = "Q4_0"
  case q4_1 = "Q4_1"
  case q5_0 = "Q5_0"
  case q5_1 = "Q5_1"
  case q8_0 = "Q8_0"
  case q8_1 = "Q8_1"
  case q2_K = "Q2_K"
  case q3_K = "Q3_K"
  case q4_K = "Q4_K"
  case q5_K = "Q5_K"
  case q6_K = "Q6_K"
  case q8_K = "Q8_K"
  case iq2_xxs = "IQ2_XXS"
  case iq2_xs = "IQ2_XS"
  case iq3_xxs = "IQ3_XXS"
  case iq1_s = "IQ1_S"
  case iq4_nl = "IQ4_NL"
  case iq3_s = "IQ3_S"
  case iq2_s = "IQ2_S"
  case iq4_xs = "IQ4_XS"
  case iq1_m = "IQ1_M"
  case tq1_0 = "TQ1_0"
  case tq2_0 = "TQ2_0"
  case mxfp4 = "MXFP4"
  case nvfp4 = "NVFP4"
  case q1_0 = "Q1_0"
  case q2_0 = "Q2_0"
  case nf4 = "NF4"
  case i8 = "I8"
  case i16 = "I16"
  case i32 = "I32"
  case i64 = "I64"
  case u8 = "U8"
  case u16 = "U16"
  case u32 = "U32"
  case u64 = "U64"
  case bool = "BOOL"
  case f8_E4M3 = "F8_E4M3"
  case f8_E5M2 = "F8_E5M2"
  case f8_E8M0 = "F8_E8M0"
  case f8_E4M3FNUZ = "F8_E4M3FNUZ"
  case f8_E5M2FNUZ = "F8_E5M2FNUZ"
  case f6_E2M3 = "F6_E2M3"
  case f6_E3M2 = "F6_E3M2"
  case f4 = "F4"
  case c64 = "C64"

  /// The row of this type in the table.
  public var traits: Traits {
    switch self {
    case .f32: .float(4, gguf: 0, safetensors: "F32", fileType: 0)
    case .f16: .float(2, gguf: 1, safetensors: "F16", fileType: 1)
    case .bf16: .float(2, gguf: 30, safetensors: "BF16", fileType: 32)
    case .f64: .float(8, gguf: 28, safetensors: "F64")
    case .q4_0: .quantized(32, 18, gguf: 2, fileType: 2)
    case .q4_1: .quantized(32, 20, gguf: 3, fileType: 3)
    case .q5_0: .quantized(32, 22, gguf: 6, fileType: 8)
    case .q5_1: .quantized(32, 24, gguf: 7, fileType: 9)
    case .q8_0: .quantized(32, 34, gguf: 8, fileType: 7)
    case .q8_1: .quantized(32, 36, gguf: 9)
    case .q2_K: .quantized(256, 84, gguf: 10, fileType: 10)
    case .q3_K: .quantized(256, 110, gguf: 11, fileType: 11)
    case .q4_K: .quantized(256, 144, gguf: 12, fileType: 14)
    case .q5_K: .quantized(256, 176, gguf: 13, fileType: 16)
    case .q6_K: .quantized(256, 210, gguf: 14, fileType: 18)
    case .q8_K: .quantized(256, 292, gguf: 15)
    case .iq2_xxs: .quantized(256, 66, gguf: 16, fileType: 19)
    case .iq2_xs: .quantized(256, 74, gguf: 17, fileType: 20)
    case .iq3_xxs: .quantized(256, 98, gguf: 18, fileType: 23)
    case .iq1_s: .quantized(256, 50, gguf: 19, fileType: 24)
    case .iq4_nl: .quantized(32, 18, gguf: 20, fileType: 25)
    case .iq3_s: .quantized(256, 110, gguf: 21, fileType: 26)
    case .iq2_s: .quantized(256, 82, gguf: 22, fileType: 28)
    case .iq4_xs: .quantized(256, 136, gguf: 23, fileType: 30)
    case .iq1_m: .quantized(256, 56, gguf: 29, fileType: 31)
    case .tq1_0: .quantized(256, 54, gguf: 34, fileType: 36)
    case .tq2_0: .quantized(256, 66, gguf: 35, fileType: 37)
    case .mxfp4: .quantized(32, 17, gguf: 39, fileType: 38)
    case .nvfp4: .quantized(64, 36, gguf: 40, fileType: 39)
    case .q1_0: .quantized(128, 18, gguf: 41, fileType: 40)
    case .q2_0: .quantized(64, 18, gguf: 42, fileType: 41)
    // Not one of ggml's: the bytes `NF4\0`, so that other readers refuse it instead of misreading it.
    case .nf4: .quantized(64, 34, gguf: 0x0034_464E)
    case .i8: .integer(1, gguf: 24, safetensors: "I8")
    case .i16: .integer(2, gguf: 25, safetensors: "I16")
    case .i32: .integer(4, gguf: 26, safetensors: "I32")
    case .i64: .integer(8, gguf: 27, safetensors: "I64")
    case .u8: .integer(1, safetensors: "U8")
    case .u16: .integer(2, safetensors: "U16")
    case .u32: .integer(4, safetensors: "U32")
    case .u64: .integer(8, safetensors: "U64")
    case .bool: .integer(1, safetensors: "BOOL")
    case .f8_E4M3: .float(1, safetensors: "F8_E4M3")
    case .f8_E5M2: .float(1, safetensors: "F8_E5M2")
    case .f8_E8M0: .float(1, safetensors: "F8_E8M0")
    case .f8_E4M3FNUZ: .packed(1, 1, safetensors: "F8_E4M3FNUZ")
    case .f8_E5M2FNUZ: .packed(1, 1, safetensors: "F8_E5M2FNUZ")
    // The smallest whole number of bytes that holds a whole number of elements.
    case .f6_E2M3: .packed(4, 3, safetensors: "F6_E2M3")
    case .f6_E3M2: .packed(4, 3, safetensors: "F6_E3M2")
    case .f4: .packed(2, 1, safetensors: "F4")
    case .c64: .packed(1, 8, safetensors: "C64")
    }
  }
}

extension ElementType {
  /// What a type's elements are.
  public enum Kind: String, Sendable {
    /// One IEEE-like floating-point number an element.
    case float
    /// One integer or truth value an element.
    case integer
    /// A block of weights behind a shared scale.
    case quantized
    /// Recognised and listed, never computed with: sub-byte floats, FNUZ floats and complex numbers.
    case packed
  }

  /// A row of the table.
  public struct Traits: Sendable {
    public let kind: Kind
    /// Elements in a block: 1 for plain types.
    public let blockLength: Int
    /// Bytes of a block.
    public let blockBytes: Int
    /// The type's id in a GGUF tensor info, where it has one.
    public let ggufID: UInt32?
    /// The dtype's name in a safetensors header, where it has one.
    public let safetensorsName: String?
    /// The value of `general.file_type` for a file that is mostly of this type (llama.cpp's `llama_ftype`).
    public let fileType: UInt32?

    static func float(
      _ bytes: Int, gguf: UInt32? = nil, safetensors: String, fileType: UInt32? = nil
    ) -> Traits {
      Traits(
        kind: .float, blockLength: 1, blockBytes: bytes, ggufID: gguf, safetensorsName: safetensors,
        fileType: fileType)
    }

    static func integer(_ bytes: Int, gguf: UInt32? = nil, safetensors: String) -> Traits {
      Traits(
        kind: .integer, blockLength: 1, blockBytes: bytes, ggufID: gguf, safetensorsName: safetensors,
        fileType: nil)
    }

    static func packed(_ length: Int, _ bytes: Int, safetensors: String) -> Traits {
      Traits(
        kind: .packed, blockLength: length, blockBytes: bytes, ggufID: nil, safetensorsName: safetensors,
        fileType: nil)
    }

    static func quantized(_ length: Int, _ bytes: Int, gguf: UInt32, fileType: UInt32? = nil) -> Traits {
      Traits(
        kind: .quantized, blockLength: length, blockBytes: bytes, ggufID: gguf, safetensorsName: nil,
        fileType: fileType)
    }
  }

  public var name: String { rawValue }
  public var kind: Kind { traits.kind }
  public var blockLength: Int { traits.blockLength }
  public var blockBytes: Int { traits.blockBytes }

  /// Bits a weight, the block's scales included.
  public var bitsPerWeight: Double { Double(blockBytes * 8) / Double(blockLength) }

  /// The bytes of `elementCount` elements, or nil where they do not fill whole blocks or the product overflows.
  public func byteCount(elements elementCount: Int) -> Int? {
    let (traits, count) = (traits, elementCount)
    guard count >= 0, count % traits.blockLength == 0 else { return nil }
    let (bytes, overflow) = (count / traits.blockLength).multipliedReportingOverflow(by: traits.blockBytes)
    return overflow ? nil : bytes
  }

  private static let byGGUFID: [UInt32: ElementType] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { type in type.traits.ggufID.map { ($0, type) } })
  private static let bySafetensorsName: [String: ElementType] = Dictionary(
    uniqueKeysWithValues: allCases.compactMap { type in type.traits.safetensorsName.map { ($0, type) } })

  /// The type with this id in a GGUF tensor info; nil for ids that were removed (4, 5, 31-33, 36-38) or never given.
  public init?(ggufID: UInt32) {
    guard let type = Self.byGGUFID[ggufID] else { return nil }
    self = type
  }

  /// The type with this name in a safetensors header (upper case, as the format spells it).
  public init?(safetensorsName: String) {
    guard let type = Self.bySafetensorsName[safetensorsName] else { return nil }
    self = type
  }

  /// The type a user names, in any case: `q4_k`, `Q4_K`.
  public init?(named name: String) {
    let upper = name.uppercased()
    guard let type = Self.allCases.first(where: { $0.rawValue.uppercased() == upper }) else { return nil }
    self = type
  }
}
