internal import ArgumentParser
internal import TensorCore

/// Which tensors a command leaves out, and what it calls the others.
struct NameArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Leave out tensors whose names match. Repeatable.", valueName: "regex"),
    transform: NamePattern.init)
  var exclude: [NamePattern] = []

  @Option(
    help: ArgumentHelp(
      "Write TEXT for what matches in tensors' names. Repeatable, applied in order.", valueName: "regex=text"),
    transform: RenameArgument.init)
  var rename: [RenameArgument] = []

  /// Whether a tensor is left out, by its name.
  var excludes: (String) -> Bool {
    let excludes = exclude
    return { name in excludes.contains { $0.matches(name) } }
  }

  /// The name that a tensor gets, by its own.
  var outputName: (String) -> String {
    let renames = rename
    return { name in renames.reduce(name) { $1.applied(to: $0) } }
  }

  /// Warns of patterns that match nothing.
  func warnOfIdle(_ tensors: [String]) {
    NamePattern.warnOfIdle(exclude.map { ("--exclude", $0) }, names: tensors)
    RenameArgument.warnOfIdle(rename, names: tensors)
  }
}
