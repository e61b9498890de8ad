internal import Synchronization
internal import TensorCore

/// Tells how far long work is, on standard error: a bar that stays on its line on a terminal, a line every few seconds
/// elsewhere.
final class ProgressReporter: Sendable {
  private struct State {
    var done = 0
    var lastShown: ContinuousClock.Instant
    var hasShown = false
  }

  private let verb: String
  private let total: Int
  private let isSilent: Bool
  private let isTerminal = StandardError.isTerminal
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  /// - Parameters:
  ///   - verb: What is being done: "converting".
  ///   - total: Bytes of work.
  init(_ verb: String, total: Int, isSilent: Bool) {
    self.verb = verb
    self.total = total
    self.isSilent = isSilent
    state = Mutex(State(lastShown: start))
  }

  /// Counts bytes of work; many threads may.
  func advance(_ bytes: Int, _ item: String) {
    guard !isSilent else { return }
    let interval: Duration = isTerminal ? .milliseconds(100) : .seconds(5)
    state.withLock { state in
      state.done += bytes
      let now = ContinuousClock.now
      guard now - state.lastShown >= interval else { return }
      state.lastShown = now
      state.hasShown = true
      show(state.done, elapsed: now - start, item)
    }
  }

  /// Takes the bar away.
  func finish() {
    state.withLock { state in
      if state.hasShown && isTerminal { StandardError.write("\r\u{1B}[K") }
      state.hasShown = false
    }
  }

  private func show(_ done: Int, elapsed: Duration, _ item: String) {
    let share = total == 0 ? 1 : Double(done) / Double(total)
    let rate = Double(done) / max(seconds(elapsed), 1e-9)
    let left = rate > 0 ? Double(total - done) / rate : 0
    let figures =
      "\(Int(share * 100)) %  \(Numbers.bytes(done)) of \(Numbers.bytes(total))  "
      + "\(Numbers.bytes(Int(rate)))/s  \(Int(left.rounded(.up))) s left"
    let name = item.printable
    if isTerminal {
      let filled = Int(share * 20)
      let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: max(0, 20 - filled))
      StandardError.write("\r\u{1B}[K[\(bar)] \(figures)  \(name.prefix(30))")
    } else {
      StandardError.write("\(verb): \(figures)  \(name)\n")
    }
  }
}

/// A duration in seconds.
func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}
