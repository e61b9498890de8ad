internal import ArgumentParser
internal import TensorCore

/// What is wrong with a command line, in one line that names the help to look at.
enum UsageMessage {
  /// - Parameters:
  ///   - error: What the parser threw.
  ///   - arguments: The command line, without the program's name.
  static func line(for error: any Error, arguments: some Collection<String>) -> String {
    let commands = GGUFCommand.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard let first = arguments.first, commands.contains(first) else {
      if let first = arguments.first, !first.hasPrefix("-"), first != "help" {
        return "there is no command \(first.quoted()); the commands are \(commands.joined(separator: ", "))"
      }
      return "\(flattened(GGUFCommand.message(for: error))); see gguf --help"
    }
    var message = flattened(GGUFCommand.message(for: error))
    // So is one whose value was taken for an argument.
    let isOdd = message.hasPrefix("Missing") || message.contains("is invalid for '<")
    if isOdd, let unknown = unknownOption(in: arguments.dropFirst(), of: first) {
      message = unknown
    }
    return "\(message); see gguf \(first) --help"
  }

  /// The parser looks for what is missing before it looks at what it does not know; a mistyped option is both.
  private static func unknownOption(in arguments: some Collection<String>, of command: String) -> String? {
    guard let type = GGUFCommand.configuration.subcommands.first(where: { $0.configuration.commandName == command })
    else { return nil }
    let known = Set(GGUFCommand.helpMessage(for: type).matches(of: /--[a-z-]+/).map { String($0.output) })
    let options = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
    guard let option = options.map({ String($0.prefix { $0 != "=" }) }).first(where: { !known.contains($0) }) else {
      return nil
    }
    let alike = known.filter { $0.hasPrefix(option) || option.hasPrefix($0) }.sorted()
    return "there is no option \(option.printable)" + (alike.first.map { "; did you mean \($0)?" } ?? "")
  }

  /// The parser's lists, one value a line, become part of the sentence.
  private static func flattened(_ message: String) -> String {
    let lines = message.split(separator: "\n")
    let values = lines.filter { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    var sentence = lines.filter { !$0.hasPrefix("  - ") }.joined(separator: " ")
    if sentence.hasSuffix(".") { sentence.removeLast() }
    return (values.isEmpty ? sentence : "\(sentence) \(values.joined(separator: ", "))").printable
  }
}
