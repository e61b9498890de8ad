internal import TensorCore

/// A file's name, taken apart as the GGUF document has it: BaseName-SizeLabel-FineTune-Version-Encoding-Type-Shard.gguf,
/// with a sidecar's kind in front. Names that do not follow the convention are read as far as they can be understood.
struct ModelFileName {
  /// `mmproj`, `mtp`: what is loaded beside a model.
  var sidecar: String?
  /// `7B`, `8x7B`, as it stands in the name.
  var sizeLabel: String?
  /// `v1.0`.
  var version: String?
  /// A name of `general.file_type`: `Q4_K_M`; nil where the name has none of them.
  var encoding: String?
  /// `LoRA`, `vocab`.
  var kind: String?
  /// The number of the part from 1 on, and of how many it is one.
  var shard: (number: Int, count: Int)?
  /// Whether the name follows the convention: the expression in the document matches.
  private(set) var followsConvention = false

  /// - Parameter name: Without its folder and without `.zst`. nil where it does not end in `.gguf`.
  init?(_ name: String) {
    guard name.hasSuffix(".gguf") else { return nil }
    var parts = name.dropLast(5).split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    if parts.count > 1, ["mmproj", "mtp"].contains(parts[0]) { sidecar = parts.removeFirst() }
    if parts.count > 3, let shard = Self.shard(parts.suffix(3)) {
      self.shard = shard
      parts.removeLast(3)
    }
    if parts.count > 1, let last = parts.last, ["LoRA", "vocab"].contains(last) {
      kind = last
      parts.removeLast()
    }
    readEncoding(parts)
    sizeLabel = parts.dropFirst().first(where: Self.isSize)
    readVersion(parts)
  }

  private static func shard(_ parts: ArraySlice<String>) -> (number: Int, count: Int)? {
    guard let first = parts.first, let last = parts.last, parts.dropFirst().first == "of",
      first.utf8.count == 5, last.utf8.count == 5, isDigits(first), isDigits(last),
      let number = Int(first), let count = Int(last)
    else { return nil }
    return (number, count)
  }

  /// The last of the words between `-` and `.` that is a name of a mix of types.
  private mutating func readEncoding(_ parts: [String]) {
    for word in parts.reversed().lazy.flatMap({ $0.split(separator: ".").reversed() }) {
      let upper = word.uppercased()
      if FileTypeMix.byName[upper] != nil {
        encoding = upper
        return
      }
    }
  }

  /// BaseName, perhaps SizeLabel and FineTune, Version, perhaps Encoding.
  private mutating func readVersion(_ parts: [String]) {
    guard let place = parts.lastIndex(where: Self.isVersion) else { return }
    version = parts[place]
    guard place > 0, parts.count - place <= 2 else { return }
    let isEncodingWord = parts[(place + 1)...].allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Self.isWordByte) }
    let names = parts[..<place].filter { !Self.isSize($0) && !Self.isAttribute($0) }
    let areWords = names.allSatisfy { $0.utf8.allSatisfy(Self.isNameByte) }
    followsConvention = isEncodingWord && areWords && !Self.isSize(parts[0])
  }

  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
  private static func isNameByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x20
  }
  private static func isWordByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
  }

  /// `v1`, `v0.1`.
  private static func isVersion(_ part: String) -> Bool {
    part.hasPrefix("v") && part.dropFirst().split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isDigits)
  }

  /// `7B`, `0.5B`, `8x7B`.
  static func isSize(_ part: String) -> Bool {
    guard let scale = part.utf8.last, isLetter(scale) else { return false }
    var number = part.dropLast()
    if let cross = number.firstIndex(of: "x") {
      guard isDigits(number[..<cross]) else { return false }
      number = number[number.index(after: cross)...]
    }
    let pieces = number.split(separator: ".", omittingEmptySubsequences: false)
    return pieces.count <= 2 && pieces.allSatisfy(isDigits)
  }

  /// What may stand behind a size: `ContextLength4k`, `A3B`, `A2.7B`.
  private static func isAttribute(_ part: String) -> Bool {
    let number = part.drop { $0.isASCII && $0.isLetter }
    guard number.count < part.count, let scale = number.utf8.last, isLetter(scale) else { return false }
    let digits = number.prefix { !$0.isLetter }
    let pieces = digits.split(separator: ".", omittingEmptySubsequences: false)
    return pieces.count <= 2 && pieces.allSatisfy(isDigits)
  }
}

/// A model's size for people: `7B`, `270M`.
enum SizeLabel {
  private static let scales: [Character: Double] = ["M": 1e6, "B": 1e9, "T": 1e12]

  /// Weights; nil for what is no number of millions or more: `8x7B`, and `4k`, which nearly always is a context.
  static func weights(_ label: String) -> Double? {
    guard let scale = label.last, let factor = scales[Character(scale.uppercased())] else { return nil }
    return Double(label.dropLast()).flatMap { $0.isFinite && $0 > 0 ? $0 * factor : nil }
  }
}
