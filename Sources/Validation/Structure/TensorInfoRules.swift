/// Tensor infos: names, dimensions, element types.
package enum TensorInfoRules {
  static let nameEmpty = Rule(
    "GGUF-T001", "tensor-name-empty", .spec(.error, llamaCpp: .warning),
    demand: "Every tensor has a name.",
    reason: "Nothing can ask for a tensor without a name.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let nameTooLong = Rule(
    "GGUF-T002", "tensor-name-too-long", .everywhere(.error),
    demand: "A tensor's name has at most 64 bytes.",
    reason: "The GGUF document sets the limit; readers have that much room.",
    remedy: "Rename the tensor and convert the model again.")

  static let name64 = Rule(
    "GGUF-T003", "tensor-name-of-64-bytes", .llamaCpp(.error, spec: .note),
    demand: "A tensor's name has at most 63 bytes.",
    reason: "llama.cpp keeps a terminator in its 64 bytes and refuses the file.",
    remedy: "Rename the tensor and convert the model again.")

  static let nameNotUTF8 = Rule(
    "GGUF-T004", "tensor-name-not-utf-8", .spec(.error, llamaCpp: .warning),
    demand: "A tensor's name is UTF-8.",
    reason: "Programs cannot show or name such a tensor; Python readers raise an error.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let nameNUL = Rule(
    "GGUF-T005", "tensor-name-with-nul", .spec(.error, llamaCpp: .warning),
    demand: "No tensor's name holds a NUL.",
    reason: "Programs in C end the name there, so that two tensors can have one name.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let namePath = Rule(
    "GGUF-T006", "tensor-name-is-path", .everywhere(.error),
    demand: "No tensor's name is a path out of a folder.",
    reason: "Programs that write each tensor to a file of its name would write anywhere.",
    remedy: "Do not use the file: nobody names a tensor so by accident.")

  static let twice = Rule(
    "GGUF-T007", "tensor-twice", .everywhere(.error),
    demand: "No tensor is there twice.",
    reason: "One program takes the first and another the last; llama.cpp refuses the file.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let tooManyDimensions = Rule(
    "GGUF-T008", "too-many-dimensions", .everywhere(.error),
    demand: "A tensor has at most four dimensions.",
    reason: "ggml has room for four; readers that trust the count write behind it (gguf-tools issue 25).",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let noDimensions = Rule(
    "GGUF-T009", "no-dimensions", .spec(.error, llamaCpp: .warning),
    demand: "A tensor has at least one dimension.",
    reason: "ggml takes such a tensor for one number; other readers, this program among them, refuse it.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let dimensionZero = Rule(
    "GGUF-T010", "dimension-zero", .everywhere(.error),
    demand: "No dimension is 0.",
    reason: "Programs divide by dimensions, and fail or crash (llama.cpp issue 26366).",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let shapeTooLarge = Rule(
    "GGUF-T011", "shape-too-large", .everywhere(.error),
    demand: "A tensor's elements and bytes are numbers below 2^63.",
    reason: "Sizes that overflow made readers allocate little and write much (CVE-2026-27940, CVE-2026-33298).",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let typeRemoved = Rule(
    "GGUF-T012", "element-type-removed", .everywhere(.error),
    demand: "No element type is one that ggml removed (4, 5, 31 to 33, 36 to 38).",
    reason: "Programs do not know the size of its blocks any more.",
    remedy: "Convert the original model again; what was repacked for a machine is now stored as Q4_0 or IQ4_NL.")

  static let typeUnknown = Rule(
    "GGUF-T013", "element-type-unknown", .everywhere(.error),
    demand: "Every element type is known.",
    reason: "The size of the tensor is unknown, and nobody can decode it.",
    remedy: "Use a newer program, if the type is newer than this one; else convert the model again.")

  static let typePrivate = Rule(
    "GGUF-T014", "element-type-private", .llamaCpp(.error, spec: .note),
    demand: "Every element type is one of ggml's.",
    reason: "NF4 is a type of this program, which others refuse.",
    remedy: "Convert the model to one of ggml's types, such as IQ4_NL, for other programs.")

  static let wholeBlocks = Rule(
    "GGUF-T015", "row-not-whole-blocks", .everywhere(.error),
    demand: "The rows of a quantized tensor are whole blocks.",
    reason: "Readers cannot tell where a row begins, and refuse the file.",
    remedy: "Convert the model again, with another type for this tensor.")

  package static let all: [Rule] = [
    nameEmpty, nameTooLong, name64, nameNotUTF8, nameNUL, namePath, twice, tooManyDimensions, noDimensions,
    dimensionZero, shapeTooLarge, typeRemoved, typeUnknown, typePrivate, wholeBlocks,
  ]
}
