internal import Synchronization

/// A regular expression that is looked for anywhere in a name.
public final class NameRegex: Sendable, Equatable {
  public let text: String
  // A Regex is not Sendable; one thread at a time looks for it.
  private let regex: Mutex<Regex<AnyRegexOutput>>

  /// - Throws: What the parser of regular expressions says of the text.
  public init(_ text: String) throws {
    self.text = text
    regex = Mutex(try Regex(text))
  }

  public func matches(_ name: String) -> Bool {
    // A pattern that cannot be matched against a name does not match it.
    regex.withLock { (try? $0.firstMatch(in: name)) != nil }
  }

  public static func == (left: NameRegex, right: NameRegex) -> Bool { left.text == right.text }
}
