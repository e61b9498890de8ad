internal import GGUF
internal import StrictJSON
internal import TensorCore

/// Chat templates: that of tokenizer_config.json, else chat_template.jinja with the folder additional_chat_templates, else
/// chat_template.json.
struct ChatTemplates {
  /// A template and its name; one alone is the default.
  private(set) var templates: [(name: String, text: String)] = []

  private static let folder = "additional_chat_templates"

  /// nil where there is none.
  init?(
    _ files: TokenizerFiles, _ config: JSONObject, notes: inout [String]
  ) throws(SourceError) {
    if let value = config["chat_template"] {
      templates = try files.checking("tokenizer_config.json") { () throws(TokenizerError) in
        try Self.templates(value)
      }
      if case .array = value {
      } else if case .string = value {
      } else if case .null = value {
      } else {
        notes.append("tokenizer_config.json: chat_template is \(value.summary), which no template is: left out")
      }
    } else if let text = try files.read("chat_template.jinja", Self.text) {
      templates = [("default", text)]
      let names = files.names(inFolder: Self.folder, suffix: ".jinja")
      guard names.count <= TokenizerLimits.additionalTemplates else {
        throw files.violation(
          Self.folder, .tooManyTemplates(count: names.count, limit: TokenizerLimits.additionalTemplates))
      }
      for name in names {
        guard let text = try files.read(Self.folder + "/" + name, Self.text) else { continue }
        templates.append((String(name.dropLast(".jinja".count)), text))
      }
    } else if let value = try files.object("chat_template.json")?["chat_template"] {
      templates = try files.checking("chat_template.json") { () throws(TokenizerError) in
        try Self.templates(value)
      }
    }
    if templates.isEmpty { return nil }
  }

  /// Python reads files in text mode, where each end of a line becomes a line feed.
  private static func text(_ bytes: [UInt8]) throws(TokenizerError) -> String {
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D {
        if index + 1 == bytes.count || bytes[index + 1] != 0x0A { lines.append(0x0A) }
      } else {
        lines.append(byte)
      }
    }
    guard let text = String(validating: lines, as: UTF8.self) else { throw .templateNotUTF8 }
    return text
  }

  /// A string, or a list of named ones: `[{"name": "default", "template": "..."}, ...]`.
  private static func templates(_ value: JSONValue) throws(TokenizerError) -> [(name: String, text: String)] {
    if let text = value.string { return [("default", text)] }
    var templates: [(name: String, text: String)] = []
    for (index, choice) in (value.array ?? []).enumerated() {
      guard case .object = choice else { throw .templateMalformed(index: index) }
      // A name is part of a key: letters and digits stay, all else becomes an underscore.
      let name = String(
        String.UnicodeScalarView(
          (choice["name"]?.string ?? "").unicodeScalars.map { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": scalar
            default: "_"
            }
          }))
      guard !name.isEmpty, let text = choice["template"]?.string else { throw .templateMalformed(index: index) }
      templates.append((name, text))
    }
    return templates
  }

  /// The named ones, the list of their names, and the default.
  func write(to metadata: inout GGUFMetadata) {
    let named = templates.filter { $0.name != "default" }
    var names: [String] = []
    for (name, text) in named {
      metadata["tokenizer.chat_template.\(name)"] = .string(text)
      if !names.contains(name) { names.append(name) }
    }
    if !names.isEmpty { metadata["tokenizer.chat_templates"] = .array(GGUFArray(names)) }
    if let text = templates.last(where: { $0.name == "default" })?.text {
      metadata["tokenizer.chat_template"] = .string(text)
    }
  }
}
