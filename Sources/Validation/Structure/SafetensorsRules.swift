/// What the safetensors format demands.
package enum SafetensorsRules {
  static let headerLength = Rule(
    "SAFE-H001", "header-length", .everywhere(.error),
    demand: """
      The file begins with the length of its header, which is 100,000,000 bytes at most and lies inside the \
      file.
      """,
    reason: "The file is cut off, or is no safetensors file; readers that trust the length ask for unbounded memory.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let headerObject = Rule(
    "SAFE-H002", "header-object", .everywhere(.error),
    demand: "The header is one JSON object in UTF-8 that begins with '{', without a key twice.",
    reason: "Readers refuse what they cannot parse, and differ in which of two equal keys they take.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let metadata = Rule(
    "SAFE-H003", "metadata-not-strings", .everywhere(.error),
    demand: "__metadata__ is an object of strings.",
    reason: "The reference implementation refuses the file.",
    remedy: "Save the model again, with every value as a string.")

  static let entry = Rule(
    "SAFE-T001", "tensor-entry", .everywhere(.error),
    demand: "Every tensor has a dtype, a shape and two data_offsets.",
    reason: "The tensor cannot be read.",
    remedy: "Save the model again.")

  static let dtype = Rule(
    "SAFE-T002", "dtype-unknown", .everywhere(.error),
    demand: "Every dtype is one that the format knows, in upper case.",
    reason: "The size of the tensor's elements is unknown.",
    remedy: "Use a newer program, if the dtype is newer than this one; else save the model again.")

  static let shape = Rule(
    "SAFE-T003", "tensor-too-large", .everywhere(.error),
    demand: "A tensor's elements and bytes are numbers below 2^63, in 64 dimensions at most.",
    reason: "Sizes that overflow make readers allocate little and write much.",
    remedy: "Save the model again.")

  static let wholeBytes = Rule(
    "SAFE-T004", "shape-not-whole-bytes", .everywhere(.error),
    demand: "The elements of a type below eight bits fill whole bytes.",
    reason: "Readers cannot tell where the tensor ends.",
    remedy: "Save the model again, padded.")

  static let extent = Rule(
    "SAFE-L001", "data-extent", .everywhere(.error),
    demand: "data_offsets span the bytes that dtype and shape give.",
    reason: "Either is wrong, so that the tensor holds something else than it says.",
    remedy: "Save the model again.")

  static let beyondEnd = Rule(
    "SAFE-L002", "data-offsets", .everywhere(.error),
    demand: "data_offsets lie in order and inside the file.",
    reason: "The file is cut off, or the offsets are wrong.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let overlap = Rule(
    "SAFE-L003", "data-overlap", .everywhere(.error),
    demand: "No two tensors share bytes.",
    reason: """
      At least one of them holds the other's weights; many tensors over the same bytes unpack to more than any \
      memory.
      """,
    remedy: "Save the model again.")

  static let hole = Rule(
    "SAFE-L004", "hole", .everywhere(.error),
    demand: "Tensors cover all bytes of the data.",
    reason: "The reference implementation refuses files with bytes that no tensor has, in which something can hide.",
    remedy: "Save the model again.")

  package static let all: [Rule] = [
    headerLength, headerObject, metadata, entry, dtype, shape, wholeBytes, extent, beyondEnd, overlap, hole,
  ]
}
