internal import Checkpoints
internal import Conversion
internal import TensorCore

/// The exit codes of the program, as in `sysexits.h`. They never change their meaning.
enum FailureCode: Int32, Error {
  case findings = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case interrupted = 130
  case terminated = 143
}

/// What goes wrong, as the user sees it: one line and an exit code. The one place where the libraries' errors become
/// text.
struct Failure: Error {
  let message: String
  let code: FailureCode

  init(_ message: String, _ code: FailureCode) {
    self.message = message
    self.code = code
  }

  init(_ error: SourceError) {
    switch error {
    case .file(let error): self.init(error)
    case .invalid(let path, let violation): self.init("\(path.printable): \(violation)", .badData)
    }
  }

  init(_ error: FileError) {
    let code: FailureCode =
      switch error.operation {
      case .open: .noInput
      case .create: .cannotCreate
      case .read, .write: .inputOutput
      }
    self.init("\(error.path.printable): \(error.reason)", code)
  }

  init(_ error: StreamFailure) {
    switch error {
    case .source(let error): self.init(error)
    case .output(let error): self.init(error)
    case .cancelled:
      self.init("interrupted; no output was written", Interruption.code ?? .interrupted)
    }
  }
}
