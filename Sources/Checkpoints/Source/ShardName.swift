/// The name of one of several files that are one checkpoint: `NAME-00001-of-00003.safetensors`, or `.gguf`.
package struct ShardName: Equatable {
  package let stem: Substring
  package let number: Int
  package let total: Int
  private let digits: Int
  private let ending: String

  /// A set has at least one shard and at most 99,999, as five digits hold.
  ///
  /// - Parameters:
  ///   - name: Without `.zst`.
  ///   - ending: With its dot.
  package init?(_ name: String, ending: String) {
    let parts = name.dropLast(ending.count).split(separator: "-", omittingEmptySubsequences: false)
    guard name.hasSuffix(ending), parts.count >= 4, parts[parts.count - 2] == "of",
      let number = Int(parts[parts.count - 3]), let total = Int(parts[parts.count - 1]),
      (1...99_999).contains(total), (1...total).contains(number)
    else { return nil }
    stem = parts.dropLast(3).joined(separator: "-")[...]
    self.number = number
    self.total = total
    self.ending = ending
    digits = parts[parts.count - 1].count
  }

  /// The first of a set that is to be written, with numbers of five digits.
  ///
  /// - Parameters:
  ///   - total: 1 to 99,999.
  ///   - ending: With its dot.
  package init(stem: String, total: Int, ending: String) {
    self.stem = stem[...]
    (number, self.total, digits) = (1, total, 5)
    self.ending = ending
  }

  package func name(of number: Int) -> String {
    func padded(_ value: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    return "\(stem)-\(padded(number))-of-\(padded(total))\(ending)"
  }

  /// The shards of one set, sorted by number; nil where the names are not those of one set.
  static func set(_ names: [String], ending: String) -> [ShardName]? {
    let shards = names.compactMap { ShardName(withoutZst($0), ending: ending) }
    guard shards.count == names.count, let first = shards.first,
      shards.allSatisfy({ $0.stem == first.stem && $0.total == first.total })
    else { return nil }
    return shards.sorted { $0.number < $1.number }
  }
}

/// A file's name without the `.zst` that a compressed one ends with.
package func withoutZst(_ name: String) -> String {
  name.hasSuffix(".zst") ? String(name.dropLast(".zst".count)) : name
}
