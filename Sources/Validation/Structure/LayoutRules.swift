/// The data of a GGUF file: alignment, order, cover, padding.
package enum LayoutRules {
  static let unaligned = Rule(
    "GGUF-L001", "offset-unaligned", .everywhere(.error),
    demand: "A tensor's offset is a multiple of the alignment.",
    reason: "Readers that map the file refuse it, or read numbers from addresses that the machine does not allow.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let extentTooLarge = Rule(
    "GGUF-L002", "extent-too-large", .everywhere(.error),
    demand: "A tensor's offset plus its bytes is a number below 2^63.",
    reason: "Sums that overflow made readers look outside of the file (CVE-2025-53630).",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let beyondEnd = Rule(
    "GGUF-L003", "data-cut-off", .everywhere(.error),
    demand: "A tensor's data lies inside the file.",
    reason: "The file is cut off; a reader that does not look reads memory that is not the file's (CVE-2026-7482).",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let overlap = Rule(
    "GGUF-L004", "overlap", .everywhere(.error),
    demand: "No two tensors share bytes.",
    reason: "At least one of them holds the other's weights.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let gap = Rule(
    "GGUF-L005", "gap", .llamaCpp(.error, spec: .warning),
    demand: "Tensors lie one behind the other, with no more than padding between them.",
    reason: "llama.cpp adds up the sizes and refuses an offset that differs; what lies in the gap nobody looks at.",
    remedy: "Write the file anew, for example with `gguf set`.")

  static let order = Rule(
    "GGUF-L006", "tensor-order", .llamaCpp(.error, spec: .note),
    demand: "The data has the order of the tensor infos.",
    reason: "llama.cpp adds up the sizes in the order of the infos and refuses an offset that differs.",
    remedy: "Write the file anew, for example with `gguf convert` or `gguf set`.")

  static let trailing = Rule(
    "GGUF-L007", "trailing-bytes", .spec(.error, llamaCpp: .warning),
    demand: "The file ends behind its last tensor and its padding.",
    reason: "What follows belongs to no tensor: a download that went wrong, or something hidden.",
    remedy: "Write the file anew, for example with `gguf set`, which leaves it out.")

  static let headerPadding = Rule(
    "GGUF-L008", "header-padding", .spec(.error, llamaCpp: .note),
    demand: "The bytes between the header and the data are zero.",
    reason: "The GGUF document demands it; other bytes hide something, or show that the writer was faulty.",
    remedy: "Write the file anew, for example with `gguf set`.")

  static let padding = Rule(
    "GGUF-L009", "padding", .spec(.error, llamaCpp: .note),
    demand: "The bytes between tensors are zero.",
    reason: "The GGUF document demands it; other bytes hide something, or show that the writer was faulty.",
    remedy: "Write the file anew, for example with `gguf set`.")

  package static let all: [Rule] = [
    unaligned, extentTooLarge, beyondEnd, overlap, gap, order, trailing, headerPadding, padding,
  ]

  /// What is wrong about where tensors lie.
  static let aboutPlaces: Set<Rule> = [extentTooLarge, beyondEnd, overlap]
}
