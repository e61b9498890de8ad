/// Models in several files.
package enum SetRules {
  static let number = Rule(
    "GGUF-S001", "part-number", .everywhere(.error),
    demand: "split.no is the number of one of the parts that split.count counts, and agrees with the file's name.",
    reason: "Programs find the other parts by their numbers and put tensors together wrongly, or not at all.",
    remedy: "Split the model again, and keep the names that the parts were given.")

  static let count = Rule(
    "GGUF-S002", "part-count", .everywhere(.error),
    demand: "All parts say the same split.count, which is 99,999 at most.",
    reason: "They belong to different models, or one of them is damaged.",
    remedy: "Download all parts of one model again.")

  static let name = Rule(
    "GGUF-S003", "part-name", .everywhere(.error),
    demand: "A part is named NAME-00001-of-00003.gguf, with its number and the count.",
    reason: "Programs find the other parts by that name.",
    remedy: "Give the parts the names that they were made with.")

  static let missing = Rule(
    "GGUF-S004", "part-missing", .everywhere(.error),
    demand: "Every part of the set is beside the others.",
    reason: "The model cannot be loaded without it.",
    remedy: "Download the part that is missing.")

  static let tensorTwice = Rule(
    "GGUF-S005", "tensor-in-two-parts", .everywhere(.error),
    demand: "No tensor is in two files of a set.",
    reason: "One program takes the first and another the last.",
    remedy: "Split the model again.")

  static let tensorCount = Rule(
    "GGUF-S006", "split-tensor-count", .everywhere(.error),
    demand: "The parts hold as many tensors as split.tensors.count says.",
    reason: "A part is of another model, or damaged.",
    remedy: "Download all parts of one model again.")

  static let indexUnreadable = Rule(
    "SAFE-S001", "index", .everywhere(.error),
    demand: "A shard index is a JSON object with a weight_map that names a shard for every tensor.",
    reason: "Programs cannot tell which file holds which tensor.",
    remedy: "Download the index again, or save the model again.")

  static let outside = Rule(
    "SAFE-S002", "shard-outside-folder", .everywhere(.error),
    demand: "A shard index names files in its own folder.",
    reason: "A name with a path in it makes programs read files of somebody else's choice.",
    remedy: "Do not use the index: nobody writes such a name by accident.")

  static let shardMissing = Rule(
    "SAFE-S003", "shard-missing", .everywhere(.error),
    demand: "Every shard that an index names is there.",
    reason: "The model cannot be loaded without it.",
    remedy: "Download the shard that is missing.")

  static let indexDisagrees = Rule(
    "SAFE-S004", "index-disagrees", .everywhere(.error),
    demand: "Index and shards agree about which tensor is where.",
    reason: """
      Programs that trust the index do not find the tensor, and those that trust the shards find more than \
      they should.
      """,
    remedy: "Save the model again, or download index and shards of one revision.")

  static let shardTwice = Rule(
    "SAFE-S005", "tensor-in-two-shards", .everywhere(.error),
    demand: "No tensor is in two shards.",
    reason: "One program takes the first and another the last.",
    remedy: "Save the model again.")

  static let totalSize = Rule(
    "SAFE-S006", "index-total-size", .everywhere(.warning),
    demand: "metadata.total_size of a shard index, where it is there, is the bytes of all tensors.",
    reason: """
      Programs show it as the size of the model, and some reserve memory by it; where it differs, the index is of \
      another revision than the shards.
      """,
    remedy: "Save the model again, or download index and shards of one revision.")

  static let otherFormat = Rule(
    "SAFE-S007", "shard-format", .everywhere(.error),
    demand: "Every shard that an index names is a safetensors file.",
    reason: "Programs that open the index do not read other formats.",
    remedy: "Download the shards again, or save the model again.")

  static let configuration = Rule(
    "SAFE-S008", "config-unreadable", .everywhere(.warning),
    demand: """
      config.json and tokenizer_config.json, where they are beside a safetensors file, are JSON (RFC 8259) of at most \
      16 MiB, in which no key is twice and no count is negative.
      """,
    reason: "Programs learn from them what the model is; what one reads and another refuses is damaged or no standard.",
    remedy: "Download the file again, or save the model again.")

  package static let all: [Rule] = [
    number, count, name, missing, tensorTwice, tensorCount, indexUnreadable, outside, shardMissing, indexDisagrees,
    shardTwice,
    totalSize, otherFormat, configuration,
  ]
}
