internal import TensorCore
internal import Validation

/// What validation found as workflow commands of GitHub Actions: an annotation for each rule that a model breaks, as
/// GitHub shows ten of a step, and the summary as a line of the log.
struct GitHubAnnotations {
  private let results: ValidationResults

  init(_ results: ValidationResults) { self.results = results }

  func rendered() -> String {
    var text = ""
    for model in results.models {
      switch model.outcome {
      case .unreadable(let failure):
        text += Self.command("error", file: model.path, title: "cannot be read", failure.message.printable)
      case .report(let report):
        for group in results.groups(report) {
          var lines = group.findings.map { $0.line(of: report) }
          if group.hidden > 0 { lines.append("and \(Numbers.grouped(group.hidden)) more") }
          let file = group.findings.first?.place.file ?? 0
          let path = report.files.indices.contains(file) ? report.files[file].path : report.path
          text += Self.command(
            group.severity == .note ? "notice" : group.severity.rawValue, file: path,
            title: "\(group.rule.id) \(group.rule.name)", lines.joined(separator: "\n"))
        }
      }
    }
    return text + results.summary + "\n"
  }

  private static func command(_ name: String, file: String, title: String, _ message: String) -> String {
    "::\(name) file=\(property(FileURI.plain(file).printable)),title=\(property(title))::\(data(message))\n"
  }

  /// As the runner takes it back: a percent sign and line breaks are escaped.
  static func data(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "\r": escaped += "%0D"
      case "\n": escaped += "%0A"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// In a property, colons and commas too.
  static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}
