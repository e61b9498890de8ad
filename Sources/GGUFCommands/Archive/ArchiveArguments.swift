internal import ArgumentParser
internal import FileAccess
internal import TensorCore

/// How a Zstandard archive is made.
struct ArchiveArguments: ParsableArguments {
  /// How the name of an archive ends.
  static let fileNameEnd = ".zst"

  @Option(
    help: ArgumentHelp(
      """
      How hard Zstandard tries to make a .zst small, from \(ArchiveWriter.levels.lowerBound) (fast) to \
      \(ArchiveWriter.levels.upperBound) (slow). (default: \(ArchiveWriter.defaultLevel))
      """, valueName: "level"))
  var level: Int?

  @Option(
    help: ArgumentHelp(
      "The most bytes that a frame of a .zst holds, and that are unpacked together: 64KiB to 8MiB. (default: 2MiB)",
      valueName: "bytes"), transform: Self.frameSize)
  var frameSize: Int?

  private static func frameSize(_ argument: String) throws -> Int {
    guard let bytes = ByteCount.parse(argument), ArchiveLayout.frameBytes.contains(bytes) else {
      throw ValidationError("expected a number of bytes from 64KiB to 8MiB, found \(argument.quoted())")
    }
    return bytes
  }

  func validate() throws {
    if let level, !ArchiveWriter.levels.contains(level) {
      let levels = ArchiveWriter.levels
      throw ValidationError("--level takes a number from \(levels.lowerBound) to \(levels.upperBound), not \(level)")
    }
  }

  /// The first of the options that is given, in the user's words.
  var given: String? { level != nil ? "--level" : frameSize != nil ? "--frame-size" : nil }

  var chosenLevel: Int { level ?? ArchiveWriter.defaultLevel }
  var frameBytes: Int { frameSize ?? ArchiveLayout.defaultFrameBytes }
}
