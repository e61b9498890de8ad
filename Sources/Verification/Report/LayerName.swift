/// A tensor's name, taken apart at the number of its layer: the first of its parts (between dots) that is a number.
/// `blk.12.attn_q.weight` is of layer 12 and of the kind `blk.*.attn_q.weight`.
package struct LayerName {
  /// nil where no part is a number.
  package let layer: Int?
  /// The name with `*` for the number.
  package let kind: String

  package init(_ name: String) {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let index = parts.firstIndex { part in
      !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int(part) != nil
    }
    layer = index.flatMap { Int(parts[$0]) }
    if let index { parts[index] = "*" }
    kind = parts.joined(separator: ".")
  }
}
