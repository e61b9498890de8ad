#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif
internal import Synchronization

/// SIGINT and SIGTERM during long work: the work is asked to stop and clean up; a second signal ends the program at
/// once.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// Watches for both signals from now on.
  static func watch() {
    // The variable is made before a handler could be the first to touch it.
    received.store(0, ordering: .relaxed)
    let handler: @convention(c) (Int32) -> Void = { number in
      Interruption.received.store(number, ordering: .relaxed)
      // A second signal then has the default action.
      signal(number, SIG_DFL)
    }
    // The handler stores a number and calls signal, which are both allowed in one.
    signal(SIGINT, handler)
    signal(SIGTERM, handler)
  }

  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// The exit code for the signal that came; nil where none did.
  static var code: FailureCode? {
    switch received.load(ordering: .relaxed) {
    case 0: nil
    case SIGTERM: .terminated
    default: .interrupted
    }
  }
}
