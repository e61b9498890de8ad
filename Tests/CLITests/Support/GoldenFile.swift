import Foundation
import Testing
import TestSupport

/// A file of expected output in `Golden/`.
///
/// With `RECORD_GOLDEN=1` in the environment the files are written instead of compared; such a run never passes.
struct GoldenFile {
  static let folder = Repository.path("Tests/CLITests/Golden")
  static let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1"

  let name: String

  private var url: URL { URL(fileURLWithPath: Self.folder + "/" + name) }

  func read() throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }

  /// Records an issue where `actual` is not what the file holds, or writes it there.
  func check(_ actual: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let expected = FileManager.default.fileExists(atPath: url.path) ? try read() : ""
    if Self.isRecording {
      try Data(actual.utf8).write(to: url)
      let change = expected == actual ? "unchanged" : "CHANGED"
      Issue.record("recorded \(name), \(change); run again without RECORD_GOLDEN", sourceLocation: sourceLocation)
      return
    }
    guard expected != actual else { return }
    let (wanted, found) = (expected.split(separator: "\n", omittingEmptySubsequences: false), actual.lines)
    let first = zip(wanted, found).prefix { $0 == $1 }.count
    Issue.record(
      """
      Golden/\(name) differs from line \(first + 1) on; RECORD_GOLDEN=1 records what is right.
      expected:
      \(wanted.dropFirst(first).prefix(6).joined(separator: "\n"))
      found:
      \(found.dropFirst(first).prefix(6).joined(separator: "\n"))
      """, sourceLocation: sourceLocation)
  }
}

extension String {
  /// The lines, with an empty one behind a final line break.
  var lines: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }
}
