internal import StrictJSON
public import TensorCore

/// General keys that the user gives, in the form in which the reference converter takes them (`--metadata`): an object
/// from keys to values, with `general.base_models` and `general.datasets` as lists of objects.
public struct GeneralOverrides: Sendable {
  let values: JSONObject

  public init() { values = JSONObject() }

  /// - Parameter bytes: JSON.
  /// - Throws: ``GeneralOverridesError``.
  public init(parsing bytes: [UInt8]) throws(GeneralOverridesError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw .notJSON(reason: error.description)
    }
    guard case .object(let values) = value else { throw .notAnObject(found: value.summary) }
    let known = GeneralKey.all.map(\.key) + ["general.base_models", "general.datasets"]
    for key in values.keys where !known.contains(key) {
      throw .keyUnknown(key, nearest: Spelling.nearest(to: key, among: known))
    }
    for (index, key) in GeneralKey.all.enumerated() {
      guard let value = values[key.key], value != .null else { continue }
      if GeneralKey.all[index].value(value) == nil {
        throw .wrongValue(key: key.key, found: value.summary, expected: key.kind.expected)
      }
    }
    for key in ["general.base_models", "general.datasets"] {
      guard let value = values[key], value != .null else { continue }
      guard let list = value.array, list.allSatisfy({ $0.object != nil }) else {
        throw .wrongValue(key: key, found: value.summary, expected: "a list of objects")
      }
    }
    self.values = values
  }
}

/// Why a file of general keys is not taken.
public enum GeneralOverridesError: FormatViolation, Hashable {
  case notJSON(reason: String)
  case notAnObject(found: String)
  case keyUnknown(String, nearest: String?)
  case wrongValue(key: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .notJSON(let reason): reason
    case .notAnObject(let found): "expected an object from metadata keys to values, found \(found)"
    case .keyUnknown(let key, let nearest):
      "there is no general key \(key.quoted(limit: 60))"
        + (nearest.map { "; did you mean \($0)?" } ?? "; other keys are set with --set KEY:TYPE=VALUE")
    case .wrongValue(let key, let found, let expected): "\(key.quoted()) is \(found), expected \(expected)"
    }
  }
}
