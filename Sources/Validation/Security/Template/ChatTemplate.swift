internal import GGUF
internal import TensorCore

/// A chat template of a model.
struct ChatTemplate {
  /// More is not looked into; those of real models have up to 30 KB.
  static let mostBytes = 4 << 20

  let key: String
  let text: String
  /// The first ``mostBytes`` of it.
  let bytes: [UInt8]

  private init(key: String, text: String) {
    self.key = key
    self.text = text
    bytes = Array(text.utf8.prefix(Self.mostBytes))
  }

  var place: ValidationFinding.Place { .init(key: key) }

  /// Whether a key has a chat template: `tokenizer.chat_template`, `tokenizer.chat_template.tool_use`.
  static func isKey(_ key: String) -> Bool {
    key.split(separator: ".").contains { $0 == "chat_template" || $0 == "chat_templates" }
  }

  static func all(of model: ValidatedModel) -> [ChatTemplate] {
    model.metadata.entries.compactMap { entry in
      guard isKey(entry.key), case .string(let text) = entry.value else { return nil }
      return ChatTemplate(key: entry.key, text: text)
    }
  }
}

/// A rule about what the code of a template does.
protocol TemplateCodeRule: ModelRule {
  static var kind: TemplateScan.Spot.Kind { get }

  static func message(_ text: String) -> String
}

extension TemplateCodeRule {
  package static var isThorough: Bool { true }

  package static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for template in ChatTemplate.all(of: model) {
      let scan = TemplateScan(template.bytes)
      // What is cut off here ends no tag.
      if kind == .unterminated, template.bytes.count == ChatTemplate.mostBytes { continue }
      for spot in scan.spots where spot.kind == kind {
        findings.add(rule, at: template.place, "line \(spot.line) \(message(spot.text))")
      }
      let more = scan.counts[kind, default: 0] - scan.spots.count { $0.kind == kind }
      if more > 0 { findings.add(rule, at: template.place, "the template has \(more) more such places") }
    }
  }
}
