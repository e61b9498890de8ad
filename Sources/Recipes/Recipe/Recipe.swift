public import StrictYAML
public import TensorCore

/// Which types tensors get, as a file says it: by their names, or by rules. formats/recipes.md.
public struct Recipe: Sendable, Equatable {
  /// Bytes of the longest file that is read.
  public static let byteLimit = 4 << 20
  /// Of all regular expressions, which are looked for in the name of each tensor.
  static let instructionLimit = 10_000
  /// Each is held against each tensor.
  static let ruleLimit = 1000

  /// A rule: those tensors of which every condition holds. One without conditions is about all.
  public struct Rule: Sendable, Equatable {
    /// Found anywhere in the name.
    public var regex: NameRegex?
    /// Any of them; empty for any at all.
    public var roles: [TensorRole] = []
    /// Any of them; empty for any tensor, also of no layer.
    public var layers: [ClosedRange<Int>] = []
    /// Outermost first; nil for any length.
    public var shape: [Int?]?
    public var type: ElementType
    /// Where it stands in the file, from 1 on.
    let line: Int

    func matches(_ name: String, _ shape: Shape, _ role: TensorRole) -> Bool {
      if !roles.isEmpty && !roles.contains(role) { return false }
      if !layers.isEmpty {
        guard let layer = LayerName(name).layer, layers.contains(where: { $0.contains(layer) }) else { return false }
      }
      if let pattern = self.shape {
        guard pattern.count == shape.dimensions.count,
          zip(pattern, shape.dimensions).allSatisfy({ $0 == nil || $0 == $1 })
        else { return false }
      }
      return regex?.matches(name) ?? true
    }
  }

  /// What all others become, as `--type` names it.
  public internal(set) var target: QuantizationTarget?
  /// Types of tensors by their whole names, which decide before the rules.
  var tensors: [ExactString: (type: ElementType, line: Int)] = [:]
  /// The first that matches decides.
  public internal(set) var rules: [Rule] = []

  /// The type for a tensor; nil where nothing in the recipe is about it.
  ///
  /// - Returns: `isAlone`: whether its whole name is there.
  public func type(for name: String, _ shape: Shape) -> (type: ElementType, isAlone: Bool)? {
    if let named = tensors[ExactString(name)] { return (named.type, true) }
    let role = TensorRole(of: name)
    return rules.first { $0.matches(name, shape, role) }.map { ($0.type, false) }
  }

  /// What is about none of the tensors of a model, in the order of the lines.
  public func idle(_ all: [(name: String, shape: Shape)]) -> [(line: Int, text: String)] {
    let names = Set(all.map { ExactString($0.name) })
    let missing = tensors.filter { !names.contains($0.key) }
      .map { ($0.value.line, "no tensor is called \($0.key.string.quoted(limit: 80))") }
    let roles = all.map { TensorRole(of: $0.name) }
    let unused = rules.filter { rule in !zip(all, roles).contains { rule.matches($0.name, $0.shape, $1) } }
      .map { ($0.line, "no tensor is what this rule is about") }
    return (missing + unused).sorted { $0.0 < $1.0 }
  }

  public static func == (left: Recipe, right: Recipe) -> Bool {
    left.target == right.target && left.rules == right.rules
      && left.tensors.mapValues(\.type) == right.tensors.mapValues(\.type)
  }
}
