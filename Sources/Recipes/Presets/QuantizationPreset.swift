public import TensorCore

/// A mix of element types as llama-quantize names them: a type for most tensors, and rules that give some of them another.
///
/// Of llama-quantize's names (tools/quantize/quantize.cpp of llama.cpp, as the llama-cpp-python 0.3.36 source distribution
/// carries it) those whose types can be written.
public enum QuantizationPreset: String, Sendable, Hashable, CaseIterable {
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"
  case q8_0 = "Q8_0"
  case q4_0 = "Q4_0"
  case q4_1 = "Q4_1"
  case q5_0 = "Q5_0"
  case q5_1 = "Q5_1"
  case q2_K = "Q2_K"
  case q2_K_S = "Q2_K_S"
  case q3_K_S = "Q3_K_S"
  case q3_K_M = "Q3_K_M"
  case q3_K_L = "Q3_K_L"
  case q4_K_S = "Q4_K_S"
  case q4_K_M = "Q4_K_M"
  case q5_K_S = "Q5_K_S"
  case q5_K_M = "Q5_K_M"
  case q6_K = "Q6_K"
  case iq4_NL = "IQ4_NL"
  case iq4_XS = "IQ4_XS"
  case tq1_0 = "TQ1_0"
  case tq2_0 = "TQ2_0"
  case mxfp4_MoE = "MXFP4_MOE"
  case q1_0 = "Q1_0"
  case q2_0 = "Q2_0"

  public var name: String { rawValue }

  /// Another name of the preset: `Q4_K` means Q4_K_M.
  public var alias: String? {
    switch self {
    case .q3_K_M: "Q3_K"
    case .q4_K_M: "Q4_K"
    case .q5_K_M: "Q5_K"
    default: nil
    }
  }

  /// The preset with a name or an alias, in any case.
  public init?(named name: String) {
    let upper = name.uppercased()
    guard let preset = Self.allCases.first(where: { $0.name == upper || $0.alias == upper }) else { return nil }
    self = preset
  }

  /// Names of llama-quantize's other presets, in which there are types that cannot be written.
  public static let unwritable = [
    "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ2_M", "IQ3_XXS", "IQ3_XS", "IQ3_S", "IQ3_M",
  ]

  /// The type of tensors that no rule is about.
  public var defaultType: ElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    case .q8_0: .q8_0
    case .q4_0: .q4_0
    case .q4_1: .q4_1
    case .q5_0: .q5_0
    case .q5_1: .q5_1
    case .q2_K, .q2_K_S: .q2_K
    case .q3_K_S, .q3_K_M, .q3_K_L: .q3_K
    case .q4_K_S, .q4_K_M: .q4_K
    case .q5_K_S, .q5_K_M: .q5_K
    case .q6_K: .q6_K
    case .iq4_NL: .iq4_nl
    case .iq4_XS: .iq4_xs
    case .tq1_0: .tq1_0
    case .tq2_0: .tq2_0
    case .mxfp4_MoE: .mxfp4
    case .q1_0: .q1_0
    case .q2_0: .q2_0
    }
  }

  /// The number of `general.file_type`: llama.cpp's `llama_ftype` (llama.h).
  public var fileType: UInt32 {
    switch self {
    case .f32: 0
    case .f16: 1
    case .q4_0: 2
    case .q4_1: 3
    case .q8_0: 7
    case .q5_0: 8
    case .q5_1: 9
    case .q2_K: 10
    case .q3_K_S: 11
    case .q3_K_M: 12
    case .q3_K_L: 13
    case .q4_K_S: 14
    case .q4_K_M: 15
    case .q5_K_S: 16
    case .q5_K_M: 17
    case .q6_K: 18
    case .q2_K_S: 21
    case .iq4_NL: 25
    case .iq4_XS: 30
    case .bf16: 32
    case .tq1_0: 36
    case .tq2_0: 37
    case .mxfp4_MoE: 38
    case .q1_0: 40
    case .q2_0: 41
    }
  }
}
