/// A tensor's name, taken apart at the number of its layer: the first of its parts (between dots) that is a number.
/// `blk.12.attn_q.weight` is of layer 12 and of the kind `blk.*.attn_q.weight`.
package struct LayerName {
  /// nil where no part is a number.
  package let layer: Int?
  /// The name with `*` for the number.
  package let kind: String

  package init(_ name: String) {
    let text = name.utf8
    var start = text.startIndex
    while start < text.endIndex {
      let end = text[start...].firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
      if text[start..<end].allSatisfy({ (0x30...0x39).contains($0) }), let layer = Int(name[start..<end]) {
        self.layer = layer
        kind = "\(name[..<start])*\(name[end...])"
        return
      }
      if end == text.endIndex { break }
      start = text.index(after: end)
    }
    (layer, kind) = (nil, name)
  }
}
