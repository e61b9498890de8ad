#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Reports
import Testing

@Suite("Pages for the browser")
struct WritingPages {
  private static let folder = ProcessInfo.processInfo.environment["REPORT_PAGES"]

  @Test(
    "Written into the folder that REPORT_PAGES names, for make report-check", .enabled(if: folder != nil),
    arguments: ReportPages.names)
  func write(name: String) throws {
    let path = try #require(Self.folder)
    let report = ReportPages.report(name)
    try Data(try HTMLReport.page(report).utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).html"))
    try Data(MarkdownReport.text(report).utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).md"))
  }

  @Test(
    "Pages about checkpoints, likewise", .enabled(if: folder != nil), arguments: CheckpointPages.names)
  func writeCheckpoint(name: String) throws {
    let path = try #require(Self.folder)
    try Data(try CheckpointPages.page(name).html().utf8).write(to: URL(fileURLWithPath: "\(path)/\(name).html"))
  }
}
