internal import TensorCore

/// What becomes of the tensors of one kind: those whose names differ in the numbers of layer and expert only, for which a
/// `*` stands in names here.
struct TensorRule: Sendable {
  /// What one tensor, or those of all experts of a layer, become.
  struct Output: Sendable {
    /// With as many `*` as there are layers to tell apart: one or none.
    let name: String
    let arrange: @Sendable (ArrayView) throws(ArchitectureError) -> ArrayView
  }

  enum Presence: Sendable {
    /// In every layer.
    case required
    /// In any layer or none.
    case optional
    /// It may be there and is left out; why is said in a few words.
    case leftOut(because: String)
  }

  /// As the checkpoint has it: `model.layers.*.self_attn.q_proj.weight`.
  let source: String
  /// What the configuration makes it; nil for what is left out.
  let shape: [Int]?
  let presence: Presence
  /// How many tensors of a layer are stacked, one for each number at the second `*`; nil where there is none.
  let experts: Int?
  let outputs: [Output]
}

/// A tensor's name with `*` for the parts between dots that are numbers.
struct TensorKind: Hashable {
  let pattern: ExactString
  /// The numbers, in their order.
  let numbers: [Int]

  /// Numbers are written without leading zeros, so that two names never have one meaning.
  init(_ name: String) {
    var numbers: [Int] = []
    let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { part -> Substring in
      guard let number = Int(part), number >= 0, String(number) == part else { return part }
      numbers.append(number)
      return "*"
    }
    pattern = ExactString(parts.joined(separator: "."))
    self.numbers = numbers
  }

  /// A pattern with its `*` replaced by numbers, in their order.
  static func name(_ pattern: String, _ numbers: [Int]) -> String {
    var rest = numbers[...]
    return pattern.split(separator: ".", omittingEmptySubsequences: false).map { part in
      part == "*" ? rest.popFirst().map(String.init) ?? "*" : String(part)
    }.joined(separator: ".")
  }
}
