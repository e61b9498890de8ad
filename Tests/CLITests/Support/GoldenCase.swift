import Foundation
import Testing
import TestSupport

/// A golden file with commands: comments (`# ...`), then for each command `$ gguf ARGUMENTS`, its exit code, and what it
/// wrote. The commands run in order in one fresh folder, where the repository's samples are at `samples/`.
struct GoldenCase {
  let comments: [String]
  let commands: [String]

  private static let prompt = "$ gguf"

  init(_ text: String) {
    comments = text.lines.prefix { $0.hasPrefix("#") }.map(String.init)
    commands = text.lines.filter { $0 == Self.prompt || $0.hasPrefix(Self.prompt + " ") }.map(String.init)
  }

  /// Runs the commands and returns what the file should hold.
  func run() throws -> String {
    let folder = try TemporaryFolder.withSamples()
    var blocks: [String] = []
    for command in commands {
      let before = try folder.names
      let words = try commandLineWords(String(command.dropFirst(Self.prompt.count)))
      let result = try GGUFProgram.run(words, in: folder)
      let after = try folder.names
      #expect(result.exit <= 1 || after == before, "\(command): failed, and left \(after)")
      #expect(!after.contains { $0.hasSuffix(".partial") }, "\(command): left \(after)")
      #expect(result.messages.allSatisfy { $0.hasPrefix("gguf: ") }, "\(command): \(result.standardError)")
      blocks.append(
        "\(command)\nexit: \(result.exit)\n--- stdout\n\(Self.section(result.standardOutput))"
          + "--- stderr\n\(Self.section(result.standardError))")
    }
    return comments.map { $0 + "\n" }.joined() + blocks.joined(separator: "\n")
  }

  private static func section(_ text: String) -> String {
    let text = withoutSeconds(text)
    return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n\\ no line break at the end\n"
  }

  /// The only thing in an output that differs between two runs is how long the work took.
  private static func withoutSeconds(_ text: String) -> String {
    text.replacing(
      /(?m)^((?:gguf: )?(?:converted|verified|dequantized|fake-quantized|looked at|validated|packed|unpacked) .* in )[0-9]+\.[0-9]{2} s$/
    ) { "\($0.1)SECONDS s" }
    .replacing(/(?m)^(  "seconds" : )[0-9.e-]+(,?)$/) { "\($0.1)SECONDS\($0.2)" }
  }
}
