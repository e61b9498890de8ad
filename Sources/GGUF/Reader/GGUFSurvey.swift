package import FileAccess
package import TensorCore

/// A GGUF file read as far as it can be, with every rule of the format that its header breaks: for programs that tell
/// what is wrong with a file. Who uses a file opens it with ``GGUFFile/init(path:)``.
public struct GGUFSurvey: Sendable {
  /// What could be read. A key or name that is not UTF-8 has replacement characters; a tensor that cannot be described
  /// is left out; where the header is not whole there are no tensors.
  public let file: GGUFFile
  /// In the order in which they were met, the first ``mostViolations`` of them.
  public let violations: [GGUFError]
  /// How many there are.
  public let violationCount: Int
  /// Whether the header was read to its end. Where it was not, the last of the ``violations`` says why.
  public let isWhole: Bool
  /// Whether every tensor that the header names is among ``GGUFFile/tensors``.
  public let describesAllTensors: Bool

  /// The first tensor whose data lies before that of the tensor info in front of its own.
  public let firstTensorOutOfOrder: String?

  public static let mostViolations = 10_000

  /// Reads the header of a file that is open.
  ///
  /// - Throws: ``SourceError``: `.file` where the system refuses, and `.invalid` where what is compressed is damaged; not
  ///   what is wrong with the header.
  package init(_ file: InputFile) throws(SourceError) {
    var parser = HeaderParser(file, mostViolations: Self.mostViolations)
    var end: GGUFError?
    do throws(SourceError) {
      try parser.parse()
    } catch .invalid(_, let error as GGUFError) {
      end = error
    } catch {
      throw error
    }
    self.file = GGUFFile(parser)
    violations = parser.violations + [end].compactMap { $0 }
    violationCount = parser.violationCount + (end == nil ? 0 : 1)
    isWhole = end == nil
    firstTensorOutOfOrder = parser.firstTensorOutOfOrder
    describesAllTensors = end == nil && parser.firstUndescribed == nil
  }
}
