/// What a server says of a file, by which another version of it is told.
struct RemoteVersion: Sendable, Equatable {
  let size: Int
  let tag: String?
  let modified: String?

  init(_ head: HTTPHead, size: Int) {
    self.size = size
    (tag, modified) = (head["etag"], head["last-modified"])
  }

  /// The ETag, where it promises the same bytes.
  var strongTag: String? { tag.flatMap { $0.hasPrefix("\"") ? $0 : nil } }

  /// Throws where another answer speaks of another version. What one of them does not say is not compared.
  func require(_ other: RemoteVersion) throws(RemoteError) {
    if let tag, let now = other.tag, tag != now { throw .changed(what: "ETag", from: tag, to: now) }
    if let modified, let now = other.modified, modified != now {
      throw .changed(what: "Last-Modified", from: modified, to: now)
    }
    if size != other.size { throw .changed(what: "size", from: "\(size)", to: "\(other.size)") }
  }
}

/// Holds answers against the range that was asked for.
struct AnswerCheck: Sendable {
  let range: Range<Int>
  /// nil where nothing is known of the file yet.
  let version: RemoteVersion?

  /// How many bytes of the body are read.
  func bodyLimit(_ head: HTTPHead) -> Int? {
    guard head.status == 206 else { return nil }
    return try? part(head).range.count
  }

  /// Whether the answer says that the file is empty, which has no ranges.
  func isEmptyFile(_ head: HTTPHead) throws(RemoteError) -> Bool {
    switch head.status {
    case 416:
      guard let text = head["content-range"], case .unsatisfied(let size)? = ContentRange(text) else { return false }
      if let version, let size { try version.require(RemoteVersion(head, size: size)) }
      return version == nil && range.lowerBound == 0 && size == 0
    case 200:
      if let version, let tag = version.tag, let now = head["etag"], tag != now {
        throw .changed(what: "ETag", from: tag, to: now)
      }
      guard version == nil, head["content-length"] == "0" else { throw .rangesNotSupported }
      return true
    default: return false
    }
  }

  /// Of an answer of status 206 the bytes that it has, and what it says of the file.
  func part(_ head: HTTPHead) throws(RemoteError) -> (range: Range<Int>, version: RemoteVersion) {
    if head.has("content-encoding"), head["content-encoding"]?.lowercased() != "identity" {
      throw .encoded(head["content-encoding"] ?? "several")
    }
    guard head.has("content-range") else { throw .contentRangeMissing }
    guard let text = head["content-range"], let parsed = ContentRange(text),
      case .bytes(let answered, let total) = parsed
    else { throw .contentRangeInvalid(head["content-range"] ?? "several") }
    guard let total else { throw .sizeUnknown }
    let now = RemoteVersion(head, size: total)
    try version?.require(now)
    guard answered == range.clamped(to: 0..<total), !answered.isEmpty else {
      throw .rangeDiffers(asked: range, answer: "\(answered.lowerBound)-\(answered.upperBound - 1) of \(total)")
    }
    if let length = head["content-length"], ContentRange.number(length[...]) != answered.count {
      throw .lengthDiffers(range: answered.count, length: length)
    }
    return (answered, now)
  }
}
