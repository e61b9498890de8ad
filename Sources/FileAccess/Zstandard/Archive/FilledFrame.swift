import Synchronization
import TensorCore

/// The contents of a frame while many threads fill them, zeros where nobody does.
final class FilledFrame: Sendable {
  private struct State {
    var contents: [UInt8]
    /// Bytes that are still to come.
    var missing: Int
  }

  private let state: Mutex<State>

  init(size: Int, expected: Int) {
    state = Mutex(State(contents: [UInt8](repeating: 0, count: size), missing: expected))
  }

  /// Puts a piece to its place.
  ///
  /// - Returns: The contents where this was the last piece.
  func fill(_ bytes: Span<UInt8>, at start: Int) -> [UInt8]? {
    state.withLock { state in
      var target = state.contents.mutableSpan
      copy(bytes, into: &target, at: start)
      state.missing -= bytes.count
      guard state.missing == 0 else { return nil }
      defer { state.contents = [] }
      return state.contents
    }
  }
}
