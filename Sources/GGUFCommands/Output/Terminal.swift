#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What the results are printed on, as far as drawings depend on it.
struct Terminal {
  /// Characters of a line: those of the terminal, or what COLUMNS says; 80 elsewhere.
  let columns: Int
  /// Whether lines are cut by a terminal, and not read by a program.
  let isTerminal: Bool
  /// Whether the terminal shows colours, and nobody asked for none.
  let hasColours: Bool
  let glyphs: Glyphs

  init(columns: Int, isTerminal: Bool = false, hasColours: Bool = false, glyphs: Glyphs) {
    self.columns = columns
    self.isTerminal = isTerminal
    self.hasColours = hasColours
    self.glyphs = glyphs
  }

  /// - Parameters:
  ///   - environment: COLUMNS, TERM, NO_COLOR (no-color.org), and the variables of the locale.
  ///   - width: Of the terminal; nil where there is none.
  init(environment: [String: String], width: Int?) {
    let stated = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
    columns = min(max(stated ?? width ?? 80, 40), 400)
    isTerminal = width != nil
    hasColours = width != nil && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    glyphs = Glyphs(environment: environment)
  }

  /// That of standard output.
  static var current: Terminal {
    Terminal(environment: ProcessInfo.processInfo.environment, width: StandardOutput.width)
  }
}

/// The characters that drawings are made of.
enum Glyphs {
  /// Block elements.
  case unicode
  case ascii

  /// Block elements where the locale is one of UTF-8: the first of LC_ALL, LC_CTYPE and LANG that is set says it.
  init(environment: [String: String]) {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased()
    self = name.contains("utf-8") || name.contains("utf8") ? .unicode : .ascii
  }
}
