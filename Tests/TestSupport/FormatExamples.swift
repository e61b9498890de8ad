/// A page of formats/, of which the fenced blocks and the tables are executed.
public struct FormatPage {
  /// A fenced block: lines `key: value`, each continued by lines that begin with two spaces.
  public struct Block: Sendable {
    public let page: String
    /// The line of the fence, counted from 1.
    public let line: Int
    public let entries: [(key: String, value: String)]

    public func values(_ key: String) -> [String] { entries.filter { $0.key == key }.map(\.value) }

    /// The value of a key that must be there once.
    public func value(_ key: String) throws -> String {
      let all = values(key)
      guard all.count == 1, let value = all.first else { throw FormatExampleError(self, "one \(key)", found: "\(all)") }
      return value
    }

    /// The value of a key, which has bytes in hexadecimal.
    public func bytes(_ key: String) throws -> [UInt8] {
      try value(key).split(separator: " ").map { digits in
        guard digits.count == 2, let byte = UInt8(digits, radix: 16) else {
          throw FormatExampleError(self, "two hexadecimal digits", found: String(digits))
        }
        return byte
      }
    }

    /// The value of a key, which has decimals: `1`, `-0`, `0.5*32`.
    public func weights(_ key: String) throws -> [Float] {
      try value(key).split(separator: " ").flatMap { word in
        let parts = word.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count <= 2, let value = Float(parts[0]), value.isFinite,
          let count = parts.count == 2 ? Int(parts[1]) : 1, count > 0
        else { throw FormatExampleError(self, "VALUE or VALUE*COUNT", found: String(word)) }
        return Array(repeating: value, count: count)
      }
    }
  }

  public let name: String
  private let lines: [String]

  /// - Parameter name: The file's name: `q8_0.md`.
  public init(_ name: String) throws {
    self.name = name
    lines = String(decoding: try Repository.bytes("formats/" + name), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The blocks that begin with three backquotes and `kind`.
  public func blocks(_ kind: String) throws -> [Block] {
    var blocks: [Block] = []
    var open: (line: Int, entries: [(key: String, value: String)])?
    for (index, line) in lines.enumerated() {
      if line == "```" + kind {
        open = (index + 1, [])
      } else if let (start, entries) = open {
        if line == "```" {
          blocks.append(Block(page: name, line: start, entries: entries))
          open = nil
        } else if line.hasPrefix("  "), let last = entries.last {
          open?.entries[entries.count - 1] = (last.key, last.value + " " + line.dropFirst(2))
        } else if let colon = line.firstIndex(of: ":") {
          let value = line[line.index(after: colon)...].drop { $0 == " " }
          open?.entries.append((String(line[..<colon]), String(value)))
        } else {
          throw FormatExampleError(Block(page: name, line: index + 1, entries: []), "key: value", found: line)
        }
      }
    }
    return blocks
  }

  /// The cells of the table whose header begins with these.
  public func table(headedBy header: [String]) -> [[String]] {
    func cells(_ line: String) -> [String] {
      line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map { cell in
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
    guard let first = lines.firstIndex(where: { cells($0).starts(with: header) }) else { return [] }
    return lines.dropFirst(first + 2).prefix { $0.hasPrefix("|") }.map(cells)
  }
}

/// An example that is not what the notation in formats/float.md allows.
public struct FormatExampleError: Error, CustomStringConvertible {
  public let description: String

  public init(_ block: FormatPage.Block, _ expected: String, found: String) {
    description = "formats/\(block.page), line \(block.line): expected \(expected), found \(found)"
  }
}

/// A worked example of a block format: a fenced block `gguf-example`.
public struct CodecExample: Sendable, CustomStringConvertible {
  public let type: String
  public let weights: [Float]
  /// For each weight, what an error in its column counts for; nil where the example is of the encoder without.
  public let importance: [Float]?
  public let block: [UInt8]
  public let decoded: [Float]
  public let description: String

  public init(_ block: FormatPage.Block) throws {
    let keys = block.entries.map(\.key)
    guard keys.filter({ $0 != "importance" }) == ["type", "weights", "block", "decoded"] else {
      throw FormatExampleError(block, "type, weights, block, decoded", found: "\(keys)")
    }
    type = try block.value("type")
    weights = try block.weights("weights")
    importance = keys.contains("importance") ? try block.weights("importance") : nil
    self.block = try block.bytes("block")
    decoded = try block.weights("decoded")
    description = "\(type), \(block.page):\(block.line)"
  }

  /// The examples of the forms that only activations have.
  public static func activations() throws -> [CodecExample] {
    try ["q8_1.md", "q8_k.md"].flatMap { page in
      try FormatPage(page).blocks("gguf-example").map(CodecExample.init)
    }
  }

  /// The examples of all pages about block formats.
  public static func all() throws -> [CodecExample] {
    try [
      "float.md", "q4_0.md", "q4_1.md", "q5.md", "q8_0.md", "q2_k.md", "q3_k.md", "q4_k.md", "q5_k.md", "q6_k.md",
      "iq4.md", "ternary.md", "mxfp4.md", "nvfp4.md", "q1_0.md", "q2_0.md", "nf4.md",
    ].flatMap { page in
      try FormatPage(page).blocks("gguf-example").map(CodecExample.init)
    }
  }
}
