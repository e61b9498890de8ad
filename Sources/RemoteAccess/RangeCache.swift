internal import Synchronization

/// What was read last of all files of a session.
final class RangeCache: Sendable {
  /// Bytes that are kept.
  static let mostBytes = 32 << 20

  struct Piece: Sendable {
    let start: Int
    let bytes: [UInt8]
  }

  private struct Entry {
    let file: Int
    let piece: Piece
    var lastUse: Int
  }

  private struct State {
    var entries: [Entry] = []
    var bytes = 0
    var uses = 0
  }

  private let state = Mutex(State())

  /// The piece that holds a byte of a file.
  func piece(of file: Int, at position: Int) -> Piece? {
    state.withLock { state in
      let found = state.entries.firstIndex { entry in
        entry.file == file && entry.piece.start <= position && position - entry.piece.start < entry.piece.bytes.count
      }
      guard let found else { return nil }
      state.uses += 1
      state.entries[found].lastUse = state.uses
      return state.entries[found].piece
    }
  }

  func keep(_ piece: Piece, of file: Int) {
    state.withLock { state in
      state.uses += 1
      state.entries.append(Entry(file: file, piece: piece, lastUse: state.uses))
      state.bytes += piece.bytes.count
      while state.bytes > Self.mostBytes,
        let oldest = state.entries.indices.min(by: { state.entries[$0].lastUse < state.entries[$1].lastUse })
      {
        state.bytes -= state.entries.remove(at: oldest).piece.bytes.count
      }
    }
  }
}
