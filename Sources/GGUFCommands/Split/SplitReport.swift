internal import Conversion
internal import GGUF
internal import TensorCore

/// What `gguf split` tells.
struct SplitReport {
  let file: String
  let output: String?
  let isDryRun: Bool
  let summary: SplitSummary
  /// Parts of an older set that were removed.
  let removed: [String]
  let copier: ModelCopier

  var text: String {
    let layout = copier.layout
    let verb = isDryRun ? "would be split" : "is split"
    var text =
      "\(file.printable) \(verb) into \(Numbers.counted(layout.parts.count, "part")): "
      + "\(Numbers.counted(copier.model.tensors.count, "tensor")), \(Numbers.grouped(layout.fileSize)) bytes\n"
    text += summary.table + summary.notes
    if !removed.isEmpty {
      text += "removed \(Numbers.counted(removed.count, "file")) of an older set: \(NameList.text(removed))\n"
    }
    return text
  }

  var document: Document {
    let layout = copier.layout
    return Document(
      file: file, output: output, dryRun: isDryRun, fileSize: layout.fileSize, alignment: layout.alignment,
      parts: summary.documents,
      tensors: zip(copier.model.tensors, layout.places).map { tensor, place in
        .init(
          name: tensor.name, type: tensor.elementType.name, shape: tensor.shape.dimensions, part: place.part,
          offset: place.offset, bytes: place.byteCount)
      }, removed: removed)
  }

  struct Document: Encodable {
    let schema = "gguf-split-1"
    let file: String
    let output: String?
    let dryRun: Bool
    let fileSize: Int
    let alignment: Int
    let parts: [PartJSON]
    let tensors: [Tensor]
    let removed: [String]

    struct Tensor: Encodable {
      let name: String
      let type: String
      let shape: [Int]
      let part: Int
      let offset: Int
      let bytes: Int
    }
  }
}
