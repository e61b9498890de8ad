/// What the parts of a split model say of themselves.
package enum SplitKeys {
  package static let number = "split.no"
  package static let count = "split.count"
  package static let tensorCount = "split.tensors.count"

  static let all = [number, count, tensorCount]
}

extension GGUFMetadata {
  /// The metadata of the whole model: without what a part says of itself.
  package var withoutSplitKeys: GGUFMetadata {
    var result = self
    for key in SplitKeys.all { result[key] = nil }
    return result
  }

  /// As llama-gguf-split leaves it in a merged file: the keys of the first part, with a count of 0 behind all others.
  package var asMergedByLlama: GGUFMetadata {
    var result = self
    result[SplitKeys.count] = nil
    result[SplitKeys.count] = .uint16(0)
    return result
  }

  /// What a part of the model says: the first says all, the others how they belong to it.
  ///
  /// Keys stand where llama-gguf-split puts them, and have its types. An alignment other than the usual one is said by
  /// every part, since each is read by itself.
  func ofPart(_ number: Int, of count: Int, tensorCount: Int) -> GGUFMetadata {
    var result = number == 0 ? withoutSplitKeys : GGUFMetadata()
    if number > 0, let alignment = self["general.alignment"],
      alignment != .uint32(UInt32(GGUFLimits.defaultAlignment))
    {
      result["general.alignment"] = alignment
    }
    result[SplitKeys.number] = .uint16(UInt16(clamping: number))
    result[SplitKeys.tensorCount] = .int32(Int32(clamping: tensorCount))
    result[SplitKeys.count] = .uint16(UInt16(clamping: count))
    return result
  }
}
