internal import Checkpoints
public import FileAccess
internal import GGUF
internal import Safetensors
public import TensorCore

/// A file that is to be packed, and where its header says that it may be cut.
public struct ArchiveSource: Sendable {
  public let file: InputFile
  /// "GGUF", "safetensors"; nil for a file whose header is not one of these, or cannot be read.
  public let formatName: String?
  /// Where the data and each tensor begin.
  public let sectionStarts: [Int]

  /// Opens a file of any kind.
  ///
  /// - Throws: ``SourceError``; `.invalid` with ``ArchiveError/compressedAlready`` for one that is compressed.
  public init(path: String) throws(SourceError) {
    let file = try InputFile(path: path)
    if file.isCompressed { throw .invalid(path: path, ArchiveError.compressedAlready) }
    self.file = file
    // A damaged header is packed as it is, like anything else.
    switch try CheckpointFormat(of: file) {
    case .gguf:
      let gguf = try Self.sound { () throws(SourceError) in try GGUFFile(file) }
      formatName = gguf?.formatName
      sectionStarts = gguf.map { Self.starts($0.dataStart, $0.tensors) } ?? []
    case .safetensors:
      let safetensors = try Self.sound { () throws(SourceError) in try SafetensorsFile(file) }
      formatName = safetensors?.formatName
      sectionStarts = safetensors.map { Self.starts($0.dataStart, $0.tensors) } ?? []
    case .shardIndex, .unreadable:
      formatName = nil
      sectionStarts = []
    }
  }

  /// What is read; nil where the file breaks the rules of its format, and not where the system fails to read it.
  private static func sound<Result>(_ read: () throws(SourceError) -> Result) throws(SourceError) -> Result? {
    do throws(SourceError) {
      return try read()
    } catch {
      if case .invalid = error { return nil }
      throw error
    }
  }

  private static func starts(_ dataStart: Int, _ tensors: [TensorDescription]) -> [Int] {
    [dataStart] + tensors.map(\.offset)
  }
}

/// Why a file is not packed or unpacked.
public enum ArchiveError: FormatViolation, Hashable {
  case compressedAlready
  case notCompressed

  public var description: String {
    switch self {
    case .compressedAlready: "is compressed with Zstandard already; gguf unpack restores what is in it"
    case .notCompressed: "is not compressed with Zstandard"
    }
  }
}
