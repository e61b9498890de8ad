internal import Inspection
internal import TensorCore

extension TypeMix {
  var table: TextTable {
    var table = TextTable([
      ("type", .left), ("tensors", .right), ("parameters", .right), ("bytes", .right), ("bpw", .right),
    ])
    for share in shares {
      table.add([
        share.type, Numbers.grouped(share.tensors), Numbers.grouped(share.parameters), Numbers.bytes(share.bytes),
        Numbers.fixed(share.bitsPerWeight, 2),
      ])
    }
    return table
  }
}
