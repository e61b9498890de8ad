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
    return "\(flattened(GGUFCommand.message(for: error))); see gguf \(first) --help"
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
