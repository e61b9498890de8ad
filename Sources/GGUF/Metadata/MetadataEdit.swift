internal import TensorCore

/// Changes to the metadata of a file: keys are removed, then renamed, then set, each in the order given.
public struct MetadataEdit: Sendable {
  /// A key that gets a value.
  public struct Assignment: Sendable {
    public let key: String
    /// The value's type; nil for that which the key has.
    public let kind: GGUFValueKind?
    /// The value as ``GGUFValue/init(parsing:as:)`` takes it.
    public let text: String

    public init(key: String, kind: GGUFValueKind?, text: String) {
      (self.key, self.kind, self.text) = (key, kind, text)
    }
  }

  /// A key that gets another name, and keeps its place and value.
  public struct Renaming: Sendable {
    public let old: String
    public let new: String

    public init(old: String, new: String) { (self.old, self.new) = (old, new) }
  }

  public var removals: [String]
  public var renamings: [Renaming]
  public var assignments: [Assignment]

  public init(removals: [String] = [], renamings: [Renaming] = [], assignments: [Assignment] = []) {
    (self.removals, self.renamings, self.assignments) = (removals, renamings, assignments)
  }

  /// Metadata as it is after the edit. A key that is new stands at the end.
  ///
  /// - Parameter hasQuantizedTensors: Whether the file has tensors that readers know by `general.quantization_version`.
  /// - Throws: ``MetadataEditError`` for what cannot be done, and for what would leave a file that is not valid or that
  ///   programs which run models refuse.
  public func applied(
    to metadata: GGUFMetadata, hasQuantizedTensors: Bool
  ) throws(MetadataEditError) -> GGUFMetadata {
    var result = metadata
    var touched: Set<ExactString> = []
    for key in removals {
      guard result[key] != nil else { throw .keyMissing(key) }
      result[key] = nil
      touched.insert(ExactString(key))
    }
    for renaming in renamings {
      guard result[renaming.old] != nil else { throw .keyMissing(renaming.old) }
      try Self.checkGrammar(of: renaming.new)
      guard result[renaming.new] == nil else { throw .keyExists(renaming.new) }
      result.rename(renaming.old, to: renaming.new)
      touched.formUnion([ExactString(renaming.old), ExactString(renaming.new)])
    }
    var assigned: Set<ExactString> = []
    for assignment in assignments {
      let key = assignment.key
      guard assigned.insert(ExactString(key)).inserted else { throw .assignedTwice(key) }
      let present = result[key]?.kind
      if present == nil { try Self.checkGrammar(of: key) }
      guard let kind = assignment.kind ?? present else { throw .typeNotGiven(key) }
      if kind == .array(of: .array) { throw .value(key: key, .arrayOfArrays) }
      do throws(GGUFValueTextError) {
        result[key] = try GGUFValue(parsing: assignment.text, as: kind)
      } catch {
        throw .value(key: key, error)
      }
      touched.insert(ExactString(key))
    }
    let rules = MetadataRules(
      before: metadata, after: result, touched: touched, hasQuantizedTensors: hasQuantizedTensors)
    try rules.check()
    return result
  }

  private static func checkGrammar(of key: String) throws(MetadataEditError) {
    guard !key.isEmpty else { throw .keyEmpty }
    guard key.utf8.count <= GGUFLimits.keyBytes else { throw .keyTooLong(bytes: key.utf8.count) }
    guard GGUFKey.isLowerSnakeCase(key) else { throw .keyNotLowerSnakeCase(key) }
  }
}

extension GGUFMetadata {
  /// Gives a key another name, which must be new; the pair keeps its place.
  mutating func rename(_ old: String, to new: String) {
    var renamed = GGUFMetadata()
    for entry in entries {
      renamed.append(ExactString(entry.key) == ExactString(old) ? new : entry.key, entry.value)
    }
    self = renamed
  }
}
