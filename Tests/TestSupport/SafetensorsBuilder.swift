/// Writes safetensors files, the correct ones and those that lie.
///
/// A builder left alone writes a correct file. Each way to break it is one property or one call.
public struct SafetensorsBuilder: Sendable {
  /// A member of the header. The values are JSON as it will stand there.
  public struct Member: Sendable {
    public var name: String
    public var fields: [(key: String, json: String)]

    public init(name: String, fields: [(key: String, json: String)]) {
      self.name = name
      self.fields = fields
    }
  }

  public var members: [Member] = []
  /// The JSON of `__metadata__`; nil leaves the key out.
  public var metadata: String?
  public var data: [UInt8] = []
  /// What stands behind the header's JSON, inside the header.
  public var behindJSON = ""
  /// The whole header, in place of what the members say.
  public var header: [UInt8]?
  /// The length that the file says its header has, in place of the true one.
  public var declaredLength: UInt64?

  public init() {}

  /// Adds a tensor whose data is the next `byteCount` bytes.
  public mutating func add(_ name: String, _ dtype: String, _ shape: [UInt64], byteCount: Int) {
    add(name, dtype, shape, data: (0..<byteCount).map { UInt8(truncatingIfNeeded: data.count + $0) })
  }

  /// Adds a tensor behind those that are there.
  public mutating func add(_ name: String, _ dtype: String, _ shape: [UInt64], data bytes: [UInt8]) {
    let range = (data.count, data.count + bytes.count)
    data += bytes
    members.append(
      Member(
        name: name,
        fields: [
          ("dtype", Self.quoted(dtype)), ("shape", Self.json(shape)), ("data_offsets", "[\(range.0), \(range.1)]"),
        ]))
  }

  /// Replaces a value of a tensor, or leaves it out where `json` is nil.
  public mutating func set(_ key: String, of name: String, to json: String?) {
    for member in members.indices where members[member].name == name {
      for field in members[member].fields.indices.reversed() where members[member].fields[field].key == key {
        if let json { members[member].fields[field].json = json } else { members[member].fields.remove(at: field) }
      }
    }
  }

  /// The header's JSON.
  public var json: [UInt8] {
    if let header { return header }
    var parts = metadata.map { ["\"__metadata__\": " + $0] } ?? []
    parts += members.map { member in
      let fields = member.fields.map { Self.quoted($0.key) + ": " + $0.json }
      return Self.quoted(member.name) + ": {" + fields.joined(separator: ", ") + "}"
    }
    return Array(("{" + parts.joined(separator: ", ") + "}" + behindJSON).utf8)
  }

  /// The file.
  public func build() -> [UInt8] {
    let json = json
    var file: [UInt8] = []
    file.append(number: declaredLength ?? UInt64(json.count))
    return file + json + data
  }

  /// Three tensors, F32, I8 and F16, of 16, 5 and 6 bytes.
  public static func small() -> SafetensorsBuilder {
    var builder = SafetensorsBuilder()
    builder.add("a", "F32", [2, 2], byteCount: 16)
    builder.add("b", "I8", [5], byteCount: 5)
    builder.add("c", "F16", [3, 1], byteCount: 6)
    return builder
  }

  private static func quoted(_ text: String) -> String { "\"" + text + "\"" }

  private static func json(_ numbers: [UInt64]) -> String {
    "[" + numbers.map(String.init).joined(separator: ", ") + "]"
  }
}
