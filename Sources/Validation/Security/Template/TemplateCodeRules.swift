internal import TensorCore

private let templateRemedy = """
  Do not load the model. Find out who made the file, and replace the template by that of the model's publisher: \
  `gguf set FILE tokenizer.chat_template=@FILE`.
  """

/// A template reaches for the inside of Python's objects.
enum TemplateInternals: TemplateCodeRule {
  static let kind = TemplateScan.Spot.Kind.internals
  package static let rule = Rule(
    "GGUF-X001", "template-internals", .everywhere(.error),
    demand: "A chat template looks up no internal name of Python, such as __class__ or __globals__.",
    reason: """
      By them a template leaves Jinja and runs any program where it is rendered without a sandbox (CVE-2024-34359); \
      no chat template needs one.
      """,
    remedy: templateRemedy)

  static func message(_ text: String) -> String { "has \(text.quoted()), an internal name of Python" }
}

/// A template reaches for the system.
enum TemplateSystem: TemplateCodeRule {
  static let kind = TemplateScan.Spot.Kind.system
  package static let rule = Rule(
    "GGUF-X002", "template-system", .everywhere(.error),
    demand: "A chat template uses nothing by which Python runs code or programs, such as os, popen or eval.",
    reason: "Whoever renders the template may run the program that it names.",
    remedy: templateRemedy)

  static func message(_ text: String) -> String { "uses \(text.quoted()), by which Python runs code" }
}

/// A template loads another one.
enum TemplateLoading: TemplateCodeRule {
  static let kind = TemplateScan.Spot.Kind.loading
  package static let rule = Rule(
    "GGUF-X003", "template-loading", .everywhere(.error),
    demand: "A chat template is whole by itself: it has no include, import, from or extends.",
    reason: "It would read files of whoever renders it; llama.cpp and Transformers fail at such a template.",
    remedy: "Replace the template by that of the model's publisher.")

  static func message(_ text: String) -> String { "has the statement \(text.quoted())" }
}

/// A template computes the names that it looks up.
enum TemplateComputedNames: TemplateCodeRule {
  static let kind = TemplateScan.Spot.Kind.computed
  package static let rule = Rule(
    "GGUF-X004", "template-computed-name", .everywhere(.warning),
    demand: "A chat template puts no names together that it then looks up.",
    reason: """
      What such a template looks up is known only when it runs: the usual way to hide an internal name of Python from \
      those who search for it.
      """,
    remedy: "Read the template, and replace it by that of the model's publisher.")

  static func message(_ text: String) -> String { "computes a name or its letters: \(text)" }
}

/// A template is not whole.
enum TemplateUnterminated: TemplateCodeRule {
  static let kind = TemplateScan.Spot.Kind.unterminated
  package static let rule = Rule(
    "GGUF-X005", "template-unterminated", .everywhere(.warning),
    demand: "Every tag, comment, raw block and string of a chat template ends.",
    reason: "Programs fail at the template, or take what follows differently.",
    remedy: "Replace the template by that of the model's publisher.")

  static func message(_ text: String) -> String { "begins a tag, comment, raw block or string that never ends" }
}
