internal import Digests
internal import StrictYAML
internal import TensorCore

extension ConfigurationFile {
  /// The keys, which formats/gguf-validate.schema.json has too.
  enum Keys {
    static let top = ["root", "profile", "rules", "ignore", "thresholds", "require"]
    static let ignore = ["rule", "tensor", "key", "path", "reason"]
    static let thresholds = ["header-bytes", "tensors", "metadata-keys"]
    static let require = ["metadata", "types", "max-size", "sha256"]
    static let value = ["equal", "matches"]
  }

  mutating func read(_ root: YAMLDocument.Node) throws(YAMLError) {
    for (key, _, value) in try root.mapping("the configuration", Keys.top, within: nil) {
      switch key {
      case "root":
        let text = try value.text("root", "true or false")
        guard text == "true" || text == "false" else { throw value.unexpected("root", "true or false") }
        isRoot = text == "true"
      case "profile":
        let names = Profile.allCases.map(\.rawValue).joined(separator: ", ")
        guard let profile = Profile(rawValue: try value.text("profile", "one of \(names)")) else {
          throw value.unexpected("profile", "one of \(names)")
        }
        self.profile = profile
      case "rules": try readLevels(value)
      case "ignore":
        for entry in try value.list("ignore") { ignores.append(try Self.ignore(entry)) }
      case "thresholds": try readThresholds(value)
      case "require": try readDemands(value)
      default: break
      }
    }
  }

  private mutating func readLevels(_ node: YAMLDocument.Node) throws(YAMLError) {
    for (key, line, value) in try node.mapping("rules") {
      let rule = try Self.rule(key, line: line)
      let expected = "one of \(Level.allCases.map(\.rawValue).joined(separator: ", "))"
      guard let level = Level(rawValue: try value.text("rules.\(key.printable)", expected)) else {
        throw value.unexpected("rules.\(key.printable)", expected)
      }
      // Once by its id and once by its name.
      guard levels.updateValue(level, forKey: rule.id) == nil else { throw .keyTwice(line: line, key: key) }
    }
  }

  private static func rule(_ name: String, line: Int) throws(YAMLError) -> Rule {
    guard let rule = RuleCatalog.rule(name) else {
      throw .unknownName(
        line: line, kind: "rule", name: name,
        hint: RuleCatalog.nearest(to: name).map { "did you mean \($0)?" } ?? "gguf validate --list-rules has them")
    }
    return rule
  }

  private static func ignore(_ node: YAMLDocument.Node) throws(YAMLError) -> Ignore {
    var ignore = Ignore()
    for (key, _, value) in try node.mapping("an entry of ignore", Keys.ignore, within: "an entry of ignore") {
      switch key {
      case "rule":
        let nodes = if case .list(let list) = value.content { list } else { [value] }
        for node in nodes {
          ignore.rules.insert(try rule(try node.text("ignore.rule", "the id or name of a rule"), line: node.line).id)
        }
      case "tensor": ignore.tensor = try value.pattern("ignore.tensor")
      case "key": ignore.key = try value.pattern("ignore.key")
      case "path": ignore.path = try value.text("ignore.path", "a pattern for paths")
      case "reason": ignore.reason = try value.text("ignore.reason", "a text")
      default: break
      }
    }
    guard !ignore.rules.isEmpty || ignore.tensor != nil || ignore.key != nil || ignore.path != nil else {
      throw .unexpected(
        line: node.line, field: "an entry of ignore", expected: "one of rule, tensor, key, path", found: "none of them")
    }
    return ignore
  }

  private mutating func readThresholds(_ node: YAMLDocument.Node) throws(YAMLError) {
    for (key, _, value) in try node.mapping("thresholds", Keys.thresholds, within: "thresholds") {
      switch key {
      case "header-bytes": demands.maximumHeaderBytes = try value.byteCount("thresholds.header-bytes")
      case "tensors": demands.maximumTensors = try value.count("thresholds.tensors")
      case "metadata-keys": demands.maximumMetadataKeys = try value.count("thresholds.metadata-keys")
      default: break
      }
    }
  }

  private mutating func readDemands(_ node: YAMLDocument.Node) throws(YAMLError) {
    for (key, _, value) in try node.mapping("require", Keys.require, within: "require") {
      switch key {
      case "metadata": demands.metadata = try Self.metadata(value)
      case "types": demands.types = try Self.types(value)
      case "max-size": demands.maximumSize = try value.byteCount("require.max-size")
      case "sha256": demands.hashes = try Self.hashes(value)
      default: break
      }
    }
  }

  private static func metadata(_ node: YAMLDocument.Node) throws(YAMLError) -> [ModelDemands.Key] {
    var keys: [ModelDemands.Key] = []
    if case .list(let list) = node.content {
      for element in list {
        keys.append(.init(key: try element.text("require.metadata", "a metadata key"), value: .any))
      }
      return keys
    }
    for (key, _, value) in try node.mapping("require.metadata") {
      keys.append(.init(key: key, value: try self.value(value, "require.metadata.\(key.printable)")))
    }
    return keys
  }

  private static func value(
    _ node: YAMLDocument.Node, _ field: String
  ) throws(YAMLError) -> ModelDemands.Value {
    if case .text(let text, let isPlain) = node.content {
      return isPlain && (text.isEmpty || text == "~" || text == "null") ? .any : .equal(text)
    }
    let pairs = try node.mapping(field, Keys.value, within: field)
    guard pairs.count == 1, let pair = pairs.first else {
      throw node.unexpected(field, "a value, or one of equal and matches")
    }
    if pair.key == "matches" { return .matching(try pair.value.pattern("\(field).matches")) }
    return .equal(try pair.value.text("\(field).equal", "a text or number"))
  }

  private static func types(_ node: YAMLDocument.Node) throws(YAMLError) -> [String] {
    var types: [String] = []
    for element in try node.list("require.types") {
      let name = try element.text("require.types", "the name of an element type")
      guard let type = ElementType(named: name) else {
        let nearest = Spelling.nearest(to: name, among: ElementType.allCases.map(\.name))
        throw element.unexpected(
          "require.types", "the name of an element type" + (nearest.map { " (did you mean \($0)?)" } ?? ""))
      }
      types.append(type.name)
    }
    guard !types.isEmpty else { throw node.unexpected("require.types", "one element type at least") }
    return types
  }

  private static func hashes(_ node: YAMLDocument.Node) throws(YAMLError) -> [ModelDemands.Hash] {
    var hashes: [ModelDemands.Hash] = []
    for (pattern, _, value) in try node.mapping("require.sha256") {
      guard let digest = Digest(.sha256, hexadecimal: try value.text("require.sha256", "64 hexadecimal digits")) else {
        throw value.unexpected("require.sha256", "64 hexadecimal digits")
      }
      hashes.append(.init(pattern: pattern, sha256: "\(digest)"))
    }
    return hashes
  }
}

extension RuleCatalog {
  /// The id or name of a rule that somebody may have meant.
  package static func nearest(to word: String) -> String? {
    Spelling.nearest(to: word, among: all.map(\.name) + all.map(\.id))
  }
}
