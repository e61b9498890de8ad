/// Metadata: the grammar of keys, the types of values.
package enum KeyRules {
  static let empty = Rule(
    "GGUF-K001", "key-empty", .everywhere(.error),
    demand: "No key is empty.",
    reason: "A value without a name cannot be found, and llama.cpp refuses the file.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let tooLong = Rule(
    "GGUF-K002", "key-too-long", .spec(.error, llamaCpp: .warning),
    demand: "A key has at most 65,535 bytes.",
    reason: "The GGUF document sets the limit, and readers may count on it.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let notUTF8 = Rule(
    "GGUF-K003", "key-not-utf-8", .spec(.error, llamaCpp: .warning),
    demand: "A key is UTF-8, of which the document allows ASCII only.",
    reason: "Programs cannot show or name such a key; Python readers raise an error.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let nul = Rule(
    "GGUF-K004", "key-with-nul", .spec(.error, llamaCpp: .warning),
    demand: "No key holds a NUL.",
    reason: "Programs in C end the name there, so that two programs see two keys.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let grammar = Rule(
    "GGUF-K005", "key-grammar", .spec(.error),
    demand: "A key is ASCII segments of lower_snake_case with dots between them.",
    reason: """
      The GGUF document demands it; programs look keys up byte by byte and do not find one that is spelled \
      otherwise.
      """,
    remedy: "Rename the key: remove it and set it again with `gguf set`.")

  static let twice = Rule(
    "GGUF-K006", "key-twice", .everywhere(.error),
    demand: "No key is there twice.",
    reason: "One program takes the first value and another the last; llama.cpp refuses the file.",
    remedy: "Remove one of the two.")

  static let valueType = Rule(
    "GGUF-K007", "value-type-unknown", .everywhere(.error),
    demand: "A value's type is one of the thirteen that the format has.",
    reason: "The size of the value is unknown, so that nothing behind it can be read.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let arrayType = Rule(
    "GGUF-K008", "array-type-unknown", .everywhere(.error),
    demand: "The type of an array's elements is one of the thirteen that the format has.",
    reason: "The size of the array is unknown, so that nothing behind it can be read.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let arrayDepth = Rule(
    "GGUF-K009", "array-too-deep", .everywhere(.error),
    demand: "Arrays are nested at most four deep.",
    reason: "Readers recurse for each level and run out of stack; no model has nested arrays.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let arrayNested = Rule(
    "GGUF-K010", "array-nested", .llamaCpp(.error),
    demand: "No array holds arrays.",
    reason: "The GGUF document allows it, llama.cpp refuses the file.",
    remedy: "Write the values as several keys.")

  static let arrayCount = Rule(
    "GGUF-K011", "array-count", .everywhere(.error),
    demand: "An array's elements fit into the file.",
    reason: "A count that the file cannot hold makes readers ask for unbounded memory, or overflow (CVE-2024-21825).",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let stringUTF8 = Rule(
    "GGUF-K012", "string-not-utf-8", .spec(.error, llamaCpp: .warning),
    demand: "A string is UTF-8.",
    reason: """
      The GGUF document demands it; Python readers raise an error or lose characters, and tokens of such bytes \
      cannot be matched.
      """,
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let bool = Rule(
    "GGUF-K013", "bool", .spec(.error, llamaCpp: .warning),
    demand: "A bool is 0 or 1.",
    reason: "The GGUF document says that anything else means that the model is invalid or the reader is faulty.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let alignmentType = Rule(
    "GGUF-K014", "alignment-type", .everywhere(.error),
    demand: "general.alignment is of type u32.",
    reason: "Readers take the alignment as u32 and refuse the file, or place all tensors wrongly.",
    remedy: "Set it again: `gguf set FILE --set general.alignment=u32:32` writes the data anew.")

  static let alignmentPower = Rule(
    "GGUF-K015", "alignment-not-a-power-of-two", .everywhere(.error),
    demand: "general.alignment is a power of two.",
    reason: """
      Readers round offsets with it; one that is 0 or no power of two divides by zero or places tensors \
      wrongly.
      """,
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let alignmentLarge = Rule(
    "GGUF-K016", "alignment-too-large", .everywhere(.error),
    demand: "general.alignment is at most 2,097,152.",
    reason: "A larger one only wastes space, or overflows the sums of readers (ggml issue 1516).",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let alignmentEight = Rule(
    "GGUF-K017", "alignment-not-a-multiple-of-8", .spec(.error, llamaCpp: .note),
    demand: "general.alignment is a multiple of 8.",
    reason: "The GGUF document demands it; numbers of eight bytes are then read from addresses that divide by eight.",
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  package static let all: [Rule] = [
    empty, tooLong, notUTF8, nul, grammar, twice, valueType, arrayType, arrayDepth, arrayNested, arrayCount,
    stringUTF8, bool, alignmentType, alignmentPower, alignmentLarge, alignmentEight,
  ]
}
