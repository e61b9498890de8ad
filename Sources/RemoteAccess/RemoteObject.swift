internal import FileAccess
internal import Synchronization
internal import TensorCore

/// A file behind a URL.
final class RemoteObject: StoredBytes {
  /// The URL without its query.
  let path: String
  let size: Int
  var isRemote: Bool { true }

  private let url: RemoteURL
  /// Its number in the session's cache.
  private let number: Int
  private let session: RemoteSession
  private let version: RemoteVersion
  private let readAhead = Mutex(ReadAhead())

  /// Asks for the first bytes, which says how large the file is.
  ///
  /// - Throws: ``SourceError/file(_:)``.
  init(_ url: RemoteURL, number: Int, _ session: RemoteSession) throws(SourceError) {
    let start: [UInt8]
    do throws(RemoteError) {
      (start, version) = try session.bytes(0..<ReadAhead.first, of: url, version: nil)
    } catch {
      throw .file(FileError(error, of: url))
    }
    (self.url, self.number, self.session) = (url, number, session)
    path = url.description
    size = version.size
    session.cache.keep(.init(start: 0, bytes: start), of: number)
  }

  func read(at offset: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    let count = buffer.count
    guard offset >= 0, count <= size - offset else {
      throw .file(
        FileError(
          path: path, operation: .read, reason: "has \(size) bytes, and \(count) at byte \(offset) were asked for"))
    }
    var done = 0
    while done < count {
      let position = offset + done
      let piece = try piece(at: position, wanted: count - done)
      let within = position - piece.start
      let length = min(count - done, piece.bytes.count - within)
      copy(piece.bytes, within..<(within + length), into: &buffer, at: done)
      done += length
    }
  }

  /// A piece that holds the byte at `position`. One thread at a time asks for what is not there.
  private func piece(at position: Int, wanted: Int) throws(SourceError) -> RangeCache.Piece {
    try readAhead.withLock { (readAhead) throws(SourceError) in
      if let piece = session.cache.piece(of: number, at: position) { return piece }
      let range = readAhead.range(at: position, wanted: wanted, size: size)
      do throws(RemoteError) {
        let piece = RangeCache.Piece(
          start: range.lowerBound, bytes: try session.bytes(range, of: url, version: version).bytes)
        session.cache.keep(piece, of: number)
        return piece
      } catch {
        throw .file(FileError(error, of: url))
      }
    }
  }
}

extension FileError {
  fileprivate init(_ error: RemoteError, of url: RemoteURL) {
    let operation: Operation =
      switch error {
      case .notFound, .forbidden: .open
      default: .read
      }
    self.init(path: url.description, operation: operation, reason: "\(error)")
  }
}
