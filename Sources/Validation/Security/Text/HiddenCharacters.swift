internal import TensorCore

/// Characters of a text that nobody sees, or that make people see another text than programs.
///
/// Source: Unicode Technical Reports 36 and 39, Trojan Source (CVE-2021-42574).
struct HiddenCharacters {
  enum Kind: String, CaseIterable {
    case control = "control characters"
    case zeroWidth = "characters without a width"
    case direction = "characters that change the direction of writing"
    case tag = "tag characters or variation selectors, which can carry a text that is not shown"
    case privateUse = "characters for private use"
    case blank = "letters that look like nothing"
  }

  struct Found {
    var count = 0
    let first: Unicode.Scalar
    /// Counted from 1.
    let line: Int
  }

  private(set) var found: [Kind: Found] = [:]

  private var line = 1
  private var previous: Unicode.Scalar = " "

  /// Of longer texts the rest is not looked at.
  static let mostScalars = 4 << 20

  init(_ text: String) {
    for scalar in text.unicodeScalars.prefix(Self.mostScalars) { see(scalar) }
  }

  private mutating func see(_ scalar: Unicode.Scalar) {
    if let kind = Self.kind(of: scalar, behind: previous) {
      found[kind, default: Found(first: scalar, line: line)].count += 1
    }
    if scalar == "\n" { line += 1 }
    previous = scalar
  }

  var isEmpty: Bool { found.isEmpty }

  /// What is there, one kind after the other: `3 characters without a width, the first U+200B in line 2`.
  var descriptions: [String] {
    Kind.allCases.compactMap { kind in
      found[kind].map { found in
        let code = String(found.first.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return "\(found.count) \(kind.rawValue), the first U+\(padded) in line \(found.line)"
      }
    }
  }

  /// - Parameter previous: The character in front: scripts and emoji need some of these.
  private static func kind(of scalar: Unicode.Scalar, behind previous: Unicode.Scalar) -> Kind? {
    switch scalar.value {
    case 0x20...0x7E, 0x09, 0x0A, 0x0D: nil
    case 0x00...0x1F, 0x7F...0x9F: .control
    // Joiners are letters' business in scripts that join them, and tie emoji together.
    case 0x200C, 0x200D: previous.value >= 0x600 && previous.value != scalar.value ? nil : .zeroWidth
    case 0xAD, 0x34F, 0x180B...0x180E, 0x200B, 0x2060...0x2064, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0x1BCA0...0x1BCA3, 0x1D173...0x1D17A:
      .zeroWidth
    case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: .direction
    // One of them chooses how an emoji is shown.
    case 0xFE00...0xFE0F: previous.value >= 0xA9 && !(0xFE00...0xFE0F).contains(previous.value) ? nil : keycap(previous)
    case 0xE0000...0xE0FFF: .tag
    case 0xE000...0xF8FF, 0xF0000...0x10FFFF: .privateUse
    case 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2028, 0x2029, 0x2800, 0x3164, 0xFFA0: .blank
    default: nil
    }
  }

  /// Digits, `#` and `*` become keycaps.
  private static func keycap(_ previous: Unicode.Scalar) -> Kind? {
    (0x23...0x39).contains(previous.value) ? nil : .tag
  }
}
