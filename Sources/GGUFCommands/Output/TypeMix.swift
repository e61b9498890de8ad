internal import TensorCore

/// How many tensors, weights and bytes are of which type.
struct TypeMix {
  struct Share: Encodable {
    let type: String
    var tensors = 0
    var parameters = 0
    var bytes = 0
    let bitsPerWeight: Double
  }

  /// The type with the most bytes first.
  let shares: [Share]

  init(_ tensors: some Sequence<(type: ElementType, elements: Int, bytes: Int)>) {
    var shares: [ElementType: Share] = [:]
    for tensor in tensors {
      var share = shares[tensor.type] ?? Share(type: tensor.type.name, bitsPerWeight: tensor.type.bitsPerWeight)
      share.tensors += 1
      share.parameters = [share.parameters, tensor.elements].clampedSum
      share.bytes = [share.bytes, tensor.bytes].clampedSum
      shares[tensor.type] = share
    }
    self.shares = shares.values.sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
  }

  var tensors: Int { shares.reduce(0) { $0 + $1.tensors } }
  var parameters: Int { shares.lazy.map(\.parameters).clampedSum }
  var bytes: Int { shares.lazy.map(\.bytes).clampedSum }

  /// Bits a weight over all tensors.
  var bitsPerWeight: Double { parameters == 0 ? 0 : Double(bytes) * 8 / Double(parameters) }

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
