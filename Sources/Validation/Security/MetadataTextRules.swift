internal import GGUF
internal import TensorCore

extension ValidatedModel {
  /// The strings of the metadata that are no chat templates and no part of a vocabulary, those in arrays too.
  var texts: [(key: String, text: String)] {
    metadata.entries.flatMap { entry -> [(key: String, text: String)] in
      if ChatTemplate.isKey(entry.key) || entry.key.hasPrefix("tokenizer.") { return [] }
      switch entry.value {
      case .string(let text): return [(entry.key, text)]
      case .array(let array) where array.elementType == .string && array.count <= 1000:
        return array.compactMap { if case .string(let text) = $0 { (entry.key, text) } else { nil } }
      default: return []
      }
    }
  }
}

/// Metadata has characters that are not text.
enum MetadataHiddenText: ModelRule {
  package static let rule = Rule(
    "GGUF-X011", "metadata-hidden-text", .everywhere(.warning),
    demand: "Strings of metadata have no control characters and no characters that are not shown.",
    reason: """
      A terminal obeys escape sequences, programs in C end a string at a NUL, and characters that change the direction \
      of writing make people read another text than is there.
      """,
    remedy: "Set the value again with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for (key, text) in model.texts {
      for description in HiddenCharacters(text).descriptions { findings.add(rule, at: .init(key: key), description) }
    }
  }
}

/// Metadata leads somewhere else than into the web.
enum MetadataAddress: ModelRule {
  package static let rule = Rule(
    "GGUF-X012", "metadata-address", .everywhere(.warning),
    demand: "Addresses in metadata begin with http:// or https://.",
    reason: "Programs make links of them: javascript: runs in the page that shows it, file: opens files of the reader.",
    remedy: "Set the value again with `gguf set`.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for (key, text) in model.texts where isAddress(key) {
      guard let colon = text.utf8.prefix(1000).firstIndex(of: UInt8(ascii: ":")) else { continue }
      let scheme = text[..<colon].drop { $0.isWhitespace }.lowercased()
      let isScheme = scheme.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E].contains(byte)
      }
      if isScheme, !scheme.isEmpty, !["http", "https", "doi"].contains(scheme) {
        findings.add(rule, at: .init(key: key), "an address with the scheme \(scheme.quoted(limit: 40))")
      }
    }
  }

  private static func isAddress(_ key: String) -> Bool {
    key.hasSuffix("url") || key.hasSuffix(".link") || key.hasSuffix(".website")
  }
}

/// Metadata names files.
enum MetadataPath: ModelRule {
  package static let rule = Rule(
    "GGUF-X013", "metadata-path", .everywhere(.note),
    demand: "Metadata names no files by where they lie.",
    reason: """
      A path tells something of the machine that the file was made on, and a program that opens it would open a file of \
      its own machine.
      """,
    remedy: "Remove the key with `gguf set FILE --remove KEY` if nobody needs it.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for (key, text) in model.texts where text.utf8.count <= 4096 && !text.contains("\n") && !text.contains("://") {
      guard let path = SuspiciousPath(text) else { continue }
      findings.add(rule, at: .init(key: key), "\(text.quoted(limit: 60)) is \(path.rawValue)")
    }
  }
}

/// Metadata holds a program.
enum MetadataProgram: ModelRule {
  package static let rule = Rule(
    "GGUF-X014", "metadata-program", .everywhere(.warning),
    demand: "No metadata value is a program, a script or a pickle.",
    reason: "Metadata describes a model; a program in it is there to be unpacked and run.",
    remedy: "Remove the key with `gguf set FILE --remove KEY`, and find out who put it there.")

  static func check(_ model: ValidatedModel, _ findings: inout FindingList) {
    for entry in model.metadata.entries {
      let what: String? =
        switch entry.value {
        case .string(let text): ProgramText.kind(of: text)
        case .array(let array): ProgramText.kind(of: array)
        default: nil
        }
      if let what { findings.add(rule, at: .init(key: entry.key), "the value is or holds \(what)") }
    }
  }
}
