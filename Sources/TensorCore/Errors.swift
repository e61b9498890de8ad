/// A rule of a format that a file breaks: one case of an error type for every rule, so that each can be told apart.
///
/// The description is the rest of the line behind the file's name: the offset or tensor, what was expected, what was
/// found and, where there is one, the way out.
public protocol FormatViolation: Error, CustomStringConvertible, Sendable {}

/// A violation that is about a tensor or a metadata key: the one is named in front of the other.
public protocol PlacedViolation: FormatViolation {
  /// The tensor that it is about.
  var tensor: String? { get }
  /// The metadata key that it is about.
  var key: String? { get }
  /// Where in the file, in bytes from its start, where it is about one place.
  var offset: Int? { get }
  /// What was expected and what was found: the ``description`` without the name in front.
  var message: String { get }
}

extension PlacedViolation {
  public var description: String {
    if let tensor { return "tensor \(tensor.quoted(limit: 70)): \(message)" }
    if let key { return "metadata key \(key.quoted()): \(message)" }
    return message
  }
}

/// A system call on a file that failed.
public struct FileError: Error, Sendable, Hashable {
  /// What was being done.
  public enum Operation: String, Sendable {
    /// Finding or opening an input.
    case open
    /// Reading from an input.
    case read
    /// Creating an output, or giving it its name.
    case create
    /// Writing to an output, or reserving its space.
    case write
  }

  public let path: String
  public let operation: Operation
  /// The reason, in words: the system's own, or more exact ones.
  public let reason: String

  public init(path: String, operation: Operation, reason: String) {
    self.path = path
    self.operation = operation
    self.reason = reason
  }
}

/// Why a checkpoint cannot be read.
public enum SourceError: Error, Sendable {
  /// The system refused.
  case file(FileError)
  /// The file breaks a rule of its format.
  case invalid(path: String, any FormatViolation)
}
