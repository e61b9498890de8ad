import Foundation
import TestSupport

/// The program under test: `gguf`, as it was built with these tests.
enum GGUFProgram {
  /// Beside the test bundle, or a few folders above it where the bundle is a folder.
  private static let located: String? = {
    let images = Bundle.allBundles.compactMap(\.executablePath) + [CommandLine.arguments[0]]
    for image in images {
      var folder = URL(fileURLWithPath: image).resolvingSymlinksInPath()
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        let candidate = folder.appendingPathComponent("gguf").path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue,
          FileManager.default.isExecutableFile(atPath: candidate)
        {
          return candidate
        }
      }
    }
    return nil
  }()

  static var path: String {
    get throws {
      guard let located else { throw ChildProcess.Failed(description: "no program `gguf` beside the test bundle") }
      return located
    }
  }

  /// Starts the program; `preparation` and `redirection` are those of ``ChildProcess``.
  static func start(
    _ arguments: [String], in folder: TemporaryFolder, after preparation: String = ":", redirection: String = ""
  ) throws -> ChildProcess {
    try ChildProcess([path] + arguments, in: folder.path, after: preparation, redirection: redirection)
  }

  static func run(
    _ arguments: [String], in folder: TemporaryFolder, after preparation: String = ":", redirection: String = "",
    limit: Duration = .seconds(60)
  ) throws -> ProcessResult {
    try start(arguments, in: folder, after: preparation, redirection: redirection).wait(limit: limit)
  }
}

extension TemporaryFolder {
  /// A folder in which the repository's samples are at `samples`, so that what is printed is the same everywhere.
  static func withSamples() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("samples"), withDestinationPath: Repository.path("samples"))
    return folder
  }

  /// The contents of a file.
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }
}
