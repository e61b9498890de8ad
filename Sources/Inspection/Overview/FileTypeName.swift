internal import TensorCore

/// The names of `general.file_type`: what llama-quantize calls its mixes of types. The numbers are llama.cpp's
/// `llama_ftype` (llama.h).
package enum FileTypeName {
  /// `Q4_K_M`; `unknown (99)` for a number that has none.
  package static func name(_ number: Int) -> String {
    // Set where a program has only guessed the type from the tensors.
    let guessed = 1024
    if number & guessed != 0 { return name(number - guessed) + ", guessed" }
    return names[number] ?? "unknown (\(number))"
  }

  private static let names: [Int: String] = {
    // A mix of one type bears the type's name; those below are called otherwise.
    var names: [Int: String] = [:]
    for type in ElementType.allCases {
      if let number = type.traits.fileType { names[Int(number)] = type.name }
    }
    let others: [Int: String] = [
      4: "Q4_1 with F16", 11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
      17: "Q5_K_M", 21: "Q2_K_S", 22: "IQ3_XS", 27: "IQ3_M", 29: "IQ2_M", 38: "MXFP4_MOE",
    ]
    return names.merging(others) { _, other in other }
  }()
}
