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
      share.parameters = clampedSum(share.parameters, tensor.elements)
      share.bytes = clampedSum(share.bytes, tensor.bytes)
      shares[tensor.type] = share
    }
    self.shares = shares.values.sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
  }

  var tensors: Int { shares.reduce(0) { $0 + $1.tensors } }
  var parameters: Int { shares.reduce(0) { clampedSum($0, $1.parameters) } }
  var bytes: Int { shares.reduce(0) { clampedSum($0, $1.bytes) } }

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

/// A sum of what headers say, which a hostile one may have made larger than any file; it then stays at the largest `Int`.
private func clampedSum(_ left: Int, _ right: Int) -> Int {
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? .max : sum
}
