/// What a name looks like: two names that people take for one have the same skeleton.
///
/// The idea is that of Unicode Technical Standard 39; the table has the letters of Greek and Cyrillic that look like
/// Latin ones in every font.
enum Skeleton {
  private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = {
    let pairs: [(String, String)] = [
      ("аеорсухіјѕһԁԛԝ", "aeopcyxijshdqw"), ("αοριτυν", "aopituv"), ("ӏ", "l"), ("ո", "n"), ("օ", "o"), ("ս", "u"),
      ("․‧·﹒", "...."), ("‐‑‒–—−﹣", "-------"), ("＿﹍", "__"), ("⁄∕", "//"),
    ]
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (others, latin) in pairs {
      for (other, letter) in zip(others.unicodeScalars, latin.unicodeScalars) { table[other] = letter }
    }
    return table
  }()

  static func of(_ name: String) -> String {
    if name.utf8.allSatisfy({ $0 < 0x80 }) { return name.lowercased() }
    var result = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      // Full-width forms of ASCII.
      let narrow = (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
      for lower in narrow.properties.lowercaseMapping.unicodeScalars where !isUnseen(lower) {
        result.append(lookalikes[lower] ?? lower)
      }
    }
    return String(result)
  }

  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isDefaultIgnorableCodePoint }
}
