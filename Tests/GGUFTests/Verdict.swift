import GGUF
import TensorCore
import TestSupport

/// What the reader says of a file: refused, read with deviations, or sound.
struct Verdict: Equatable {
  var outcome: Outcome<GGUFError>
  var deviations: [GGUFError] = []

  static let sound = Verdict(outcome: .accepted)

  static func refused(_ error: GGUFError) -> Verdict { Verdict(outcome: .breaks(error)) }

  static func deviates(_ errors: GGUFError...) -> Verdict { Verdict(outcome: .accepted, deviations: errors) }

  init(outcome: Outcome<GGUFError>, deviations: [GGUFError] = []) {
    self.outcome = outcome
    self.deviations = deviations
  }

  /// Reads the file at a path.
  init(readingFileAt path: String) {
    var deviations: [GGUFError] = []
    outcome = TestSupport.outcome { deviations = try GGUFFile(path: path).deviations }
    self.deviations = deviations
  }

  /// Writes a file of these bytes and reads it.
  init(reading bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    self.init(readingFileAt: try folder.write("a.gguf", bytes))
  }

  init(reading builder: GGUFBuilder) throws { try self.init(reading: builder.build()) }
}

extension GGUFFile {
  /// A file of these bytes, read. The file is gone when this returns, but open.
  init(reading bytes: [UInt8]) throws {
    let folder = try TemporaryFolder()
    try self.init(path: folder.write("a.gguf", bytes))
  }

  /// The bytes of a tensor.
  func payload(_ tensor: TensorDescription) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    var span = bytes.mutableSpan
    try read(tensor, from: 0, into: &span)
    return bytes
  }
}
