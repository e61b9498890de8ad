internal import Conversion
internal import GGUF
internal import TensorCore

/// The parts of a model that is split, as text and JSON have them.
struct SplitSummary {
  struct Part {
    let path: String
    let size: Int
    let tensors: Int
    /// nil where it has no tensors.
    let firstTensor: String?
  }

  let parts: [Part]
  /// Tensors that have more bytes than a part may, so that their parts are larger.
  let oversized: [String]

  /// - Parameters:
  ///   - names: Of all tensors of the layout.
  ///   - paths: One a part.
  init(_ layout: SplitLayout, names: [String], paths: [String], cut: SplitCut?) {
    parts = zip(zip(layout.parts, layout.ranges), paths).map { part, path in
      let own = names[part.1]
      return Part(path: path, size: part.0.fileSize, tensors: own.count, firstTensor: own.first)
    }
    var oversized: [String] = []
    if case .bytes(let limit) = cut {
      oversized = zip(names, layout.places).filter { $1.byteCount + $1.padding > limit }.map(\.0)
    }
    self.oversized = oversized
  }

  /// A line a part.
  var table: String {
    var table = TextTable(
      [("part", .left), ("tensors", .right), ("bytes", .right), ("first tensor", .left)], flexible: 3)
    for part in parts {
      table.add([
        part.path.printable, Numbers.grouped(part.tensors), Numbers.grouped(part.size),
        part.firstTensor?.printable ?? "none",
      ])
    }
    return table.rendered(indent: "  ", width: StandardOutput.width)
  }

  /// What deserves a line of its own.
  var notes: String {
    guard !oversized.isEmpty else { return "" }
    return "\(Numbers.counted(oversized.count, "tensor")) larger than a part should be: \(NameList.text(oversized))\n"
  }

  var documents: [PartJSON] { parts.map { PartJSON(path: $0.path, size: $0.size, tensors: $0.tensors) } }
}

/// A part of a split model, as JSON has it.
struct PartJSON: Encodable {
  let path: String
  let size: Int
  let tensors: Int
}
