internal import GGUF
internal import Inspection
internal import TensorCore

/// `gguf inspect --key`: one value of the metadata, whole.
struct MetadataValue {
  private let source: String
  private let key: String
  private let value: GGUFValue

  init(_ key: String, of source: any TensorSource, name: String) throws(Failure) {
    let entries = CheckpointMetadata.entries(of: source)
    guard let entry = entries.first(where: { ExactString($0.key) == ExactString(key) }) else {
      let hint = Spelling.nearest(to: key, among: entries.map(\.key)).map { "; did you mean \($0.quoted())?" } ?? ""
      throw Failure("\(name.printable): no metadata key \(key.quoted())\(hint)", .usage)
    }
    self.source = name
    self.key = key
    value = entry.value
  }

  /// - Parameters:
  ///   - isRaw: Strings as they are, whatever they do to a terminal; nothing is added to a single one.
  ///   - isJSON: As a document.
  func print(isRaw: Bool, isJSON: Bool) throws {
    if isJSON {
      try JSONOutput.print(
        Document(source: source, key: key, type: MetadataText.type(value), value: MetadataJSON(value: value)))
    } else if case .array(let array) = value {
      var text = ""
      for element in array {
        text += Self.text(element, isRaw) + "\n"
        if text.utf8.count >= Self.portion {
          try StandardOutput.write(text)
          text = ""
        }
      }
      try StandardOutput.write(text)
    } else {
      try StandardOutput.write(Self.text(value, isRaw) + (isRaw ? "" : "\n"))
    }
  }

  /// Bytes that are written at a time.
  private static let portion = 1 << 16

  private static func text(_ value: GGUFValue, _ isRaw: Bool) -> String {
    switch value {
    case .string(let text): isRaw ? text : text.quoted(limit: .max)
    case .array(let array): "[" + array.map { text($0, isRaw) }.joined(separator: ", ") + "]"
    default: MetadataText.value(value)
    }
  }

  private struct Document: Encodable {
    let schema = "gguf-metadata-1"
    let source: String
    let key: String
    let type: String
    let value: MetadataJSON
  }
}
