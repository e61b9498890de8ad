import Foundation
import TestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Progress where standard error is not a terminal: a line every five seconds.
@Suite struct ProgressTests {
  private static func start(_ options: [String], in folder: TemporaryFolder) throws -> ChildProcess {
    try folder.writeSparse("zeros.f32", [], size: 2 << 30)
    let process = try GGUFProgram.start(
      ["convert", "zeros.f32", "--raw-tensor", "zeros:2097152x256", "--as-is", "--type", "Q4_K", "-o", "out.gguf"]
        + options, in: folder)
    while process.isRunning, try folder.names.count < 2 { usleep(1000) }
    return process
  }

  /// Both conversions are halted until a line is due, which costs the machine nothing.
  @Test func longWorkTellsHowFarItIsUnlessItIsQuiet() throws {
    let (quietFolder, folder) = (try TemporaryFolder(), try TemporaryFolder())
    let quiet = try Self.start(["--quiet"], in: quietFolder)
    quiet.send(SIGSTOP)
    let process = try Self.start([], in: folder)
    process.send(SIGSTOP)
    usleep(5_100_000)
    quiet.send(SIGCONT)
    process.send(SIGCONT)
    try process.waitForProgress()
    for process in [quiet, process] { process.send(SIGKILL) }
    #expect(try quiet.wait().standardError == "")
    let line = try process.wait().messages.first ?? ""
    let form = /converting: [0-9]+ %  [0-9.]+ [kMG]?B of 2\.1 GB  [0-9.]+ [kMG]?B\/s  [0-9]+ s left  zeros/
    #expect(line.wholeMatch(of: form) != nil, "\(line)")
  }
}
