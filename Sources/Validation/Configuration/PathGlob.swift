/// A pattern for paths, as shells and `.gitignore` have them.
///
/// `*` is any text without a slash, `?` one character but a slash, `[a-z]` and `[!a-z]` one of a set, `**` any number of
/// folders; a backslash takes its meaning from the character behind it.
package struct PathGlob: Sendable, Hashable {
  private enum Piece: Hashable {
    case character(Unicode.Scalar)
    case anyCharacter
    case anyText
    case oneOf([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  /// What stands between two slashes.
  private enum Component: Hashable {
    /// `**`.
    case anyFolders
    case pieces([Piece])
  }

  package let text: String
  private let components: [Component]

  package init(_ text: String) {
    self.text = text
    components = Self.components(of: text).map { $0 == "**" ? .anyFolders : .pieces(Self.pieces(of: $0)) }
  }

  /// Whether a text is a pattern and not just a path.
  package static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  /// What stands between slashes; what comes out empty (`a//b`, a trailing slash) does not count.
  package static func components(of path: String) -> [Substring] { path.split(separator: "/") }

  /// Whether it matches a whole path.
  ///
  /// - Complexity: O(*n* x *m*) for *n* characters of the path and *m* of the pattern, whatever they are.
  package func matches(_ path: String) -> Bool { matches(components: Self.components(of: path)) }

  package func matches(components path: [Substring]) -> Bool {
    // Which numbers of the path's components the pattern's components so far can stand for.
    var reached = [true] + [Bool](repeating: false, count: path.count)
    for component in components {
      var next = [Bool](repeating: false, count: path.count + 1)
      switch component {
      case .anyFolders:
        var isReached = false
        for index in 0...path.count {
          isReached = isReached || reached[index]
          next[index] = isReached
        }
      case .pieces(let pieces):
        for index in 0..<path.count where reached[index] {
          next[index + 1] = Self.match(pieces, Array(path[index].unicodeScalars))
        }
      }
      reached = next
    }
    return reached[path.count]
  }

  /// Whether the components so far can be the beginning of a path that matches: those of a folder worth looking into.
  package func canMatch(below folder: [Substring]) -> Bool {
    var reached: Set<Int> = [0]
    for name in folder {
      var next: Set<Int> = []
      for start in reached {
        var index = start
        while index < components.count {
          if case .pieces(let pieces) = components[index] {
            if Self.match(pieces, Array(name.unicodeScalars)) { next.insert(index + 1) }
            break
          }
          next.insert(index)
          index += 1
        }
      }
      reached = next
    }
    return reached.contains { $0 < components.count }
  }

  private static func match(_ pieces: [Piece], _ name: [Unicode.Scalar]) -> Bool {
    var (piece, character) = (0, 0)
    // Behind the last `*`, and where in the name to try it next: an earlier one need never take more.
    var retry: (piece: Int, character: Int)?
    while character < name.count {
      if piece < pieces.count {
        if pieces[piece] == .anyText {
          retry = (piece + 1, character)
          piece += 1
          continue
        }
        if isOne(name[character], pieces[piece]) {
          piece += 1
          character += 1
          continue
        }
      }
      guard let last = retry else { return false }
      retry = (last.piece, last.character + 1)
      (piece, character) = (last.piece, last.character + 1)
    }
    return pieces[piece...].allSatisfy { $0 == .anyText }
  }

  private static func isOne(_ character: Unicode.Scalar, _ piece: Piece) -> Bool {
    switch piece {
    case .character(let expected): character == expected
    case .anyCharacter: true
    case .anyText: false
    case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
    }
  }

  private static func pieces(of text: Substring) -> [Piece] {
    let scalars = Array(text.unicodeScalars)
    var pieces: [Piece] = []
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "*": if pieces.last != .anyText { pieces.append(.anyText) }
      case "?": pieces.append(.anyCharacter)
      case "\\" where index < scalars.count:
        pieces.append(.character(scalars[index]))
        index += 1
      case "[":
        if let (set, end) = set(scalars, from: index) {
          pieces.append(set)
          index = end
        } else {
          pieces.append(.character(scalar))
        }
      default: pieces.append(.character(scalar))
      }
    }
    return pieces
  }

  /// What stands between brackets, and where it ends; nil where no bracket closes it.
  private static func set(_ scalars: [Unicode.Scalar], from start: Int) -> (Piece, end: Int)? {
    var index = start
    let isNegated = index < scalars.count && (scalars[index] == "!" || scalars[index] == "^")
    if isNegated { index += 1 }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    // A bracket that comes first is one of the set.
    let first = index
    while index < scalars.count, scalars[index] != "]" || index == first {
      let low = scalars[index]
      if index + 2 < scalars.count, scalars[index + 1] == "-", scalars[index + 2] != "]" {
        if low <= scalars[index + 2] { ranges.append(low...scalars[index + 2]) }
        index += 3
      } else {
        ranges.append(low...low)
        index += 1
      }
    }
    return index < scalars.count ? (.oneOf(ranges, isNegated: isNegated), index + 1) : nil
  }
}
