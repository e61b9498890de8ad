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

  package static let all: [Rule] = [
    model, zstandard,
  ]
}
