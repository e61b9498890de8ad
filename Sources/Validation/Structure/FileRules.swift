/// What a file has to be before its format matters.
package enum FileRules {
  static let model = Rule(
    "GGUF-F001", "not-a-model", .everywhere(.error),
    demand: "The file is a GGUF or a safetensors file.",
    reason: """
      Nothing else is a model that programs load; what is stored under a model's name instead is often a \
      git-LFS pointer or the error page of a failed download.
      """,
    remedy: "Fetch the file itself; of a checkpoint in another format, convert it.")

  static let zstandard = Rule(
    "GGUF-F002", "zstandard-damaged", .everywhere(.error),
    demand: "A file that is compressed with Zstandard unpacks, and its checksums agree.",
    reason: "What is damaged cannot be unpacked, or unpacks to other weights.",
    remedy: "Compress or download the file again.")

  static let manyViolations = Rule(
    "GGUF-F003", "violations-without-end", .everywhere(.error),
    demand: "A file breaks the rules of its format in no more places than are told apart: 10,000.",
    reason: """
      What is wrong behind these is counted and not known: a file could hide a grave fault behind as many slight ones. Such \
      a file is made to exhaust whoever reads it, or is no model.
      """,
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  package static let all: [Rule] = [
    model, zstandard, manyViolations,
  ]
}
