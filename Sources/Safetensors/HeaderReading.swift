internal import StrictJSON
internal import TensorCore

/// Reads a safetensors header and collects every rule that it breaks; only what makes the rest of the JSON unreadable is
/// thrown.
struct HeaderReading {
  /// A hostile header breaks rules without end; this many are kept.
  static let mostViolations = 10_000

  /// Those whose entries are sound, by where their data starts.
  private(set) var tensors: [TensorDescription] = []
  private(set) var metadata: [(key: String, value: String)] = []
  /// In the order in which they were met.
  private(set) var violations: [SafetensorsError] = []
  /// How many there are, those that are not kept among them.
  private(set) var violationCount = 0

  private let dataStart: Int
  private let dataSize: Int
  private let file: Int

  /// As in ``SafetensorsHeader/init(json:dataStart:dataSize:file:)``.
  init(dataStart: Int, dataSize: Int, file: Int) {
    self.dataStart = dataStart
    self.dataSize = dataSize
    self.file = file
  }

  mutating func read(_ json: [UInt8]) throws(SafetensorsError) {
    guard let first = json.first else { throw .headerEmpty }
    guard first == UInt8(ascii: "{") else { throw .headerDoesNotStartWithBrace(found: first) }
    let entries = try parse(json)
    tensors.reserveCapacity(entries.count)
    for entry in entries {
      do throws(SafetensorsError) {
        tensors.append(try entry.checked(dataStart: dataStart, dataSize: dataSize, file: file))
      } catch {
        violation(error)
      }
    }
    tensors.sort { left, right in
      (left.offset, left.byteCount) < (right.offset, right.byteCount)
        || (left.offset, left.byteCount) == (right.offset, right.byteCount) && left.name < right.name
    }
    checkCover(looksForHoles: violationCount == 0)
  }

  private mutating func violation(_ error: SafetensorsError) {
    violationCount += 1
    if violations.count < Self.mostViolations { violations.append(error) }
  }

  private enum Context {
    case header, metadata, tensor(String)
  }

  private mutating func parse(_ json: [UInt8]) throws(SafetensorsError) -> [HeaderEntry] {
    var entries: [HeaderEntry] = []
    var scanner = JSONScanner(json)
    // What is being read decides which rule a JSON error breaks.
    var context = Context.header
    do throws(JSONError) {
      try scanner.beginObject()
      while let name = try scanner.nextKey() {
        context = name == "__metadata__" ? .metadata : .tensor(name)
        // What is JSON and yet not an entry can be passed over.
        let start = scanner
        do throws(JSONError) {
          switch context {
          case .metadata: metadata = try Self.metadata(&scanner)
          default: entries.append(try HeaderEntry(name: name, &scanner))
          }
        } catch {
          scanner = start
          guard (try? scanner.skipValue()) != nil else { throw error }
          violation(Self.error(error, context))
        }
        context = .header
      }
      try scanner.end()
    } catch {
      throw Self.error(error, context)
    }
    return entries
  }

  private static func error(_ error: JSONError, _ context: Context) -> SafetensorsError {
    switch context {
    case .header: .headerNotJSON(error)
    case .metadata: .metadataNotStrings(error)
    case .tensor(let name): .entryMalformed(tensor: name, error)
    }
  }

  private static func metadata(_ scanner: inout JSONScanner) throws(JSONError) -> [(key: String, value: String)] {
    // Writers that have nothing to say write null, and the reference implementation takes it.
    if try scanner.peek() == .null {
      try scanner.skipValue()
      return []
    }
    var pairs: [(key: String, value: String)] = []
    try scanner.beginObject()
    while let key = try scanner.nextKey() { pairs.append((key, try scanner.string())) }
    return pairs
  }

  /// The data is covered from its first byte to its last, by one tensor each.
  ///
  /// - Parameter looksForHoles: Bytes that no tensor seems to have may be those of one whose entry is not sound.
  private mutating func checkCover(looksForHoles: Bool) {
    var end = 0
    var previous: TensorDescription?
    for tensor in tensors {
      let range = tensor.dataRange(dataStart)
      if range.lowerBound < end, let previous {
        violation(.overlap(tensor: tensor.name, range, other: previous.name, previous.dataRange(dataStart)))
      }
      if looksForHoles, range.lowerBound > end {
        violation(.hole(from: end, to: range.lowerBound, before: tensor.name))
      }
      if range.upperBound >= end {
        end = range.upperBound
        if !range.isEmpty { previous = tensor }
      }
    }
    if looksForHoles, end < dataSize { violation(.dataLeftOver(from: end, to: dataSize)) }
  }
}

extension TensorDescription {
  fileprivate func dataRange(_ dataStart: Int) -> Range<Int> {
    (offset - dataStart)..<(offset - dataStart + byteCount)
  }
}
