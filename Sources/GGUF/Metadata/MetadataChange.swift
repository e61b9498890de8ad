internal import TensorCore

/// A key that is not the same in two sets of metadata.
public struct MetadataChange: Sendable, Equatable {
  public let key: String
  /// nil where the key is new.
  public let before: GGUFValue?
  /// nil where the key is gone.
  public let after: GGUFValue?

  /// What differs between two sets of metadata: first the keys of the old in their order, then those that are new.
  /// Values are compared bit for bit.
  public static func changes(from old: GGUFMetadata, to new: GGUFMetadata) -> [MetadataChange] {
    var changes: [MetadataChange] = []
    for entry in old.entries {
      let value = new[entry.key]
      if value.map({ isSame($0, entry.value) }) != true {
        changes.append(MetadataChange(key: entry.key, before: entry.value, after: value))
      }
    }
    for entry in new.entries where old[entry.key] == nil {
      changes.append(MetadataChange(key: entry.key, before: nil, after: entry.value))
    }
    return changes
  }

  /// Strings are the same only byte for byte, floats bit for bit.
  private static func isSame(_ a: GGUFValue, _ b: GGUFValue) -> Bool {
    guard a.kind == b.kind else { return false }
    var (left, right): ([UInt8], [UInt8]) = ([], [])
    left.append(value: a)
    right.append(value: b)
    return left == right
  }
}
