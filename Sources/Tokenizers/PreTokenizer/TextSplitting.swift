/// Splits a text as a list of steps says.
enum TextSplitting {
  /// nil where a step is not understood here.
  static func pieces(of text: [Unicode.Scalar], _ steps: [PreTokenizerStep]) -> [[Unicode.Scalar]]? {
    var pieces = text.isEmpty ? [] : [text]
    for step in steps {
      if case .byteLevel(let addsPrefixSpace) = step {
        pieces = pieces.enumerated().map { index, piece in
          var string = String(String.UnicodeScalarView(piece))
          if addsPrefixSpace && index == 0 && piece.first != " " { string = " " + string }
          return Array(ByteLevel.text(of: string).unicodeScalars)
        }
        continue
      }
      var next: [[Unicode.Scalar]] = []
      for piece in pieces {
        guard let parts = parts(of: piece, step) else { return nil }
        next += parts.filter { !$0.isEmpty }
      }
      pieces = next
    }
    return pieces
  }

  private static func parts(of text: [Unicode.Scalar], _ step: PreTokenizerStep) -> [[Unicode.Scalar]]? {
    switch step {
    case .split(.regex(let pattern), let behavior, let isInverted):
      guard let found = SplitPattern.matches(of: pattern, in: text) else { return nil }
      return split(text, at: found, behavior, isInverted)
    case .split(.text(let wanted), let behavior, let isInverted):
      return split(text, at: places(of: Array(wanted.unicodeScalars), in: text), behavior, isInverted)
    case .digits(let each):
      return split(text, where: { $0.isNumber }, each ? .isolated : .contiguous)
    case .punctuation(let behavior): return split(text, where: \.isPunctuation, behavior)
    case .whitespaceSplit: return split(text, where: \.properties.isWhitespace, .removed)
    case .bert:
      return split(text, where: \.properties.isWhitespace, .removed).flatMap {
        split($0, where: \.isPunctuation, .isolated)
      }
    case .whitespace, .byteLevel, .other: return nil
    }
  }

  private static func split(
    _ text: [Unicode.Scalar], where isFound: (Unicode.Scalar) -> Bool, _ behavior: PreTokenizerStep.Behavior
  ) -> [[Unicode.Scalar]] {
    split(text, at: text.indices.filter { isFound(text[$0]) }.map { $0..<($0 + 1) }, behavior, false)
  }

  private static func places(of wanted: [Unicode.Scalar], in text: [Unicode.Scalar]) -> [Range<Int>] {
    guard !wanted.isEmpty else { return [] }
    var found: [Range<Int>] = []
    var index = 0
    while index + wanted.count <= text.count {
      if text[index...].starts(with: wanted) {
        found.append(index..<(index + wanted.count))
        index += wanted.count
      } else {
        index += 1
      }
    }
    return found
  }

  /// - Parameter found: In order, none overlapping another.
  private static func split(
    _ text: [Unicode.Scalar], at found: [Range<Int>], _ behavior: PreTokenizerStep.Behavior, _ isInverted: Bool
  ) -> [[Unicode.Scalar]] {
    var parts: [(range: Range<Int>, isFound: Bool)] = []
    var position = 0
    for range in found where !range.isEmpty {
      if range.lowerBound > position { parts.append((position..<range.lowerBound, isInverted)) }
      parts.append((range, !isInverted))
      position = range.upperBound
    }
    if position < text.count { parts.append((position..<text.count, isInverted)) }
    var merged: [Range<Int>] = []
    var wasFound = false
    for (range, isFound) in parts {
      let joins =
        switch behavior {
        case .removed, .isolated: false
        // What is found joins what is in front of it, unless that was found too.
        case .mergedWithPrevious: isFound && !wasFound
        case .mergedWithNext: !isFound && wasFound
        case .contiguous: isFound == wasFound
        }
      if !(behavior == .removed && isFound) {
        if joins, let last = merged.popLast() {
          merged.append(last.lowerBound..<range.upperBound)
        } else {
          merged.append(range)
        }
      }
      wasFound = isFound
    }
    return merged.map { Array(text[$0]) }
  }
}

extension Unicode.Scalar {
  /// Any of the categories N.
  fileprivate var isNumber: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// Any of the categories P, and the signs of ASCII.
  fileprivate var isPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return true
    default: break
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }
}
