internal import GGUF
internal import StrictJSON
internal import TensorCore

/// config.json: what a model's class is, and its sizes.
///
/// Every number is checked where it is asked for, so that what follows may multiply two of them.
struct ModelConfig: Sendable {
  /// The largest size: with it, the product of two fits `Int`, and each fits the 32 bits of a metadata value.
  static let largestSize = Int(Int32.max)

  private(set) var values: JSONObject
  /// The keys that ``assuming(_:)`` gave values, with these.
  private var assumed: [String] = []

  /// - Parameter values: The members of config.json; those of `text_config` are put over them, as in models of several
  ///   parts the language model's stand there.
  init(_ values: JSONObject) {
    self.values = values
    guard let text = values["text_config"]?.object else { return }
    for key in text.keys { self.values[key] = text[key] }
  }

  /// The name of the model's class: the first of `architectures`, of the language model where it has its own.
  var architecture: String? {
    values["architectures"]?.array?.first?.string
  }

  /// Gives keys values where config.json does not have them: what the library that wrote it takes them to be.
  func assuming(_ defaults: [(key: String, value: JSONValue)]) -> ModelConfig {
    var config = self
    // Of a key that is there twice, the first value stands.
    for (key, value) in defaults where config.values[key] == nil {
      config.values[key] = value
      // What turns positions may stand in an object of its own.
      let mayStandElsewhere = RopeParameters.keysBeside.contains(key) && values["rope_parameters"] != nil
      if value != .null, !mayStandElsewhere { config.assumed.append("\(key) \(value.summary)") }
    }
    return config
  }

  /// `head_dim` as the classes of transformers set it that always have one.
  func assumingHeadDimension() -> ModelConfig {
    guard values["head_dim"] ?? .null == .null, let embedding = values["hidden_size"]?.integer,
      let heads = values["num_attention_heads"]?.integer, heads > 0, embedding > 0, embedding.isMultiple(of: heads)
    else { return self }
    var config = self
    config.values["head_dim"] = .number("\(embedding / heads)")
    return config
  }

  /// What ``assuming(_:)`` has added, in a sentence; nil where that is nothing.
  var assumptions: String? {
    assumed.isEmpty ? nil : "not in config.json, so as transformers has it: \(assumed.joined(separator: ", "))"
  }

  /// The first of the keys that is there, with its value; null is as good as absent, but ends the search.
  func first(_ keys: [String]) -> (key: String, value: JSONValue)? {
    for key in keys {
      guard let value = values[key] else { continue }
      return value == .null ? nil : (key, value)
    }
    return nil
  }

  // MARK: Sizes

  /// A whole number from 1 to ``largestSize``.
  func size(_ keys: String...) throws(ArchitectureError) -> Int {
    guard let size = try optionalSize(keys) else { throw .keyMissing(keys: keys) }
    return size
  }

  func optionalSize(_ keys: [String], from least: Int = 1) throws(ArchitectureError) -> Int? {
    guard let (key, value) = first(keys) else { return nil }
    guard let size = value.integer, (least...Self.largestSize).contains(size) else {
      throw .wrongValue(key: key, found: value.summary, expected: "a whole number from \(least) to \(Self.largestSize)")
    }
    return size
  }

  func optionalSize(_ keys: String...) throws(ArchitectureError) -> Int? { try optionalSize(keys) }

  // MARK: Other values

  func number(_ keys: String...) throws(ArchitectureError) -> Double {
    guard let number = try optionalNumber(keys) else { throw .keyMissing(keys: keys) }
    return number
  }

  func optionalNumber(_ keys: [String]) throws(ArchitectureError) -> Double? {
    guard let (key, value) = first(keys) else { return nil }
    guard let number = value.double, Float(number).isFinite else {
      throw .wrongValue(key: key, found: value.summary, expected: "a number")
    }
    return number
  }

  func flag(_ key: String, default value: Bool) throws(ArchitectureError) -> Bool {
    guard let (key, found) = first([key]) else { return value }
    guard let flag = found.boolean else {
      throw .wrongValue(key: key, found: found.summary, expected: "true or false")
    }
    return flag
  }

  func text(_ keys: String...) throws(ArchitectureError) -> String? {
    guard let (key, found) = first(keys) else { return nil }
    guard let text = found.string else {
      throw .wrongValue(key: key, found: found.summary, expected: "a string")
    }
    return text
  }

  /// Refuses a value other than the one that the architecture is built for.
  func require(_ key: String, _ expected: JSONValue, reason: String) throws(ArchitectureError) {
    guard let found = values[key], found != expected else { return }
    throw .notSupported(key: key, found: found.summary, reason: reason)
  }
}
