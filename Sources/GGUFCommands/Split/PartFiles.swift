internal import Checkpoints
internal import FileAccess
internal import SystemPackage
internal import TensorCore

/// The files of a split model that is to be written: `PREFIX-00001-of-00003.gguf` and so on.
struct PartFiles {
  /// In their order.
  let paths: [String]

  private let folder: FilePath
  private let first: ShardName

  /// - Parameters:
  ///   - prefix: What the names begin with, with a folder or without; `.gguf` at its end is left out.
  ///   - count: From 1 up.
  init(prefix: String, count: Int) {
    let path = FilePath(Self.withoutEnding(prefix))
    folder = path.removingLastComponent()
    first = ShardName(stem: path.lastComponent?.string ?? "", total: count, ending: ".gguf")
    let (folder, first) = (folder, first)
    paths = (1...count).map { folder.appending(first.name(of: $0)).string }
  }

  /// What is wrong with a prefix; nil where nothing is.
  static func problem(withPrefix prefix: String) -> String? {
    if prefix == "-" { return "--output takes the prefix of files, not standard output" }
    if prefix.hasSuffix("/") { return "--output takes the prefix of files, as in \((prefix + "model").quoted())" }
    let name = FilePath(withoutEnding(prefix)).lastComponent
    return name == nil || prefix == ".gguf" || prefix.hasSuffix("/.gguf") ? "the prefix of the parts is empty" : nil
  }

  private static func withoutEnding(_ prefix: String) -> String {
    prefix.hasSuffix(".gguf") ? String(prefix.dropLast(".gguf".count)) : prefix
  }

  /// Files in the folder that are parts of a set with this prefix and another number of parts: with them the folder holds
  /// two models.
  func others() throws(Failure) -> [String] {
    let names: [String]
    do {
      names = try directoryEntries(folder.isEmpty ? "." : folder.string)
    } catch {
      // What is wrong with the folder is said when the files are looked at.
      return []
    }
    let (folder, first) = (folder, first)
    return names.filter { name in
      guard let part = ShardName(withoutZst(name), ending: ".gguf") else { return false }
      return part.stem == first.stem && part.total != first.total
    }.map { folder.appending($0).string }
  }

  /// Refuses what could not be written later, before the work begins.
  ///
  /// - Parameters:
  ///   - wanted: Those of ``paths`` that will be written.
  ///   - replaces: Whether files that exist are replaced, and parts of an older set removed.
  ///   - mayExist: Whether files that exist are looked at later.
  ///   - inputs: Files that are read.
  /// - Returns: The parts of an older set that are to be removed when the new one is there.
  func check(
    _ wanted: [String], replaces: Bool, mayExist: Bool = false, inputs: [String]
  ) throws(Failure) -> [String] {
    for path in wanted { try OutputFile.requireApart(path, from: inputs) }
    let others = try others()
    for path in others { try OutputFile.requireApart(path, from: inputs) }
    if !mayExist {
      for path in wanted { try OutputFile.check(path, replaces: replaces) }
    }
    guard let other = others.first else { return [] }
    if wanted.count < paths.count {
      throw Failure(
        "\(other.printable): is a part of another set with this prefix; remove that set first, which no worker does",
        .cannotCreate)
    }
    guard replaces else {
      throw Failure(
        "\(other.printable): is a part of another set with this prefix; --force removes its "
          + "\(Numbers.counted(others.count, "file"))", .cannotCreate)
    }
    return others
  }
}
