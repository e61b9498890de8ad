/// A regular expression as steps, of which several can be next.
enum NameRegexProgram {
  enum Instruction: Sendable, Equatable {
    /// One scalar of these; the next step is the one behind.
    case scalar(NameRegexSet)
    case assertion(NameRegexAssertion)
    /// Both are next.
    case split(Int, Int)
    case jump(Int)
    case found
  }

  /// - Throws: ``NameRegexError/tooLarge(limit:)``.
  static func compiled(_ node: NameRegexNode) throws(NameRegexError) -> [Instruction] {
    var compiler = Compiler()
    try compiler.add(node)
    compiler.program.append(.found)
    return compiler.program
  }

  private struct Compiler {
    var program: [Instruction] = []
    /// Nodes that were added: a repetition of nothing makes no instruction.
    private var added = 0

    mutating func add(_ node: NameRegexNode) throws(NameRegexError) {
      added += 1
      guard program.count < NameRegex.instructionLimit, added <= 4 * NameRegex.instructionLimit else {
        throw .tooLarge(limit: NameRegex.instructionLimit)
      }
      switch node {
      case .scalar(let set): program.append(.scalar(set))
      case .assertion(let assertion): program.append(.assertion(assertion))
      case .sequence(let nodes): for node in nodes { try add(node) }
      case .choice(let nodes): try add(choice: nodes)
      case .repetition(let node, let least, let most): try add(node, least: least, most: most)
      }
    }

    private mutating func add(choice nodes: [NameRegexNode]) throws(NameRegexError) {
      var jumps: [Int] = []
      for (index, node) in nodes.enumerated() {
        guard index + 1 < nodes.count else {
          try add(node)
          break
        }
        let split = program.count
        program.append(.found)
        try add(node)
        jumps.append(program.count)
        program.append(.found)
        program[split] = .split(split + 1, program.count)
      }
      for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func add(_ node: NameRegexNode, least: Int, most: Int?) throws(NameRegexError) {
      for _ in 0..<least { try add(node) }
      guard let most else {
        let split = program.count
        program.append(.found)
        try add(node)
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
        return
      }
      var splits: [Int] = []
      for _ in least..<most {
        splits.append(program.count)
        program.append(.found)
        try add(node)
      }
      for split in splits { program[split] = .split(split + 1, program.count) }
    }
  }
}

/// Follows all ways through a program side by side.
struct NameRegexSearch {
  private let program: [NameRegexProgram.Instruction]
  /// Steps that wait for a scalar, and those that follow from them.
  private var waiting: [Int] = []
  private var reached: [Int] = [0]
  /// At which position a step was last looked at.
  private var seen: [Int]
  private var position = 0

  init(_ program: [NameRegexProgram.Instruction]) {
    self.program = program
    seen = [Int](repeating: -1, count: program.count)
  }

  /// Whether a way ends here; the scalars on both sides are nil at the ends of the text.
  mutating func isFound(between previous: Unicode.Scalar?, and next: Unicode.Scalar?) -> Bool {
    waiting.removeAll(keepingCapacity: true)
    while let step = reached.popLast() {
      guard seen[step] != position else { continue }
      seen[step] = position
      switch program[step] {
      case .found: return true
      case .scalar: waiting.append(step)
      case .jump(let target): reached.append(target)
      case .split(let first, let second):
        reached.append(second)
        reached.append(first)
      case .assertion(let assertion):
        if Self.holds(assertion, previous, next) { reached.append(step + 1) }
      }
    }
    return false
  }

  mutating func step(over scalar: Unicode.Scalar) {
    for step in waiting {
      if case .scalar(let set) = program[step], set.contains(scalar) { reached.append(step + 1) }
    }
    // It can begin anywhere.
    reached.append(0)
    position += 1
  }

  private static func holds(
    _ assertion: NameRegexAssertion, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?
  ) -> Bool {
    let isBoundary = isWord(previous) != isWord(next)
    return switch assertion {
    case .start: previous == nil
    case .end: next == nil
    case .wordBoundary: isBoundary
    case .noWordBoundary: !isBoundary
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool { scalar.map(NameRegexSet.word.contains) ?? false }
}
