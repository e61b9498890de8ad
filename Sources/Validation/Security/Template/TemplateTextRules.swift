internal import TensorCore

/// A template has text that nobody sees.
enum TemplateHiddenText: ModelRule {
  package static let rule = Rule(
    "GGUF-X006", "template-hidden-text", .everywhere(.warning),
    demand: "A chat template has no characters that are not shown or that change how the text around them is shown.",
    reason: """
      They hide instructions to the model, or code, from whoever reads the template; control characters act on the \
      terminal that it is shown in.
      """,
    remedy: "Look at the template byte by byte, and replace it by that of the model's publisher.")

  package static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for template in ChatTemplate.all(of: model) {
      for description in HiddenCharacters(template.text).descriptions {
        findings.add(rule, at: template.place, description)
      }
    }
  }
}

/// A template has text far to the right or far below.
enum TemplateWhiteSpace: ModelRule {
  package static let rule = Rule(
    "GGUF-X007", "template-white-space", .everywhere(.warning),
    demand: """
      No more than \(HidingWhiteSpace.mostColumns) blanks or \(HidingWhiteSpace.mostLines) empty lines stand in front of \
      a piece of a chat template.
      """,
    reason: "What stands behind them is out of sight for whoever reads the template.",
    remedy: "Read what stands behind the white space, and replace the template by that of the model's publisher.")

  package static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for template in ChatTemplate.all(of: model) {
      if let found = HidingWhiteSpace(template.bytes) { findings.add(rule, at: template.place, found.description) }
    }
  }
}

/// A template is longer than any that a model needs.
enum TemplateSize: ModelRule {
  package static let rule = Rule(
    "GGUF-X008", "template-size", .everywhere(.warning),
    demand: "A chat template has at most 1,048,576 bytes.",
    reason: "Those of real models have up to 30 KB; one that is so long is made for something else.",
    remedy: "Replace the template by that of the model's publisher.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for template in ChatTemplate.all(of: model) where template.text.utf8.count > 1 << 20 {
      let size = template.text.utf8.count
      let rest = size > ChatTemplate.mostBytes ? "; only the first \(ChatTemplate.mostBytes) were looked into" : ""
      findings.add(rule, at: template.place, "\(size) bytes, expected 1048576 at most\(rest)")
    }
  }
}

/// A template names addresses.
enum TemplateAddress: ModelRule {
  package static let rule = Rule(
    "GGUF-X009", "template-address", .everywhere(.note),
    demand: "A chat template has no addresses of the internet.",
    reason: "What a template puts into every conversation, the model may repeat to users or hand to tools.",
    remedy: "Look at what the address is for.")

  package static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for template in ChatTemplate.all(of: model) {
      let found = ForeignText.addresses(in: template.bytes, limit: 5)
      for address in found.first { findings.add(rule, at: template.place, "the address \(address.quoted())") }
      if found.count > found.first.count {
        findings.add(rule, at: template.place, "\(found.count - found.first.count) more addresses")
      }
    }
  }
}

/// A template has data in it.
enum TemplateEncodedText: ModelRule {
  package static let rule = Rule(
    "GGUF-X010", "template-encoded-text", .everywhere(.note),
    demand: "A chat template has no long stretches of base64 or hexadecimal digits, and no HTML comments.",
    reason: "They are ways to put something into a conversation that people pass over.",
    remedy: "Decode the text and look at it.")

  package static let isThorough = true

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for template in ChatTemplate.all(of: model) {
      let bytes = template.bytes
      if let found = ForeignText.encodedStretch(in: bytes) {
        let line = ForeignText.line(of: found.lowerBound, in: bytes)
        findings.add(rule, at: template.place, "line \(line) has \(found.count) digits of base64 in a row")
      }
      if let found = ForeignText.offset(of: "<!--", in: bytes) {
        findings.add(rule, at: template.place, "line \(ForeignText.line(of: found, in: bytes)) has an HTML comment")
      }
    }
  }
}
