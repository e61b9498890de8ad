/// What ggml says of its types: the ids of `enum ggml_type` in ggml.h, the sizes of the blocks as the `static_assert`s
/// of ggml-common.h add them up (a half has 2 bytes, QK_K is 256, K_SCALE_SIZE 12), and llama.h's `LLAMA_FTYPE_...`,
/// for the K-quants that of the `_S` mix. Source: ggml 0.25.3.
struct GGMLType: Sendable {
  let name: String
  let id: UInt32
  let blockLength: Int
  let blockBytes: Int
  var fileType: UInt32?

  static let all: [GGMLType] = [
    GGMLType(name: "F32", id: 0, blockLength: 1, blockBytes: 4, fileType: 0),
    GGMLType(name: "F16", id: 1, blockLength: 1, blockBytes: 2, fileType: 1),
    GGMLType(name: "Q4_0", id: 2, blockLength: 32, blockBytes: 2 + 32 / 2, fileType: 2),
    GGMLType(name: "Q4_1", id: 3, blockLength: 32, blockBytes: 2 * 2 + 32 / 2, fileType: 3),
    GGMLType(name: "Q5_0", id: 6, blockLength: 32, blockBytes: 2 + 4 + 32 / 2, fileType: 8),
    GGMLType(name: "Q5_1", id: 7, blockLength: 32, blockBytes: 2 * 2 + 4 + 32 / 2, fileType: 9),
    GGMLType(name: "Q8_0", id: 8, blockLength: 32, blockBytes: 2 + 32, fileType: 7),
    GGMLType(name: "Q8_1", id: 9, blockLength: 32, blockBytes: 2 * 2 + 32),
    GGMLType(name: "Q2_K", id: 10, blockLength: 256, blockBytes: 2 * 2 + 256 / 16 + 256 / 4, fileType: 10),
    GGMLType(name: "Q3_K", id: 11, blockLength: 256, blockBytes: 2 + 256 / 4 + 256 / 8 + 12, fileType: 11),
    GGMLType(name: "Q4_K", id: 12, blockLength: 256, blockBytes: 2 * 2 + 12 + 256 / 2, fileType: 14),
    GGMLType(name: "Q5_K", id: 13, blockLength: 256, blockBytes: 2 * 2 + 12 + 256 / 2 + 256 / 8, fileType: 16),
    GGMLType(name: "Q6_K", id: 14, blockLength: 256, blockBytes: 2 + 256 / 16 + 3 * 256 / 4, fileType: 18),
    GGMLType(name: "Q8_K", id: 15, blockLength: 256, blockBytes: 4 + 256 + 256 / 16 * 2),
    GGMLType(name: "IQ2_XXS", id: 16, blockLength: 256, blockBytes: 2 + 256 / 8 * 2, fileType: 19),
    GGMLType(name: "IQ2_XS", id: 17, blockLength: 256, blockBytes: 2 + 256 / 8 * 2 + 256 / 32, fileType: 20),
    GGMLType(name: "IQ3_XXS", id: 18, blockLength: 256, blockBytes: 2 + 3 * (256 / 8), fileType: 23),
    GGMLType(name: "IQ1_S", id: 19, blockLength: 256, blockBytes: 2 + 256 / 8 + 256 / 16, fileType: 24),
    GGMLType(name: "IQ4_NL", id: 20, blockLength: 32, blockBytes: 2 + 32 / 2, fileType: 25),
    // IQ3S_N_SCALE is QK_K / 64.
    GGMLType(name: "IQ3_S", id: 21, blockLength: 256, blockBytes: 2 + 13 * (256 / 32) + 256 / 64, fileType: 26),
    GGMLType(name: "IQ2_S", id: 22, blockLength: 256, blockBytes: 2 + 256 / 4 + 256 / 16, fileType: 28),
    GGMLType(name: "IQ4_XS", id: 23, blockLength: 256, blockBytes: 2 + 2 + 256 / 64 + 256 / 2, fileType: 30),
    GGMLType(name: "I8", id: 24, blockLength: 1, blockBytes: 1),
    GGMLType(name: "I16", id: 25, blockLength: 1, blockBytes: 2),
    GGMLType(name: "I32", id: 26, blockLength: 1, blockBytes: 4),
    GGMLType(name: "I64", id: 27, blockLength: 1, blockBytes: 8),
    GGMLType(name: "F64", id: 28, blockLength: 1, blockBytes: 8),
    GGMLType(name: "IQ1_M", id: 29, blockLength: 256, blockBytes: 256 / 8 + 256 / 16 + 256 / 32, fileType: 31),
    GGMLType(name: "BF16", id: 30, blockLength: 1, blockBytes: 2, fileType: 32),
    GGMLType(
      name: "TQ1_0", id: 34, blockLength: 256, blockBytes: 2 + 256 / 64 + (256 - 4 * 256 / 64) / 5, fileType: 36),
    GGMLType(name: "TQ2_0", id: 35, blockLength: 256, blockBytes: 2 + 256 / 4, fileType: 37),
    GGMLType(name: "MXFP4", id: 39, blockLength: 32, blockBytes: 1 + 32 / 2, fileType: 38),
    GGMLType(name: "NVFP4", id: 40, blockLength: 64, blockBytes: 64 / 16 + 64 / 2, fileType: 39),
    GGMLType(name: "Q1_0", id: 41, blockLength: 128, blockBytes: 2 + 128 / 8, fileType: 40),
    GGMLType(name: "Q2_0", id: 42, blockLength: 64, blockBytes: 2 + 64 / 4, fileType: 41),
  ]

  /// Given once and taken back.
  static let removedIDs: [UInt32] = [4, 5, 31, 32, 33, 36, 37, 38]
}

/// The dtypes of safetensors 0.8.0 and their bits.
let safetensorsBits: [String: Int] = [
  "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
  "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
  "C64": 64, "F64": 64, "I64": 64, "U64": 64,
]
