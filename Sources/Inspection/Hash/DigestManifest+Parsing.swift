public import Digests
public import TensorCore

/// Why a file is no manifest. Lines are counted from 1.
public enum ManifestError: FormatViolation, Hashable {
  case tooLarge(limit: Int)
  case notUTF8
  case lineTooShort(line: Int)
  case digestMalformed(line: Int, algorithm: DigestAlgorithm, found: String)
  case contradiction(line: Int, place: String)
  case noDigests

  public var description: String {
    switch self {
    case .tooLarge(let limit): "has more than \(limit) bytes, the longest manifest that is read"
    case .notUTF8: "the manifest is not UTF-8"
    case .lineTooShort(let line):
      "line \(line): expected a hash function, a digest and a name with spaces between them"
    case .digestMalformed(let line, let algorithm, let found):
      "line \(line): expected \(2 * algorithm.digestBytes) hexadecimal digits for \(algorithm.rawValue), "
        + "found \(found.quoted(limit: 80))"
    case .contradiction(let line, let place):
      "line \(line): gives \(place.quoted()) another digest than a line before"
    case .noDigests: "no line has a digest by sha256 or xxh64"
    }
  }
}

extension DigestManifest {
  /// More than three lines for each of 100,000 tensors need.
  public static let byteLimit = 64 << 20

  private struct Key: Hashable {
    let subject: Subject
    let algorithm: DigestAlgorithm
    let place: ExactString
  }

  /// Reads a manifest, of this program or of llama-gguf-hash. Lines whose first word names another kind of digest are
  /// counted and passed over, as are empty ones.
  public init(parsing bytes: [UInt8]) throws(ManifestError) {
    guard bytes.count <= Self.byteLimit else { throw .tooLarge(limit: Self.byteLimit) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    var words: [Substring: (Subject, DigestAlgorithm)] = [:]
    for algorithm in DigestAlgorithm.allCases {
      for subject in Subject.allCases { words[algorithm.rawValue[...] + subject.rawValue] = (subject, algorithm) }
    }
    self.init(lines: [])
    var seen: [Key: Digest] = [:]
    for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      var rest = Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      guard let word = Self.word(&rest) else { continue }
      guard let (subject, algorithm) = words[word] else {
        // A hostile file has as many kinds as it likes; the first ones are enough.
        if unknown.count < 8 || unknown[String(word)] != nil { unknown[String(word), default: 0] += 1 }
        continue
      }
      guard let digits = Self.word(&rest), !rest.isEmpty else { throw .lineTooShort(line: index + 1) }
      guard let digest = Digest(algorithm, hexadecimal: digits) else {
        throw .digestMalformed(line: index + 1, algorithm: algorithm, found: String(digits))
      }
      let place = String(rest)
      let key = Key(subject: subject, algorithm: algorithm, place: ExactString(place))
      if let other = seen[key] {
        guard other == digest else { throw .contradiction(line: index + 1, place: place) }
        continue
      }
      seen[key] = digest
      lines.append(Line(subject, digest, place: place))
    }
    guard !lines.isEmpty else { throw .noDigests }
  }

  /// Takes the next word off a line, with the spaces around it; nil where there is none.
  private static func word(_ rest: inout Substring) -> Substring? {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    let start = rest.utf8.drop(while: isSpace)
    let word = start.prefix { !isSpace($0) }
    rest = Substring(start[word.endIndex...].drop(while: isSpace))
    return word.isEmpty ? nil : Substring(word)
  }
}
