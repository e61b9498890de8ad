internal import GGUF
internal import Inspection
internal import TensorCore

/// Metadata that differs: one line a key.
enum MetadataDiffText {
  /// Characters of a string that is shown whole.
  private static let wholeString = 40
  /// Elements of an array that is shown whole.
  private static let wholeArray = 4
  /// Characters before and from the first difference of long strings.
  private static let context = (before: 8, behind: 24)

  /// - Parameter limit: The most keys that are named.
  static func rendered(_ metadata: MetadataComparison, limit: Int) -> String {
    var table = TextTable([("", .left), ("key", .left), ("type", .left), ("value", .left)])
    var left = limit
    for (sign, entries) in [("-", metadata.removed), ("+", metadata.added)] {
      for entry in entries.prefix(left) {
        table.add([sign, entry.key.printable, MetadataText.type(entry.value), MetadataText.value(entry.value)])
      }
      left -= min(left, entries.count)
    }
    for change in metadata.changed.prefix(left) {
      table.add(["~", change.key.printable, type(change), value(change)])
    }
    let rest = metadata.removed.count + metadata.added.count + metadata.changed.count - limit
    return (table.isEmpty ? "" : table.rendered(indent: "  "))
      + (rest > 0 ? "  and \(Numbers.grouped(rest)) more (--all names them)\n" : "")
  }

  private static func type(_ change: MetadataComparison.Change) -> String {
    let (a, b) = (MetadataText.type(change.a), MetadataText.type(change.b))
    return a == b ? a : "\(a) -> \(b)"
  }

  private static func value(_ change: MetadataComparison.Change) -> String {
    switch (change.a, change.b) {
    case (.string(let a), .string(let b)): return strings(a, b, change.text)
    case (.array(let a), .array(let b)) where max(a.count, b.count) > wholeArray:
      return arrays(a, b, change.elements)
    default: return "\(MetadataText.value(change.a)) -> \(MetadataText.value(change.b))"
    }
  }

  /// Short ones whole; of long ones how long they are, and what stands where they differ first.
  private static func strings(_ a: String, _ b: String, _ difference: TextDifference?) -> String {
    let (left, right) = (a.unicodeScalars, b.unicodeScalars)
    guard let difference, max(left.count, right.count) > wholeString else {
      return "\(a.quoted()) -> \(b.quoted())"
    }
    let start = max(0, difference.offset - context.before)
    func excerpt(_ text: String.UnicodeScalarView) -> String {
      let rest = text.dropFirst(start)
      let part = rest.prefix(context.before + context.behind)
      return (start > 0 ? "..." : "") + String(part).quoted() + (rest.count > part.count ? "..." : "")
    }
    return
      "\(Numbers.grouped(left.count)) -> \(Numbers.counted(right.count, "character")), from line \(difference.line), "
      + "column \(difference.column): \(excerpt(left)) -> \(excerpt(right))"
  }

  private static func arrays(_ a: GGUFArray, _ b: GGUFArray, _ difference: GGUFArray.Difference?) -> String {
    let counts =
      a.count == b.count
      ? Numbers.counted(a.count, "element") : "\(Numbers.grouped(a.count)) -> \(Numbers.counted(b.count, "element"))"
    guard let difference else { return counts }
    let (old, new) = (
      difference.a.map(MetadataText.value) ?? "nothing", difference.b.map(MetadataText.value) ?? "nothing"
    )
    return "\(counts), \(Numbers.grouped(difference.count)) \(difference.count == 1 ? "differs" : "differ")"
      + "\(difference.count == 1 ? "" : ", the first"): [\(difference.first)] \(old) -> \(new)"
  }
}
