public import StrictYAML
internal import TensorCore

extension Recipe {
  private enum Keys {
    static let top = ["type", "tensors", "rules"]
    static let rule = ["regex", "role", "layers", "shape", "type"]
  }

  /// Parses a recipe.
  ///
  /// - Throws: `YAMLError`, with the line.
  public init(parsing bytes: [UInt8]) throws(YAMLError) {
    guard bytes.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    self.init()
    guard let root = try YAMLDocument(parsing: text).root else { return }
    for (key, _, value) in try root.mapping("the recipe", Keys.top) {
      switch key {
      case "type":
        let name = try value.text("type", "a preset or a type")
        guard let target = QuantizationTarget(named: name) else {
          throw Self.unknownType(name, value.line, isPreset: true)
        }
        self.target = target
      case "tensors":
        for (name, line, type) in try value.mapping("tensors") {
          tensors[ExactString(name)] = (try Self.type(type, "tensors"), line)
        }
      case "rules":
        let entries = try value.list("rules")
        guard entries.count <= Self.ruleLimit else {
          throw .unexpected(
            line: value.line, field: "rules", expected: "\(Self.ruleLimit) rules at most", found: "\(entries.count)")
        }
        for entry in entries { rules.append(try Self.rule(entry)) }
      default: break
      }
    }
    guard rules.lazy.map({ $0.regex?.stepCount ?? 0 }).reduce(0, +) <= Self.instructionLimit else {
      throw .patternsTooLarge(limit: Self.instructionLimit)
    }
  }

  private static func rule(_ node: YAMLDocument.Node) throws(YAMLError) -> Rule {
    var rule = Rule(type: .f32, line: node.line)
    var hasType = false
    for (key, _, value) in try node.mapping("a rule", Keys.rule, within: "a rule") {
      switch key {
      case "regex": rule.regex = try value.pattern("regex")
      case "role": for element in value.elements { rule.roles.append(try role(element)) }
      case "layers": for element in value.elements { rule.layers += try layers(element) }
      case "shape":
        var shape: [Int?] = []
        for element in try value.list("shape") { shape.append(try length(element)) }
        rule.shape = shape
      case "type": (rule.type, hasType) = (try type(value, "type"), true)
      default: break
      }
    }
    guard hasType else {
      throw .unexpected(line: node.line, field: "a rule", expected: "the key type", found: "none")
    }
    return rule
  }

  private static func role(_ node: YAMLDocument.Node) throws(YAMLError) -> TensorRole {
    let names = TensorRole.allCases.map(\.rawValue)
    let name = try node.text("role", "one of \(names.joined(separator: ", "))")
    guard let role = TensorRole(rawValue: name) else {
      throw .unknownName(
        line: node.line, kind: "role", name: name,
        hint: Spelling.nearest(to: name, among: names).map { "did you mean \($0)?" }
          ?? "the roles are \(names.joined(separator: ", "))")
    }
    return role
  }

  /// `3`, `0-3`, `20-`, and several of them with commas between.
  private static func layers(_ node: YAMLDocument.Node) throws(YAMLError) -> [ClosedRange<Int>] {
    let expected = "numbers of layers such as 3, 0-3 or 20-"
    var ranges: [ClosedRange<Int>] = []
    for part in try node.text("layers", expected).split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed() }.map { String($0) }
      let first = ends.first.flatMap(Self.number)
      let last = ends.count == 1 ? first : ends.last == "" ? Int.max : ends.last.flatMap(Self.number)
      guard let first, let last, first <= last else { throw node.unexpected("layers", expected) }
      ranges.append(first...last)
    }
    return ranges
  }

  private static func number(_ text: String) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }

  private static func length(_ node: YAMLDocument.Node) throws(YAMLError) -> Int? {
    let text = try node.text("shape", "a number or any")
    if text == "any" { return nil }
    guard let length = number(text) else { throw node.unexpected("shape", "a number or any") }
    return length
  }

  private static func type(_ node: YAMLDocument.Node, _ field: String) throws(YAMLError) -> ElementType {
    let name = try node.text(field, "the name of a type")
    guard let type = ElementType(named: name), type.traits.ggufID != nil else {
      throw unknownType(name, node.line, isPreset: false)
    }
    return type
  }

  private static func unknownType(_ name: String, _ line: Int, isPreset: Bool) -> YAMLError {
    let types = ElementType.allCases.filter { $0.traits.ggufID != nil }.map(\.name)
    if !isPreset, let preset = QuantizationPreset(named: name) {
      return .unknownName(
        line: line, kind: "type", name: name,
        hint: "it is a preset, which holds for a model; the type of one tensor is \(preset.defaultType.name)")
    }
    let nearest = Spelling.nearest(
      to: name, among: isPreset ? QuantizationPreset.allCases.map(\.name) + types : types)
    return .unknownName(
      line: line, kind: isPreset ? "preset or type" : "type", name: name,
      hint: nearest.map { "did you mean \($0)?" } ?? "gguf types lists them")
  }
}

extension YAMLDocument.Node {
  /// Of a list its elements; a text is one alone.
  fileprivate var elements: [YAMLDocument.Node] {
    if case .list(let list) = content { list } else { [self] }
  }
}
