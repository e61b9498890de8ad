public import TensorCore

/// A recipe as a file: what was chosen for each tensor, in a form that ``Recipe/init(parsing:)`` reads.
public enum RecipeText {
  /// - Parameters:
  ///   - title: What it is about; one line, or several.
  ///   - tensors: In their order, with what is to be said of each.
  public static func written(
    title: String, target: QuantizationTarget, tensors: [(name: String, type: ElementType, remark: String?)]
  ) -> String {
    var text = ""
    for line in title.split(separator: "\n", omittingEmptySubsequences: false) { text += "# \(line)\n" }
    text += "type: \(target.name)\ntensors:\n"
    for tensor in tensors {
      text += "  \(key(tensor.name)): \(tensor.type.name)" + (tensor.remark.map { "  # \($0)" } ?? "") + "\n"
    }
    return text
  }

  /// A name as a key of YAML: as it is where nothing in it means anything there, otherwise in quotes, with all but
  /// letters and digits escaped.
  private static func key(_ name: String) -> String {
    if let first = name.utf8.first, isLetter(first), name.utf8.contains(UInt8(ascii: ".")),
      name.utf8.allSatisfy(isPlain)
    {
      return name
    }
    var text = "\""
    for scalar in name.unicodeScalars {
      if let byte = UInt8(exactly: scalar.value), isPlain(byte) {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        text += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return text + "\""
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

  private static func isPlain(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}
