import Foundation
import Testing
import TestSupport

/// What goes to which stream, and what happens where one is not there.
@Suite struct StandardStreamTests {
  private static let conversion = [
    "convert", "samples/valid/tiny-f32.safetensors", "--as-is", "--type", "Q8_0", "-o", "out.gguf",
  ]

  private static func expectedOutput() throws -> Data {
    let folder = try TemporaryFolder.withSamples()
    #expect(try GGUFProgram.run(conversion, in: folder).exit == 0)
    return try folder.bytes("out.gguf")
  }

  /// A descriptor that is closed is the next one to be opened: a text must not end up in a file of the conversion.
  @Test(arguments: [">&-", "2>&-", "<&-", "<&- 2>&-", "<&- >&- 2>&-"])
  func aClosedStreamDoesNotHarmTheOutput(_ redirection: String) throws {
    let folder = try TemporaryFolder.withSamples()
    _ = try GGUFProgram.run(Self.conversion, in: folder, redirection: redirection)
    #expect(try folder.names == ["out.gguf", "samples"])
    #expect(try folder.bytes("out.gguf") == Self.expectedOutput())
  }

  @Test func errorsAreNotQuiet() throws {
    let result = try GGUFProgram.run(
      ["convert", "missing", "--as-is", "--type", "Q8_0", "-o", "out.gguf", "--quiet"], in: TemporaryFolder())
    #expect(result.standardError == "gguf: missing: No such file or directory\n")
  }

  /// Nobody who pipes the result into another program wants to find anything else in it.
  @Test(arguments: [["--dry-run"], []]) func standardOutputOfJSONIsOneDocument(_ options: [String]) throws {
    let folder = try TemporaryFolder.withSamples()
    let result = try GGUFProgram.run(Self.conversion + options + ["--json"], in: folder)
    let document = try JSONSerialization.jsonObject(with: Data(result.standardOutput.utf8)) as? [String: Any]
    #expect(document?["schema"] as? String == "gguf-convert-1")
    #expect(result.standardError == "")
  }

  #if os(Linux)
    /// The source and the output would otherwise get the numbers of the streams, and progress be written into the output.
    @Test func aClosedStreamIsNotReplacedByAFileOfTheConversion() throws {
      let folder = try TemporaryFolder()
      try folder.writeSparse("zeros.f32", [], size: 1 << 30)
      let process = try GGUFProgram.start(
        ["convert", "zeros.f32", "--raw-tensor", "a:1048576x256", "--as-is", "--type", "Q4_K", "-o", "out.gguf"],
        in: folder, redirection: "<&- >&- 2>&-")
      while process.isRunning, try folder.names.count < 2 { usleep(1000) }
      let targets = (0...2).compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process.pid)/fd/\($0)")
      }
      #expect(targets.count == 3 && targets.allSatisfy { !$0.hasPrefix(folder.path) }, "\(targets)")
    }

    @Test(arguments: [["types"], ["types", "--json"], ["inspect", "samples/valid/tiny-f32.safetensors"], conversion])
    func aResultThatCannotBeWrittenIsAnError(_ arguments: [String]) throws {
      let folder = try TemporaryFolder.withSamples()
      let result = try GGUFProgram.run(arguments, in: folder, redirection: ">/dev/full")
      #expect(result.exit == 74)
      #expect(result.messages.count == 1)
    }
  #endif
}
