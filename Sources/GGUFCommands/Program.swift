internal import ArgumentParser
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The program `gguf`: parses the command line, runs the command, and ends with one of the exit codes of ``Failure``.
public func runProgram() -> Never {
  // A file-size limit is then an error of the call, which names the file, and not the end of the program.
  signal(SIGXFSZ, SIG_IGN)
  reserveStandardStreams()
  raiseOpenFileLimit()
  do {
    var command = try GGUFCommand.parseAsRoot()
    try command.run()
  } catch let error as Failure {
    StandardError.write("gguf: \(error.message)\n")
    exit(error.code.rawValue)
  } catch let error as FailureCode {
    // The command has said everything already.
    exit(error.rawValue)
  } catch {
    let code = GGUFCommand.exitCode(for: error)
    if code.isSuccess {
      // What was asked for was the help, the version or a completion script.
      do throws(Failure) {
        try StandardOutput.write(GGUFCommand.fullMessage(for: error) + "\n")
      } catch {
        StandardError.write("gguf: \(error.message)\n")
        exit(error.code.rawValue)
      }
      exit(0)
    }
    StandardError.write("gguf: \(UsageMessage.line(for: error, arguments: CommandLine.arguments.dropFirst()))\n")
    exit(FailureCode.usage.rawValue)
  }
  exit(0)
}

enum Program {
  static let version = "0.1.0"
  static let nameAndVersion = "gguf \(version)"
}

struct GGUFCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gguf",
    abstract:
      "Converts model checkpoints into quantized GGUF files, shows what is in them, and verifies what they lost.",
    discussion: """
      Results go to standard output, everything else to standard error. Exit codes: 0 good, 1 findings, 64 usage, \
      65 bad input data, 66 no such input, 73 cannot create the output, 74 I/O error, 130 and 143 interrupted.
      """,
    version: Program.version,
    subcommands: [
      ConvertCommand.self, InspectCommand.self, VerifyCommand.self, DiffCommand.self, HashCommand.self,
      DequantizeCommand.self, FakeQuantizeCommand.self, SetCommand.self, SplitCommand.self, MergeCommand.self,
      ValidateCommand.self,
      LockCommand.self, PackCommand.self, UnpackCommand.self, TypesCommand.self,
    ])
}
