internal import Quantization

/// What is wrong in the data of tensors. formats/payload.md.
package enum PayloadRules {
  static let scaleNotFinite = Rule(
    "GGUF-P001", "scale-not-finite", .everywhere(.error),
    demand: "Every scale and every min of a block is a finite number.",
    reason: "All weights of the block are NaN or infinite, and so is what a model computes with them.",
    remedy: "Download or copy the file again; where it is so at its source, quantize the original weights again.")

  static let weightNotFinite = Rule(
    "GGUF-P002", "weight-not-finite", .everywhere(.error),
    demand: "Every weight is a finite number.",
    reason: "One such weight is enough to make everything that a model computes NaN.",
    remedy: "Download or copy the file again; where it is so at its source, look for the fault in the original weights."
  )

  static let scaleNegative = Rule(
    "GGUF-P003", "scale-negative", .everywhere(.warning),
    demand: "A scale or a min is not below zero where no quantizer of the type writes it so.",
    reason: "A bit of the scale may have flipped, and the weights of the block then have the wrong sign.",
    remedy: "Compare the file with its source, for example with `gguf verify` or a digest.")

  static let scaleNegativeZero = Rule(
    "GGUF-P004", "scale-negative-zero", .everywhere(.warning),
    demand: "A scale or a min is not the negative zero where no quantizer of the type writes it.",
    reason: "A bit of the scale may have flipped; the weights of the block are zeros.",
    remedy: "Compare the file with its source, for example with `gguf verify` or a digest.")

  static let codeNotWritten = Rule(
    "GGUF-P005", "code-not-written", .everywhere(.warning),
    demand: "Every code is one that a quantizer of the type writes.",
    reason: "The data may be damaged, or not what its type says; programs differ in what they make of such codes.",
    remedy: "Compare the file with its source, for example with `gguf verify` or a digest.")

  static let sumWrong = Rule(
    "GGUF-P006", "sum-wrong", .everywhere(.error),
    demand: "Every sum that a block has of its codes is what they add up to.",
    reason: "Products with the block are computed with the sums, and are wrong.",
    remedy: "Quantize the original numbers again.")

  static let beyondBinary32 = Rule(
    "GGUF-P007", "weight-beyond-f32", .llamaCpp(.error, spec: .note),
    demand: "Every F64 weight is in the range of F32.",
    reason: "llama.cpp computes with F32, where the weight is infinite, and refuses it when it checks tensors.",
    remedy: "Look for the fault in the original weights.")

  static let allZero = Rule(
    "GGUF-P008", "tensor-all-zero", .everywhere(.warning),
    demand: "A tensor has a weight that is not zero.",
    reason: "It may have been saved before it was trained or loaded, or its data may never have been written.",
    remedy: "Compare the tensor with its source; where the source has zeros as well, nothing has to be done.")

  static let allSubnormal = Rule(
    "GGUF-P009", "tensor-subnormal", .everywhere(.note),
    demand: "A tensor of floats that are not all zero has one that is not subnormal.",
    reason: "Numbers so small are seldom weights; the data may be of another type or byte order.",
    remedy: "Compare the tensor with its source.")

  package static let all: [Rule] = [
    scaleNotFinite, weightNotFinite, scaleNegative, scaleNegativeZero, codeNotWritten, sumWrong, beyondBinary32,
    allZero, allSubnormal,
  ]
}

extension BlockFault {
  var rule: Rule {
    switch self {
    case .scaleNotFinite: PayloadRules.scaleNotFinite
    case .weightNotFinite: PayloadRules.weightNotFinite
    case .scaleNegative: PayloadRules.scaleNegative
    case .scaleNegativeZero: PayloadRules.scaleNegativeZero
    case .codeNotWritten: PayloadRules.codeNotWritten
    case .sumWrong: PayloadRules.sumWrong
    case .beyondBinary32: PayloadRules.beyondBinary32
    }
  }
}
