internal import StrictJSON
internal import StrictYAML
internal import TensorCore

/// The front matter of a model's card: YAML between two lines of `---` at the start of README.md.
struct ModelCard {
  /// Longer than any front matter is; those with long lists of results have some ten thousand bytes.
  static let largestFrontMatter = 1 << 20

  /// Texts, lists and objects; nothing is a number or a truth value, since `no` is Norwegian where languages are listed.
  private(set) var values = JSONObject()
  private(set) var notes: [String] = []

  /// Of a card that cannot be read nothing is taken, and it is said: it is not what makes a model.
  init(_ folder: ModelFolder) {
    do throws(ArchitectureError) {
      guard let text = try folder.text("README.md"), let front = Self.frontMatter(text) else { return }
      guard front.utf8.count <= Self.largestFrontMatter else {
        throw .frontMatter(reason: "it has more than \(Self.largestFrontMatter) bytes")
      }
      do throws(YAMLError) {
        guard let root = try YAMLDocument(parsing: front).root else { return }
        values = Self.value(root).object ?? JSONObject()
      } catch {
        throw .frontMatter(reason: error.description)
      }
    } catch {
      notes.append("the model's card is left out: \(error)")
    }
  }

  private static func frontMatter(_ text: String) -> String? {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.first == "---" else { return nil }
    let end = lines.dropFirst().firstIndex(of: "---") ?? lines.endIndex
    // Tabs are no YAML, and stand in published cards.
    return lines[1..<end].map { $0.replacing("\t", with: "  ") + "\n" }.joined()
  }

  /// The document's limit of depth bounds the calls inside one another.
  private static func value(_ node: YAMLDocument.Node) -> JSONValue {
    switch node.content {
    case .text(let text, let isPlain):
      return isPlain && ["", "~", "null", "Null", "NULL"].contains(text) ? .null : .string(text)
    case .list(let nodes): return .array(nodes.map(value))
    case .mapping(let pairs):
      var object = JSONObject()
      for (key, _, node) in pairs { object[key] = value(node) }
      return .object(object)
    }
  }
}
