/// What a configuration file demands of models. None of it holds where nobody wrote it down.
package enum ConfigurationRules {
  private static let reason = "The configuration says that models that lack it are not wanted here."

  static let key = rule(
    "001", "required-key", "Every metadata key that the configuration requires is there.",
    remedy: "Set the key with `gguf set`, or take it out of `require.metadata`.")

  static let value = rule(
    "002", "required-value", "Every metadata value is what the configuration requires.",
    remedy: "Set the value with `gguf set`, or change it in `require.metadata`.")

  static let type = rule(
    "003", "type-not-allowed", "Every tensor has one of the element types that the configuration allows.",
    remedy: "Convert the model with another `--type`, or add the type to `require.types`.")

  static let size = rule(
    "004", "model-too-large", "All files of the model together are no larger than the configuration allows.",
    remedy: "Convert the model to a smaller type, or raise `require.max-size`.")

  static let hash = rule(
    "005", "hash-differs", "The SHA-256 of a file is the one that the configuration expects of its name.",
    reason: "It is not the file that somebody looked at and trusted.",
    remedy: "Fetch the file again; where it was meant to change, write its new digest into `require.sha256`.")

  static let headerBytes = rule(
    "006", "header-above-threshold", "The headers have no more bytes than the configuration allows.",
    reason: "Programs read a header into memory before they can refuse the file.",
    remedy: "Look at what makes it so large with `gguf inspect`, or raise `thresholds.header-bytes`.")

  static let tensors = rule(
    "007", "tensors-above-threshold", "The model has no more tensors than the configuration allows.",
    reason: "Programs keep a description of every tensor in memory.",
    remedy: "Look at what they are with `gguf inspect --tensors`, or raise `thresholds.tensors`.")

  static let metadataKeys = rule(
    "008", "metadata-keys-above-threshold", "The model has no more metadata keys than the configuration allows.",
    reason: "Programs keep every key and value in memory.",
    remedy: "Look at what they are with `gguf inspect --metadata`, or raise `thresholds.metadata-keys`.")

  private static func rule(
    _ number: String, _ name: String, _ demand: String, reason: String = reason, remedy: String
  ) -> Rule {
    Rule("GGUF-C\(number)", name, .everywhere(.error), demand: demand, reason: reason, remedy: remedy)
  }

  package static let all: [Rule] = [
    key, value, type, size, hash, headerBytes, tensors, metadataKeys,
  ]
}
