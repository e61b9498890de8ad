internal import GGUF
internal import StrictJSON
internal import TensorCore

extension ModelDescription {
  /// How a text's embedding is made of those of its tokens, where sentence-transformers says it: in the folder of the
  /// module that does it, which modules.json names.
  mutating func setPooling(_ folder: ModelFolder, _ config: ModelConfig) throws(ArchitectureError) {
    if let modules = try folder.json("modules.json")?.array,
      let module = modules.first(where: { $0["type"]?.string?.hasSuffix("Pooling") ?? false }),
      let path = module["path"]?.string
    {
      let values = try folder.json(path.isEmpty ? "config.json" : "\(path)/config.json") ?? .null
      set("pooling_type", .uint32(try Self.poolingType(values)))
    }
    if let pooling = try config.text("classifier_pooling") {
      guard let type = Self.poolingTypes[pooling], pooling != "lasttoken" else {
        throw .notSupported(
          key: "classifier_pooling", found: pooling.quoted(limit: 40), reason: "known are cls and mean")
      }
      set("classifier.pooling_type", .uint32(type))
    }
  }

  /// llama.cpp's `enum llama_pooling_type`.
  private static let poolingTypes: [String: UInt32] = ["mean": 1, "cls": 2, "lasttoken": 3]

  private static func poolingType(_ values: JSONValue) throws(ArchitectureError) -> UInt32 {
    let flags = [
      ("pooling_mode_mean_tokens", "mean"), ("pooling_mode_cls_token", "cls"), ("pooling_mode_lasttoken", "lasttoken"),
    ]
    let name = flags.first { values[$0.0]?.boolean == true }?.1 ?? values["pooling_mode"]?.string
    guard let name, let type = poolingTypes[name] else {
      throw .notSupported(
        key: "pooling_mode", found: name.map { $0.quoted(limit: 40) } ?? "none of mean, cls and lasttoken",
        reason: "llama.cpp pools by mean, by the first token, or by the last")
    }
    return type
  }
}
