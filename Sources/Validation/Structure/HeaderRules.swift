internal import GGUF

/// The start of a GGUF file: magic, version, counts.
package enum HeaderRules {
  static let magic = Rule(
    "GGUF-H001", "magic", .everywhere(.error),
    demand: "A GGUF file begins with the bytes \"GGUF\".",
    reason: "Every reader looks at them first and refuses the file.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let version = Rule(
    "GGUF-H002", "version", .everywhere(.error),
    demand: "The version is 2 or 3.",
    reason: "Version 1 has other sizes and is no longer read; what versions above 3 will be nobody knows.",
    remedy: "Convert the original model again with a newer program.")

  static let versionTwo = Rule(
    "GGUF-H003", "version-2", .everywhere(.note),
    demand: "The version is 3, which programs have written since October 2023.",
    reason: """
      Version 2 is read everywhere; it cannot be told from 3 but for its number, and says that the file is \
      old.
      """,
    remedy: "Rewrite the file: `gguf set` writes version 3.")

  static let bigEndian = Rule(
    "GGUF-H004", "big-endian", Rule.Levels(spec: .note, llamaCpp: .error),
    demand: "Numbers are little-endian.",
    reason: """
      llama.cpp reads only the byte order of the machine that it runs on, which is little-endian on nearly \
      all.
      """,
    remedy: "Convert the model again for a little-endian machine.")

  static let cutOff = Rule(
    "GGUF-H005", "header-cut-off", .everywhere(.error),
    demand: "The file holds its whole header.",
    reason: "The file is cut off, or a length in its header is wrong: what follows cannot be read.",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let tooLong = Rule(
    "GGUF-H006", "header-too-long", .everywhere(.error),
    demand: "A header has at most \(GGUFLimits.headerBytes >> 20) MiB.",
    reason: """
      Headers of real models stay below 50 MB; one that is longer is an attack or a mistake, and this program \
      does not read it.
      """,
    remedy: "It is a fault of the program that wrote the file: convert the model again with a newer one, or another.")

  static let tensorCount = Rule(
    "GGUF-H007", "tensor-count", .everywhere(.error),
    demand: "The number of tensors fits into the file, and is 131,072 at most.",
    reason: "A count that the file cannot hold makes readers ask for unbounded memory, or overflow (CVE-2024-21836).",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  static let metadataCount = Rule(
    "GGUF-H008", "metadata-count", .everywhere(.error),
    demand: "The number of metadata pairs fits into the file, and is 65,536 at most.",
    reason: "A count that the file cannot hold makes readers ask for unbounded memory, or overflow (CVE-2024-23605).",
    remedy: "Download or copy the file again; where it is so at its source, convert the model again.")

  package static let all: [Rule] = [
    magic, version, versionTwo, bigEndian, cutOff, tooLong, tensorCount, metadataCount,
  ]
}
