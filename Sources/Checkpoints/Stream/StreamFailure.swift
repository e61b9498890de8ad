public import TensorCore

/// Why work on a checkpoint's chunks stopped.
public enum StreamFailure: Error, Sendable {
  /// A checkpoint that is read is at fault.
  case source(SourceError)
  /// The output is.
  case output(FileError)
  /// The caller asked for it.
  case cancelled
}
