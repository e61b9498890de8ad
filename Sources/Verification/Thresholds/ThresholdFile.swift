/// A file of rules: one a line, as on the command line. Empty lines, and lines that begin with `#`, do not count.
public enum ThresholdFile {
  /// The longest file that is read, in bytes: a thousand rules. What is longer is not a file of rules.
  public static let byteLimit = 64 << 10

  /// What is wrong with a file, and in which line.
  public struct Violation: Error, Hashable {
    /// From 1; nil where it is about the whole file.
    public let line: Int?
    public let error: ThresholdError
  }

  /// - Parameters:
  ///   - bytes: The whole file, or at least ``byteLimit`` + 1 bytes of it.
  ///   - pattern: As for ``ThresholdRule/parse(_:pattern:)``.
  public static func parse(
    _ bytes: [UInt8], pattern: (String) throws -> (String) -> Bool
  ) throws(Violation) -> [ThresholdRule] {
    guard bytes.count <= byteLimit else { throw Violation(line: nil, error: .tooLarge(limit: byteLimit)) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Violation(line: nil, error: .notText) }
    var rules: [ThresholdRule] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
      do throws(ThresholdError) {
        rules += try ThresholdRule.parse(String(line), pattern: pattern)
      } catch {
        throw Violation(line: index + 1, error: error)
      }
    }
    return rules
  }
}
