/// What a regular expression is made of.
indirect enum NameRegexNode: Equatable {
  case scalar(NameRegexSet)
  case assertion(NameRegexAssertion)
  case sequence([NameRegexNode])
  case choice([NameRegexNode])
  /// At least, and at most if there is a limit.
  case repetition(NameRegexNode, Int, Int?)
}

/// What holds between two scalars.
enum NameRegexAssertion: Equatable, Sendable {
  case start, end, wordBoundary, noWordBoundary
}

/// Some Unicode scalars.
struct NameRegexSet: Equatable, Sendable {
  var ranges: [ClosedRange<Unicode.Scalar>]
  var isNegated = false

  static let digits = NameRegexSet(ranges: ["0"..."9"])
  static let word = NameRegexSet(ranges: ["0"..."9", "A"..."Z", "_"..."_", "a"..."z"])
  static let blanks = NameRegexSet(ranges: ["\t"..."\r", " "..." "])
  static let notNewline = NameRegexSet(ranges: ["\n"..."\n"], isNegated: true)

  func contains(_ scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }

  /// The ranges of all other scalars.
  var others: [ClosedRange<Unicode.Scalar>] {
    var others: [ClosedRange<Unicode.Scalar>] = []
    var next: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      // What has no scalar at an end (a surrogate) is none of the ranges that are written here.
      if range.lowerBound.value > next, let low = Unicode.Scalar(next),
        let high = Unicode.Scalar(range.lowerBound.value - 1)
      {
        others.append(low...high)
      }
      next = max(next, range.upperBound.value + 1)
    }
    if let low = Unicode.Scalar(next) { others.append(low..."\u{10FFFF}") }
    return others
  }
}

/// Reads a regular expression.
struct NameRegexParser {
  static let depthLimit = 32
  private static let mostRepetitions = 1000

  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// - Throws: ``NameRegexError``.
  static func parse(_ text: String) throws(NameRegexError) -> NameRegexNode {
    var parser = NameRegexParser(scalars: Array(text.unicodeScalars))
    let node = try parser.choice(depth: 0)
    guard parser.next == nil else { throw .unopened(")") }
    return node
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    index += 1
    return true
  }

  private mutating func choice(depth: Int) throws(NameRegexError) -> NameRegexNode {
    guard depth <= Self.depthLimit else { throw .tooDeep(limit: Self.depthLimit) }
    var choices = [try sequence(depth: depth)]
    while take("|") { choices.append(try sequence(depth: depth)) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence(depth: Int) throws(NameRegexError) -> NameRegexNode {
    var nodes: [NameRegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      index += 1
      nodes.append(try repetition(of: try atom(scalar, depth: depth)))
    }
    return .sequence(nodes)
  }

  private mutating func atom(_ scalar: Unicode.Scalar, depth: Int) throws(NameRegexError) -> NameRegexNode {
    switch scalar {
    case ".": return .scalar(.notNewline)
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case "[": return .scalar(try set())
    case "\\": return try escape()
    case "(":
      if take("?"), !take(":") { throw .unsupported("(?\(next.map { "\($0)" } ?? "")") }
      let group = try choice(depth: depth + 1)
      guard take(")") else { throw .unfinished("(") }
      return group
    case "*", "+", "?", "{": throw .nothingToRepeat("\(scalar)")
    case "]", "}": throw .unopened("\(scalar)")
    default: return .scalar(NameRegexSet(ranges: [scalar...scalar]))
    }
  }

  private mutating func repetition(of node: NameRegexNode) throws(NameRegexError) -> NameRegexNode {
    let bounds: (Int, Int?)
    let mark = next
    switch mark {
    case "*": bounds = (0, nil)
    case "+": bounds = (1, nil)
    case "?": bounds = (0, 1)
    case "{":
      guard let end = scalars[index...].firstIndex(of: "}") else { throw .unfinished("{") }
      bounds = try self.bounds(String(String.UnicodeScalarView(scalars[(index + 1)..<end])))
      index = end
    default: return node
    }
    if let mark, case .assertion = node { throw .nothingToRepeat("\(mark) but an anchor") }
    index += 1
    // As few as possible: the same where all that counts is whether there is a match.
    _ = take("?")
    if let next, "*+?{".unicodeScalars.contains(next) { throw .unsupported("a repetition of a repetition") }
    return .repetition(node, bounds.0, bounds.1)
  }

  private func bounds(_ text: String) throws(NameRegexError) -> (Int, Int?) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.map { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        ? Int(part).flatMap { $0 <= Self.mostRepetitions ? $0 : nil } : nil
    }
    if parts.count == 1, let count = numbers[0] { return (count, count) }
    if parts.count == 2, let least = numbers[0] {
      if parts[1].isEmpty { return (least, nil) }
      if let most = numbers[1], most >= least { return (least, most) }
    }
    throw .badRepetition("{\(text)}")
  }

  private mutating func escape() throws(NameRegexError) -> NameRegexNode {
    switch next {
    case "b":
      index += 1
      return .assertion(.wordBoundary)
    case "B":
      index += 1
      return .assertion(.noWordBoundary)
    default: return .scalar(try escapedSet())
    }
  }

  /// What a backslash stands for with what is behind it.
  private mutating func escapedSet() throws(NameRegexError) -> NameRegexSet {
    guard let scalar = next else { throw .unfinished("\\") }
    index += 1
    switch scalar {
    case "d": return .digits
    case "w": return .word
    case "s": return .blanks
    case "D": return NameRegexSet(ranges: NameRegexSet.digits.others)
    case "W": return NameRegexSet(ranges: NameRegexSet.word.others)
    case "S": return NameRegexSet(ranges: NameRegexSet.blanks.others)
    case "n": return NameRegexSet(ranges: ["\n"..."\n"])
    case "r": return NameRegexSet(ranges: ["\r"..."\r"])
    case "t": return NameRegexSet(ranges: ["\t"..."\t"])
    case _ where NameRegexSet.word.contains(scalar): throw .unsupported("\\\(scalar)")
    default: return NameRegexSet(ranges: [scalar...scalar])
    }
  }

  /// What stands between brackets.
  private mutating func set() throws(NameRegexError) -> NameRegexSet {
    var set = NameRegexSet(ranges: [])
    set.isNegated = take("^")
    // A bracket that comes first is one of the set.
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      index += 1
      if scalar == "\\" {
        let escaped = try escapedSet()
        guard let low = escaped.single else {
          set.ranges += escaped.ranges
          continue
        }
        set.ranges.append(try range(from: low))
      } else {
        set.ranges.append(try range(from: scalar))
      }
    }
    guard take("]") else { throw .unfinished("[") }
    return set
  }

  /// The range that begins with a scalar, which is one scalar unless a hyphen and another follow.
  private mutating func range(from low: Unicode.Scalar) throws(NameRegexError) -> ClosedRange<Unicode.Scalar> {
    guard next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else { return low...low }
    index += 1
    var high = scalars[index]
    index += 1
    if high == "\\" {
      guard let escaped = try escapedSet().single else { throw .badRange("\(low)-\\") }
      high = escaped
    }
    guard low <= high else { throw .badRange("\(low)-\(high)") }
    return low...high
  }
}

extension NameRegexSet {
  /// The scalar, if it is one.
  fileprivate var single: Unicode.Scalar? {
    guard ranges.count == 1, ranges[0].lowerBound == ranges[0].upperBound else { return nil }
    return ranges[0].lowerBound
  }
}
