/// A name compared byte by byte.
///
/// Swift's own comparison takes canonically equivalent strings for equal; to a file format they are two names.
public struct ExactString: Sendable, Hashable {
  public let string: String

  public init(_ string: String) { self.string = string }

  public static func == (left: ExactString, right: ExactString) -> Bool {
    left.string.utf8.elementsEqual(right.string.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    // Safe: the bytes are only read, within the closure. A string that is not contiguous is hashed through a copy.
    var string = string
    string.withUTF8 { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
