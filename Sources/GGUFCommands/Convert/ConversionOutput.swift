internal import Digests
internal import GGUF

/// The files that a conversion writes.
struct ConversionOutput {
  /// What the result is called: the file, the prefix of the parts as it was given, or the one part that is written.
  let name: String?
  /// One for each file of the plan that is carried out.
  let paths: [String]
  /// The part that is written, where others are written by other workers.
  let shard: ShardNumber?
  /// All parts; nil where the model is one file.
  let parts: PartFiles?
  let cut: SplitCut?
  /// SHA-256 of all headers, in hexadecimal: workers with the same have decided the same about every tensor. nil where
  /// there are no other workers.
  let planDigest: String?

  /// - Parameters:
  ///   - output: As it was given.
  ///   - layout: Of the whole model.
  init(_ output: String?, _ layout: SplitLayout, cut: SplitCut?, _ shard: ShardNumber?) {
    self.cut = cut
    self.shard = shard
    planDigest = shard.map { _ in Self.digest(layout) }
    guard layout.isSplit else {
      (name, paths, parts) = (output, [output ?? ""], nil)
      return
    }
    let files = PartFiles(prefix: output ?? "model", count: layout.parts.count)
    parts = files
    if let shard {
      let path = files.paths[shard.number - 1]
      (name, paths) = (output == nil ? nil : path, [path])
    } else {
      (name, paths) = (output, files.paths)
    }
  }

  private static func digest(_ layout: SplitLayout) -> String {
    var digester = Digester(.sha256)
    for part in layout.parts { digester.update(part.header.span) }
    return digester.digest().description
  }
}
