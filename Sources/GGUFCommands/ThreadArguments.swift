internal import ArgumentParser
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How many threads a command works with.
struct ThreadArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Use so many threads at most; all processors by default.", valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads takes a number from 1 up, not \(threads)") }
  }

  /// As many as the user wants, and no more than there are processors.
  var count: Int {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    return min(threads ?? processors, processors)
  }
}
