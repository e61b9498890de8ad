/// The order in which llama-quantize goes through tensors and writes them: by layer, then by the bytes of the name.
public enum TensorOrder {
  /// The number in `blk.12.`, with which the name begins; nil for a tensor that is of no layer.
  static func layer(of name: String) -> Int? {
    let prefix = "blk."
    guard name.hasPrefix(prefix) else { return nil }
    return Int(name.dropFirst(prefix.count).prefix { ("0"..."9").contains($0) })
  }

  /// Where each place of the order is in `names`.
  ///
  /// Source: `weight_name_comparer` of llama.cpp's llama-model-loader.h.
  /// - Complexity: O(*n* log *n*).
  public static func sorted(_ names: [String]) -> [Int] {
    let layers = names.map { layer(of: $0) ?? -1 }
    return names.indices.sorted { left, right in
      layers[left] != layers[right]
        ? layers[left] < layers[right] : names[left].utf8.lexicographicallyPrecedes(names[right].utf8)
    }
  }
}
