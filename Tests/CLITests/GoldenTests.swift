import Foundation
import Testing
import TestSupport

/// What the program prints, word for word. `Golden/` holds a file for each case; `make record-golden` records them.
@Suite struct GoldenTests {
  static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: GoldenFile.folder)
      .filter { $0.hasSuffix(".txt") && $0 != MalformedSampleTests.messages.name }.sorted()
  }

  @Test(arguments: try names()) func printsWhatIsRecorded(_ name: String) throws {
    let file = GoldenFile(name: name)
    let golden = GoldenCase(try file.read())
    try #require(!golden.commands.isEmpty, "Golden/\(name) has no line that starts with `$ gguf`")
    try file.check(try golden.run())
  }

  @Test(arguments: [
    ("", []), (" a  b ", ["a", "b"]), ("'a b' \"c 'd\"", ["a b", "c 'd"]), ("--x='(' ''", ["--x=(", ""]),
  ])
  func splitsCommandLinesAsAShellDoes(_ line: String, _ words: [String]) throws {
    #expect(try commandLineWords(line) == words)
  }

  @Test func refusesACommandLineWithAnOpenQuote() {
    #expect(throws: (any Error).self) { try commandLineWords("inspect 'a b") }
  }
}
