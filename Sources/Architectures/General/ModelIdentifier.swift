internal import TensorCore

/// What a model's name says of it: `meta-llama/Llama-3.1-8B-Instruct` is Llama in version 3.1, of 8B, a finetune for
/// instructions, by meta-llama.
///
/// The rules are those of `get_model_id_components` of gguf-py (metadata.py), so that files are named alike.
struct ModelIdentifier: Equatable {
  /// The name without the organization.
  var name: String?
  var organization: String?
  var basename: String?
  var finetune: String?
  var version: String?
  var sizeLabel: String?

  private enum Role { case basename, sizeLabel, finetune, version, type }

  /// - Parameters:
  ///   - identifier: `organization/name`, or a name alone.
  ///   - parameters: How many parameters the model has; 0 where that is not known. A size that is far from it is none.
  init(_ identifier: String, parameters: Int) {
    // A sentence, not a name as they are given to models.
    if identifier.contains(" ") {
      name = identifier
      return
    }
    var full = identifier[...]
    if let slash = identifier.firstIndex(of: "/") {
      organization = String(identifier[..<slash])
      full = identifier[identifier.index(after: slash)...]
      if organization?.hasPrefix(".") ?? false { organization = nil }
    }
    name = String(full)
    var parts = full.split(separator: "-").map(String.init)
    var roles: [Set<Role>] = Array(repeating: [], count: parts.count)
    for index in parts.indices { roles[index] = Self.role(&parts[index], isFirst: index == 0, parameters: parameters) }
    Self.dropWordsBesideNumbers(parts, &roles)
    Self.findBasename(parts, &roles)
    func joined(_ role: Role, unless other: Role? = nil) -> [String] {
      zip(parts, roles).filter { $1.contains(role) && !(other.map($1.contains) ?? false) }.map(\.0)
    }
    basename = Self.text(joined(.basename))
    var sizes: [String] = []
    for size in joined(.sizeLabel) where !sizes.contains(size) { sizes.append(size) }
    sizeLabel = Self.text(sizes)
    finetune = Self.text(joined(.finetune))
    version = Self.text(joined(.version, unless: .basename))
    // A name alone says too little.
    if sizeLabel == nil && finetune == nil && version == nil { basename = nil }
  }

  private static func text(_ parts: [String]) -> String? { parts.isEmpty ? nil : parts.joined(separator: "-") }

  /// What one part of a name is by itself; it may be spelled anew.
  private static func role(_ part: inout String, isFirst: Bool, parameters: Int) -> Set<Role> {
    if NamePart.isVersion(part) { return [.version] }
    if NamePart.isType(part) {
      part = part.uppercased()
      return [.type]
    }
    guard !isFirst else { return [] }
    if NamePart.isSize(part) { return sizeRole(&part, parameters: parameters) }
    return ["chat", "instruct", "vision", "lora"].contains(part.lowercased()) ? [.finetune] : []
  }

  private static func sizeRole(_ part: inout String, parameters: Int) -> Set<Role> {
    var text = Array(part.replacing("_", with: "."))
    // bloom-7b1 is 7.1B.
    if let last = text.last, last.isNumber, text.count >= 2 {
      text = text.dropLast(2) + [".", last, text[text.count - 2]]
    }
    if text.count > 1, text[text.count - 2].isNumber, let last = text.last, "kmbt".contains(last) {
      text[text.count - 1] = Character(last.uppercased())
    }
    // What stands before an `x` is a number of experts: no size is read of it, as of `small`.
    if parameters != 0, !text.contains("x"), let unit = text.last, let value = Double(String(text.dropLast())) {
      let scale: Double =
        switch unit {
        case "K": 1e3
        case "M": 1e6
        case "B": 1e9
        case "T": 1e12
        default: 1e-3
        }
      // Far from what the model has: a context's length rather.
      let tolerance = Double(parameters / 8 * 7 + parameters % 8 * 7 / 8)
      if abs(value * scale - Double(parameters)) > tolerance {
        text[text.count - 1] = Character(unit.lowercased())
        part = String(text)
        return [.finetune]
      }
    }
    part = String(text)
    return [.sizeLabel]
  }

  /// `small` is no size where there is a number.
  private static func dropWordsBesideNumbers(_ parts: [String], _ roles: inout [Set<Role>]) {
    let sizes = parts.indices.filter { roles[$0].contains(.sizeLabel) }
    guard sizes.contains(where: { parts[$0].contains(where: \.isNumber) }) else { return }
    for index in sizes where parts[index].allSatisfy(\.isLetter) { roles[index].remove(.sizeLabel) }
  }

  /// The first parts are the basename, up to one that is something else; a version at their end is none of it.
  private static func findBasename(_ parts: [String], _ roles: inout [Set<Role>]) {
    var isAtStart = true
    for index in parts.indices {
      let isName = roles[index].isEmpty && parts[index].first?.isLetter ?? false
      if isAtStart && (isName || roles[index].contains(.version)) {
        roles[index].insert(.basename)
      } else {
        isAtStart = false
        if roles[index].isEmpty { roles[index].insert(.finetune) }
      }
    }
    for index in parts.indices.reversed() {
      guard roles[index].contains(.basename), roles[index].count > 1 else { break }
      roles[index].remove(.basename)
    }
  }

  /// A name as a title: `tiny-llama-v2` is `Tiny Llama v2`. Acronyms, versions and numbers stay as they are.
  static func title(_ name: String) -> String {
    name.replacing("-", with: " ").split(whereSeparator: \.isWhitespace).map { word in
      let isLower = word.contains(where: \.isLowercase) && !word.contains(where: \.isUppercase)
      return isLower && !NamePart.keepsCase(word) ? capitalized(word) : String(word)
    }.joined(separator: " ")
  }

  /// A capital at the start of every run of letters.
  private static func capitalized(_ word: Substring) -> String {
    var (result, isInside) = ("", false)
    for character in word {
      result += isInside ? String(character) : character.uppercased()
      isInside = character.isLetter
    }
    return result
  }
}
