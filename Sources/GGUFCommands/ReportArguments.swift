internal import ArgumentParser
internal import FileAccess
internal import Reports
internal import SystemPackage
internal import TensorCore
internal import Verification

/// Where reports of what was lost are written, and as what.
struct ReportArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write what every tensor lost into this file, by its ending as JSON, Markdown or a page: .json, .md, .html. Repeatable.",
      valueName: "file"), completion: .file(extensions: ["json", "md", "html"]), transform: ReportFile.init)
  var report: [ReportFile] = []

  /// Refuses what could not be written later, before the work begins.
  func check(replaces: Bool) throws(Failure) {
    for file in report { try OutputFile.check(file.path, replaces: replaces) }
  }

  func write(_ document: VerificationReport, replaces: Bool) throws {
    for file in report {
      try OutputFile.write(try file.format.text(document), to: file.path, replaces: replaces)
    }
  }
}

/// A file whose name says what it is.
struct ReportFile {
  enum Format: String, CaseIterable {
    case json, md, html

    func text(_ report: VerificationReport) throws -> String {
      switch self {
      case .json: try JSONOutput.text(report)
      case .md: MarkdownReport.text(report)
      case .html: try HTMLReport.page(report)
      }
    }
  }

  let path: String
  let format: Format

  init(_ argument: String) throws {
    guard let format = FilePath(argument).extension.flatMap({ Format(rawValue: $0.lowercased()) }) else {
      throw ValidationError(
        "expected a name that ends with .json, .md or .html, found \(argument.quoted())")
    }
    (path, self.format) = (argument, format)
  }
}
