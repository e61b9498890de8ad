#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// A share as a bar of text: eighths of a character where the locale has Unicode, `#` where it has not.
struct Bar {
  private let width: Int
  private let isUnicode: Bool

  /// - Parameter width: Characters of a whole.
  init(width: Int, isUnicode: Bool = Bar.localeHasUnicode) {
    self.width = width
    self.isUnicode = isUnicode
  }

  /// What the environment says of the characters that a terminal shows.
  static let localeHasUnicode: Bool = {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
  }()

  /// - Parameter share: 0 to 1; what is beyond is cut off. Anything above 0 leaves a trace.
  func text(_ share: Double) -> String {
    guard share > 0 else { return "" }
    let share = min(share, 1)
    guard isUnicode else { return String(repeating: "#", count: max(1, Int((share * Double(width)).rounded()))) }
    let eighths = max(1, Int((share * Double(width) * 8).rounded()))
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }
}
