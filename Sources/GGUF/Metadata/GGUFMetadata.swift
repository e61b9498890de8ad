internal import TensorCore

/// The key-value pairs of a GGUF file, in their order.
public struct GGUFMetadata: Sendable, Equatable {
  /// A pair.
  public struct Entry: Sendable, Equatable {
    public let key: String
    public var value: GGUFValue

    public init(key: String, value: GGUFValue) {
      self.key = key
      self.value = value
    }
  }

  public private(set) var entries: [Entry] = []
  private var indices: [ExactString: Int] = [:]

  public init() {}

  /// The value of a key: of the first, where a damaged file has it twice. Setting keeps the key's place or appends it;
  /// nil removes it.
  public subscript(key: String) -> GGUFValue? {
    get { indices[ExactString(key)].map { entries[$0].value } }
    set {
      switch (indices[ExactString(key)], newValue) {
      case (let index?, let value?): entries[index].value = value
      case (nil, let value?):
        indices[ExactString(key)] = entries.count
        entries.append(Entry(key: key, value: value))
      case (let index?, nil):
        entries.remove(at: index)
        reindex()
      case (nil, nil): break
      }
    }
  }

  /// Appends a pair as a file has it, even where the key is there already.
  mutating func append(_ key: String, _ value: GGUFValue) {
    if indices[ExactString(key)] == nil { indices[ExactString(key)] = entries.count }
    entries.append(Entry(key: key, value: value))
  }

  private mutating func reindex() {
    indices = [:]
    for (index, entry) in entries.enumerated().reversed() { indices[ExactString(entry.key)] = index }
  }

  /// The value of a key that is a string.
  public func string(_ key: String) -> String? {
    if case .string(let value)? = self[key] { value } else { nil }
  }
}
