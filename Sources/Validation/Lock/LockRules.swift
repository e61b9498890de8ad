/// What a lock file demands: that the model is what it was.
package enum LockRules {
  private static let reason = "The file is not the one that was locked: it was built from something else, or changed."
  private static let remedy = "Find out what changed; where it is meant, write the lock again with `gguf lock --force`."

  static let format = rule("001", "locked-format", "The model has the file format that the lock has.")
  static let tensorMissing = rule("002", "locked-tensor-missing", "Every tensor of the lock is in the model.")
  static let tensorAdded = rule("003", "locked-tensor-added", "Every tensor of the model is in the lock.")
  static let type = rule("004", "locked-type", "Every tensor has the element type that the lock has.")
  static let shape = rule("005", "locked-shape", "Every tensor has the shape that the lock has.")
  static let data = rule("006", "locked-data", "The digest of every tensor's data is that of the lock.")
  static let keyMissing = rule("007", "locked-key-missing", "Every metadata key of the lock is in the model.")
  static let keyAdded = rule("008", "locked-key-added", "Every metadata key of the model is in the lock.")
  static let value = rule("009", "locked-value", "Every metadata value is that of the lock.")

  private static func rule(_ number: String, _ name: String, _ demand: String) -> Rule {
    Rule("GGUF-D\(number)", name, .everywhere(.error), demand: demand, reason: reason, remedy: remedy)
  }

  package static let all: [Rule] = [
    format, tensorMissing, tensorAdded, type, shape, data, keyMissing, keyAdded, value,
  ]
}
