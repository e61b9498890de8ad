#if FUZZ_PACKAGE
  @testable import FileAccess
  @testable import TensorCore
#else
  import FileAccess
  import TensorCore
#endif

/// What a check found that must hold of whatever is read, and does not.
struct Broken {
  private(set) var list: [String] = []

  mutating func require(_ condition: Bool, _ what: @autoclosure () -> String) {
    if !condition { list.append(what()) }
  }

  mutating func add(_ what: String) { list.append(what) }
}

/// Whether an error is one that a file can be answered with: a rule of a format, and not the system.
func isAnswer(_ error: any Error) -> Bool {
  if case SourceError.invalid? = error as? SourceError { return true }
  return error is any FormatViolation
}

extension TensorSource {
  /// The first bytes of a tensor; nil where what is compressed is damaged.
  func start(of tensor: TensorDescription, _ broken: inout Broken) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: min(tensor.byteCount, 1 << 16))
    var span = bytes.mutableSpan
    do {
      try read(tensor, from: 0, into: &span)
      return bytes
    } catch {
      broken.require(isAnswer(error), "tensor \(tensor.name.quoted()) cannot be read: \(error)")
      return nil
    }
  }
}

/// Ends a fuzzer where something does not hold, so that it keeps the input.
public func stop(at broken: [String]) {
  if !broken.isEmpty { fatalError(broken.joined(separator: "\n")) }
}
