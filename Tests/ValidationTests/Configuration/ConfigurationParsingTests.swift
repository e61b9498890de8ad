import StrictYAML
import TensorCore
import TestSupport
import Testing

@testable import Validation

@Suite("Configurations of validation")
struct ConfigurationParsingTests {
  static func parse(_ text: String) throws(YAMLError) -> ConfigurationFile {
    try ConfigurationFile(parsing: Array(text.utf8), path: "/models/.gguf-validate.yml")
  }

  static let digest = String(repeating: "0a", count: 32)

  @Test("everything that a configuration can say is read")
  func everything() throws {
    let file = try Self.parse(
      """
      root: true
      profile: llama.cpp
      rules:
        gap: off
        gguf-k005: error
      ignore:
        - rule: gap
          path: "legacy/**"
          reason: old files
        - rule: [GGUF-L005, key-grammar]
          tensor: ^blk\\.
          key: '^old\\.'
      thresholds:
        header-bytes: 64MiB
        tensors: 0
        metadata-keys: 100
      require:
        metadata:
          general.license:
          general.architecture: llama
          general.name: {matches: "^Tiny"}
          general.url: {equal: ""}
          general.quantization_version: 2
        types: [q4_k, F32]
        max-size: 4GB
        sha256:
          "model-*.gguf": \(Self.digest.uppercased())
      """.replacing(#"{equal: ""}"#, with: #"{equal: "x"}"#))
    #expect(file.isRoot && file.profile == .llamaCpp)
    #expect(file.levels == ["GGUF-L005": .off, "GGUF-K005": .error])
    #expect(file.ignores.count == 2)
    #expect(file.ignores[0].path == "legacy/**" && file.ignores[0].reason == "old files")
    #expect(file.ignores[1].rules == ["GGUF-L005", "GGUF-K005"])
    #expect(file.ignores[1].tensor?.text == "^blk\\." && file.ignores[1].key?.text == "^old\\.")
    let demands = file.demands
    #expect(demands.maximumHeaderBytes == 64 << 20 && demands.maximumTensors == 0)
    #expect(demands.maximumMetadataKeys == 100)
    #expect(demands.maximumSize == 4_000_000_000)
    #expect(demands.types == ["Q4_K", "F32"])
    #expect(
      demands.metadata.map(\.key) == [
        "general.license", "general.architecture", "general.name", "general.url", "general.quantization_version",
      ])
    #expect(demands.metadata[0].value == .any && demands.metadata[1].value == .equal("llama"))
    #expect(demands.metadata[2].value == .matching(try NameRegex("^Tiny")))
    #expect(demands.metadata[3].value == .equal("x") && demands.metadata[4].value == .equal("2"))
    #expect(demands.hashes.map(\.sha256) == [Self.digest])
  }

  @Test(
    "an empty configuration says nothing", arguments: ["", "\n", "# nothing\n", "---\n", "{}", "rules:\nignore:\n"])
  func empty(_ text: String) throws {
    let file = try Self.parse(text)
    #expect(file == ConfigurationFile(path: file.path, folder: file.folder))
  }

  @Test(
    "what is wrong is told with its line, and what may have been meant",
    arguments: [
      ("profle: spec", #"line 1: there is no key "profle"; did you mean profile?"#),
      ("\n\nxyz: 1", #"line 3: there is no key "xyz"; the keys are root, profile, rules, ignore, thresholds, require"#),
      ("profile: llamacpp", #"line 1: profile: expected one of spec, llama.cpp, strict, found "llamacpp""#),
      ("profile:\n", "line 1: profile: expected one of spec, llama.cpp, strict, found nothing"),
      ("root: yes", #"line 1: root: expected true or false, found "yes""#),
      ("rules: [gap]", "line 1: rules: expected a mapping, found a list"),
      ("rules:\n  gpa: off", #"line 2: there is no rule "gpa"; did you mean gap?"#),
      ("rules:\n  GGUF-Z999: off", #"line 2: there is no rule "GGUF-Z999"; gguf validate --list-rules has them"#),
      ("rules:\n  gap: warn", #"line 2: rules.gap: expected one of off, note, warning, error, found "warn""#),
      ("rules:\n  gap: off\n  GGUF-L005: error", #"line 3: the key "GGUF-L005" is there twice"#),
      ("rules:\n  gap: off\n  gap: error", #"line 2: the key "gap" is there twice"#),
      ("ignore: gap", #"line 1: ignore: expected a list, found "gap""#),
      (
        "ignore:\n  - reason: x",
        "line 2: an entry of ignore: expected one of rule, tensor, key, path, found none of them"
      ),
      (
        "ignore:\n  - rule: gap\n    tensr: x",
        #"line 3: there is no key "tensr" in an entry of ignore; did you mean tensor?"#
      ),
      ("ignore:\n  - gap", #"line 2: an entry of ignore: expected a mapping, found "gap""#),
      ("ignore:\n  - rule: [gap, [gap]]", "line 2: ignore.rule: expected the id or name of a rule, found a list"),
      ("thresholds:\n  tensors: -1", #"line 2: thresholds.tensors: expected a number from 0 up, found "-1""#),
      (
        "thresholds:\n  tensors: 99999999999999999999",
        #"line 2: thresholds.tensors: expected a number from 0 up, found "99999999999999999999""#
      ),
      (
        "thresholds:\n  header-bytes: many",
        #"line 2: thresholds.header-bytes: expected a number of bytes such as 500MB or 2GiB, found "many""#
      ),
      (
        "require:\n  max-size: 9999999999GiB",
        #"line 2: require.max-size: expected a number of bytes such as 500MB or 2GiB, found "9999999999GiB""#
      ),
      ("require:\n  types: []", "line 2: require.types: expected one element type at least, found an empty list"),
      (
        "require:\n  types: [Q4K]",
        #"line 2: require.types: expected the name of an element type (did you mean Q4_K?), found "Q4K""#
      ),
      ("require:\n  sha256:\n    a: 12", #"line 3: require.sha256: expected 64 hexadecimal digits, found "12""#),
      (
        "require:\n  metadata:\n    a: {matchs: x}",
        #"line 3: there is no key "matchs" in require.metadata.a; did you mean matches?"#
      ),
      (
        "require:\n  metadata:\n    a: {}",
        "line 3: require.metadata.a: expected a value, or one of equal and matches, found a mapping"
      ),
      ("require:\n  metadata:\n    a: [1]", "line 3: require.metadata.a: expected a mapping, found a list"),
      ("- a", "line 1: the configuration: expected a mapping, found a list"),
      ("? [a]\n: b", "line 1: a key: expected a text, found a list or a mapping"),
      ("a: b: c", "line 1: is not YAML: mapping values are not allowed in this context"),
      ("a: 'b", "line 1: is not YAML: while scanning a quoted scalar, found unexpected end of stream"),
      ("---\n---\n", "line 2: is not YAML: expected a single document in the stream, but found another document"),
      ("path: *gguf", "line 1: is not YAML: found undefined alias"),
      ("a: \u{1B}[31m", "is not YAML: control characters are not allowed"),
      (
        "\"a\\e[31m\": 1",
        #"line 1: there is no key "a\u{1b}[31m"; the keys are root, profile, rules, ignore, thresholds, require"#
      ),
    ])
  func mistakes(_ text: String, _ message: String) {
    #expect { try Self.parse(text) } throws: { error in
      #expect("\(error)" == message)
      return true
    }
  }

  @Test("a pattern that is no regular expression is told with its line, on one line")
  func badPattern() {
    #expect { try Self.parse("ignore:\n  - tensor: '('") } throws: { error in
      let message = "\(error)"
      #expect(message.hasPrefix(#"line 2: "(" is not a regular expression: "#) && !message.contains("\n"), "\(message)")
      return true
    }
  }

  @Test("many large patterns are refused")
  func patterns() throws {
    let pattern = "  - tensor: '(a{30}|b{30}){10}'\n"
    _ = try Self.parse("ignore:\n" + String(repeating: pattern, count: 10))
    #expect(throws: YAMLError.patternsTooLarge(limit: 10_000)) {
      try Self.parse("ignore:\n" + String(repeating: pattern, count: 20))
    }
  }

  /// Few lines that stand for 10^9 nodes where aliases are followed; as a key they would be compared with others.
  @Test("aliases cannot make a configuration large", arguments: [false, true])
  func billionLaughs(_ isKey: Bool) {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    text += isKey ? "? *a9\n: x\n? [*a9]\n: y\n" : "b: *a9\n"
    #expect(throws: YAMLError.anchor(line: 1, text: "&a0")) { try Self.parse(text) }
  }

  @Test(
    "an anchor is found wherever one can stand",
    arguments: [
      "&a b", "a: &a b", "a:\t&a b", "[&a b]", "{&a b: c}", "- &a b", "? &a b", "a: !!str &a b", "a: \u{2028}&a b",
      "a: \u{85}&a b", "{\"a\":&a b}", "--- &a b", "\u{FEFF}&a b", "a: \"\n&a b\"",
    ])
  func anchors(_ text: String) {
    #expect { try Self.parse(text) } throws: { error in
      if case YAMLError.anchor? = error as? YAMLError { true } else { false }
    }
  }

  @Test("an ampersand in a text is none", arguments: ["A & B", "R&D", "'a && b'", "'(a|b)&c'"])
  func ampersands(_ text: String) throws {
    let file = try Self.parse("ignore:\n  - rule: gap\n    reason: \(text)")
    #expect(file.ignores.count == 1)
  }

  @Test("deep nesting is refused, however deep it is", arguments: [9, 100, 999, 1001, 200_000])
  func nesting(_ depth: Int) {
    for text in ["rules: " + String(repeating: "[", count: depth), String(repeating: "- ", count: depth)] {
      #expect(throws: YAMLError.self) { try Self.parse(text) }
    }
    let closed = "rules: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    #expect(throws: YAMLError.self) { try Self.parse(closed) }
  }

  @Test("a configuration of a mebibyte is read, and none that is longer")
  func size() throws {
    let most = "#" + String(repeating: "x", count: ConfigurationFile.byteLimit - 1)
    #expect(try Self.parse(most).levels.isEmpty)
    #expect(throws: YAMLError.tooLarge(limit: 1 << 20)) { try Self.parse(most + "x") }
  }

  @Test(
    "what would take far more memory than its bytes is refused before it does",
    arguments: ["a,", "[],", "? a\n", "- - - a\n", "a:\n", "{a: b},"])
  func manyEntries(_ entry: String) throws {
    let error = YAMLError.tooManyEntries(limit: 65536)
    let text = String(repeating: entry, count: 65537)
    #expect(throws: error) { try Self.parse(text) }
    #expect(throws: error) { try Self.parse("ignore: [" + text) }
    // As many as a list of files has that fills the size.
    let hashes = (0..<13_000).map { "    f\($0): \(Self.digest)\n" }.joined()
    #expect(try Self.parse("require:\n  sha256:\n" + hashes).demands.hashes.count == 13_000)
  }

  @Test("what is not UTF-8 is refused")
  func notUTF8() {
    #expect(throws: YAMLError.notUTF8) {
      try ConfigurationFile(parsing: [0x61, 0x3A, 0xFF], path: "c.yml")
    }
  }

  /// Whatever a file has in it, the answer is a configuration or an error of ours.
  @Test("configurations with random changes are read or refused")
  func randomChanges() throws {
    let sound = Array(
      """
      profile: strict
      rules: {gap: off, "key-grammar": warning}
      ignore: [{rule: gap, tensor: '^a', reason: "b\\n"}]
      require:
        metadata: {general.name: ~}
        types: [F32]
      """.utf8)
    var generator = SeededGenerator(seed: 7)
    var (read, refused) = (0, 0)
    let marks = Array("&*[]{}:,-?!|>'\"#%@\n\t \\\u{7F}".utf8) + [0, 0x80, 0xFF]
    for _ in 0..<4000 {
      var bytes = sound
      for _ in 0...Int.random(in: 0...2, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = marks.randomElement(using: &generator) ?? 0
      }
      do throws(YAMLError) {
        _ = try ConfigurationFile(parsing: bytes, path: "c.yml")
        read += 1
      } catch {
        #expect(!error.description.contains("\n"), "\(error), seed \(generator.seed)")
        refused += 1
      }
    }
    #expect(read > 0 && refused > 1000)
  }
}
