internal import Inspection
internal import TensorCore

extension TypeMix {
  var table: TextTable {
    var table = TextTable([
      ("type", .left), ("tensors", .right), ("parameters", .right), ("bytes", .right), ("bpw", .right),
    ])
    for share in shares { table.add(cells(share)) }
    return table
  }

  /// Also with the types' shares in the weights and in the bytes.
  var tableOfShares: TextTable {
    var table = TextTable([
      ("type", .left), ("tensors", .right), ("parameters", .right), ("bytes", .right), ("bpw", .right),
      ("of weights", .right), ("of bytes", .right),
    ])
    for share in shares { table.add(cells(share) + [part(share.parameters, parameters), part(share.bytes, bytes)]) }
    return table
  }

  private func cells(_ share: Share) -> [String] {
    [
      share.type, Numbers.grouped(share.tensors), Numbers.grouped(share.parameters), Numbers.bytes(share.bytes),
      Numbers.fixed(share.bitsPerWeight, 2),
    ]
  }

  private func part(_ value: Int, _ whole: Int) -> String {
    guard whole > 0 else { return "" }
    let percent = Double(value) / Double(whole) * 100
    return value > 0 && percent < 0.05 ? "< 0.1 %" : Numbers.fixed(percent, 1) + " %"
  }
}
