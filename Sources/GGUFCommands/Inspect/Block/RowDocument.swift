internal import Inspection
internal import TensorCore

/// What `gguf inspect --values` tells.
struct RowDocument: Encodable {
  let schema = "gguf-inspect-values-1"
  let source: String
  let tensor: BlockDocument.Tensor
  let row: Int
  let firstColumn: Int
  let weights: [Float]?
  let integers: [IntegerJSON]?

  init(_ row: TensorRow, of source: String) {
    self.source = source
    tensor = BlockDocument.Tensor(row.tensor)
    self.row = row.row
    firstColumn = row.columns.lowerBound
    (weights, integers) = IntegerJSON.split(row.values)
  }

  /// For people.
  var text: String {
    let texts = weights.map { $0.map { "\($0)" } } ?? (integers ?? []).map { "\($0.value)" }
    return "\(source.printable): \(tensor.text), row \(Numbers.grouped(row))\n"
      + NumberGrid(
        title: "column", cells: [weights == nil ? "integer" : "weight": texts], from: firstColumn
      ).text
  }
}
