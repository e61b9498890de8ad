internal import Checkpoints
internal import TensorCore

/// Work that may take long: it tells how far it is, a signal ends it, and its errors become the program's.
struct LongWork {
  /// What is being done: "converting".
  let verb: String
  /// Bytes.
  let total: Int
  let isSilent: Bool
  /// Whether a signal leaves an output unwritten, and not only a question unanswered.
  let hasOutput: Bool

  /// - Parameter hasOutput: Whether it writes a file.
  init(_ verb: String, total: Int, isSilent: Bool, hasOutput: Bool = false) {
    self.verb = verb
    self.total = total
    self.isSilent = isSilent
    self.hasOutput = hasOutput
  }

  /// Asked by the work now and then, and told of every piece of it by many threads: its bytes, and the tensor's name.
  struct Monitor: Sendable {
    fileprivate let reporter: ProgressReporter

    var isCancelled: @Sendable () -> Bool { { Interruption.isRequested } }
    var progress: @Sendable (Int, String) -> Void { { [reporter] in reporter.advance($0, $1) } }

    /// Before what cannot be taken back, and where half of the work would look like the whole.
    func requireGoingOn() throws(StreamFailure) {
      if Interruption.isRequested { throw .cancelled }
    }
  }

  func run<Result>(_ body: (Monitor) throws -> Result) throws(Failure) -> Result {
    let reporter = ProgressReporter(verb, total: total, isSilent: isSilent)
    defer { reporter.finish() }
    do {
      return try body(Monitor(reporter: reporter))
    } catch let error as Failure {
      throw error
    } catch let error as FileError {
      throw Failure(error)
    } catch StreamFailure.cancelled where !hasOutput {
      throw Failure("interrupted", Interruption.code ?? .interrupted)
    } catch let error as StreamFailure {
      throw Failure(error)
    } catch {
      throw Failure(String(describing: error), .internalError)
    }
  }
}
