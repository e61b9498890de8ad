internal import Conversion
internal import GGUF
internal import TensorCore

/// What `gguf set` tells.
struct SetReport {
  let file: String
  /// Where the result goes; nil in a dry run without one.
  let output: String?
  /// Where it went; nil where nothing was written.
  let written: String?
  let isDryRun: Bool
  let changes: [MetadataChange]
  let rewriter: MetadataRewriter

  var text: String {
    guard !changes.isEmpty else { return "\(file.printable): nothing changes\n" + (written == nil ? "" : result) }
    var table = TextTable([("", .left), ("metadata", .left), ("type", .left), ("value", .left)])
    for change in changes {
      let remark = difference(change)
      if let before = change.before { table.add(row("-", change.key, before, "")) }
      if let after = change.after { table.add(row("+", change.key, after, remark)) }
    }
    return table.rendered() + result
  }

  private func row(_ sign: String, _ key: String, _ value: GGUFValue, _ remark: String) -> [String] {
    [sign, key.printable, MetadataText.type(value), MetadataText.value(value) + remark]
  }

  /// Where two values differ that look the same, shortened as they are.
  private func difference(_ change: MetadataChange) -> String {
    guard let before = change.before, let after = change.after, before.kind == after.kind,
      MetadataText.value(before) == MetadataText.value(after)
    else { return "" }
    switch (before, after) {
    case (.string(let old), .string(let new)):
      let same = zip(old.unicodeScalars, new.unicodeScalars).prefix { $0 == $1 }.count
      return " (another from character \(Numbers.grouped(same + 1)) on)"
    case (.array(let old), .array(let new)):
      return old.difference(to: new).map { " (another from element \(Numbers.grouped($0.first + 1)) on)" } ?? ""
    default: return ""
    }
  }

  private var result: String {
    let size =
      "\(Numbers.counted(rewriter.metadata.entries.count, "key")), \(Numbers.counted(rewriter.file.tensors.count, "tensor")), "
      + "\(Numbers.grouped(rewriter.layout.fileSize)) bytes"
    if let written { return "\(written.printable): \(size)\n" }
    return isDryRun ? "nothing was written; \((output ?? "the file").printable) would have \(size)\n" : ""
  }

  var document: Document {
    Document(
      file: file, output: output, dryRun: isDryRun, written: written != nil, fileSize: rewriter.layout.fileSize,
      changes: changes.map {
        .init(key: $0.key, before: $0.before.map(Document.Value.init), after: $0.after.map(Document.Value.init))
      })
  }

  struct Document: Encodable {
    let schema = "gguf-set-1"
    let file: String
    let output: String?
    let dryRun: Bool
    let written: Bool
    let fileSize: Int
    let changes: [Change]

    struct Change: Encodable {
      let key: String
      let before: Value?
      let after: Value?
    }

    struct Value: Encodable {
      let type: String
      let value: MetadataJSON

      init(_ value: GGUFValue) {
        type = MetadataText.type(value)
        self.value = MetadataJSON(value: value)
      }
    }
  }
}
