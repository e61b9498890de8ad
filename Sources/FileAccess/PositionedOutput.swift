public import TensorCore

/// A file that many threads write piece by piece, each piece to its place.
public protocol PositionedOutput: Sendable {
  /// Whether the pieces have to come in about their order, the first one first: one far ahead waits for those before it.
  var isOrdered: Bool { get }

  /// Writes `bytes` at `offset`, counted in the contents of the file.
  ///
  /// - Throws: ``FileError``.
  func write(_ bytes: Span<UInt8>, at offset: Int) throws(FileError)

  /// Says that a piece will not come: nobody waits for it any more, and what is written from now on is lost.
  func abandon()
}

extension PositionedOutput {
  public var isOrdered: Bool { false }

  public func abandon() {}
}
