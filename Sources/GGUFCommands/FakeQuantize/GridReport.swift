internal import Conversion
internal import Quantization
internal import TensorCore

/// What `gguf fake-quantize --grids` tells.
struct GridReport {
  let source: any TensorSource
  let name: String
  /// Those that were looked at.
  let types: [ElementType]
  let tensors: [TensorGrids]
  let elapsed: Duration

  // MARK: Text

  func printText() throws(Failure) {
    let onGrids = tensors.filter { !$0.grids.isEmpty }
    let typeNames = types.map(\.name).joined(separator: ", ")
    var text =
      "\(name.printable): \(Numbers.grouped(onGrids.count)) of \(Numbers.counted(tensors.count, "tensor")) on the grid of "
      + "\(types.count == 1 ? typeNames : "a type")\n"
    if onGrids.isEmpty {
      if types.count > 1 { text += "looked for \(typeNames)\n" }
    } else {
      text += table(onGrids).rendered(indent: "  ")
    }
    if onGrids.contains(where: { $0.grids.contains { $0.missedBlocks > 0 } }) {
      text += "missed by convert: the reference's quantizer takes other scales there, and weights are lost\n"
    }
    if onGrids.contains(where: Self.losesSigns) {
      text += "signs of zeros: a block has one sign for all of its zeros, and some of these have both\n"
    }
    text +=
      "looked at \(Numbers.bytes(tensors.lazy.map(\.tensor.byteCount).clampedSum)) of \(source.formatName) in "
      + "\(Numbers.fixed(seconds(elapsed), 2)) s\n"
    try StandardOutput.write(text)
  }

  /// The types with the fewest bits first.
  private func table(_ tensors: [TensorGrids]) -> TextTable {
    var table = TextTable([
      ("tensor", .left), ("dtype", .left), ("on the grid of", .left), ("missed by convert", .left), ("changed", .left),
    ])
    for tensor in tensors {
      let grids = tensor.grids.sorted { Self.bits($0.type) < Self.bits($1.type) }
      func names(_ grids: [TensorGrids.Grid]) -> String { grids.map(\.type.name).joined(separator: ", ") }
      table.add([
        tensor.tensor.name.printable, tensor.tensor.elementType.name, names(grids),
        names(grids.filter { $0.missedBlocks > 0 }), Self.losesSigns(tensor) ? "signs of zeros" : "nothing",
      ])
    }
    return table
  }

  private static func losesSigns(_ tensor: TensorGrids) -> Bool { tensor.grids.contains { $0.match == .equal } }

  private static func bits(_ type: ElementType) -> Double { Double(type.blockBytes) / Double(type.blockLength) }

  // MARK: JSON

  func printJSON() throws {
    try JSONOutput.print(
      Document(
        source: CheckpointJSON(source, name: name), types: types.map(\.name),
        tensors: tensors.map { tensor in
          .init(
            name: tensor.tensor.name, dtype: tensor.tensor.elementType.name, shape: tensor.tensor.shape.dimensions,
            grids: tensor.grids.map {
              .init(
                type: $0.type.name, blocks: $0.blockCount, missed: $0.missedBlocks,
                match: $0.match == .identical ? "identical" : "equal")
            })
        }, seconds: seconds(elapsed)))
  }

  private struct Document: Encodable {
    let schema = "gguf-grids-1"
    let source: CheckpointJSON
    let types: [String]
    let tensors: [Tensor]
    let seconds: Double

    struct Tensor: Encodable {
      let name: String
      let dtype: String
      let shape: [Int]
      let grids: [Grid]
    }

    struct Grid: Encodable {
      let type: String
      let blocks: Int
      /// To which the reference's quantizer does not give their scale.
      let missed: Int
      /// `identical`, or `equal` where zeros would change their sign.
      let match: String
    }
  }
}
