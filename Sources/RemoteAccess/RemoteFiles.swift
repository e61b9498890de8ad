public import FileAccess
internal import Synchronization
public import TensorCore

/// Files behind URLs, and those beside them.
///
/// What stands for a file's path is its URL without the query, which may be a secret: errors and reports have that.
public final class RemoteFiles: FileOpener {
  private let session: RemoteSession
  private let known = Mutex<[String: (url: RemoteURL, number: Int)]>([:])

  /// - Throws: ``RemoteSetupError``.
  public convenience init(_ options: RemoteOptions = RemoteOptions()) throws(RemoteSetupError) {
    self.init(options, try makeTransport(options))
  }

  init(_ options: RemoteOptions, _ transport: any HTTPTransport) { session = RemoteSession(options, transport) }

  /// Takes a URL.
  ///
  /// - Returns: What stands for its path from now on.
  /// - Throws: ``RemoteSetupError/sameName(_:)`` where that stands for another URL.
  @discardableResult
  public func add(_ url: RemoteURL) throws(RemoteSetupError) -> String {
    let name = url.description
    let other = known.withLock { known in
      if known[name] == nil { known[name] = (url, known.count) }
      return known[name]?.url != url
    }
    if other { throw .sameName(name) }
    return name
  }

  /// Asks for the first bytes of a file.
  ///
  /// - Parameter path: What ``add(_:)`` or ``neighbour(_:of:)`` returned.
  /// - Throws: ``SourceError/file(_:)`` with the text of a ``RemoteError``: `.open` for what is not there or not allowed,
  ///   otherwise `.read`; `.invalid` for what is compressed and damaged.
  public func open(_ path: String) throws(SourceError) -> InputFile {
    guard let (url, number) = known.withLock({ $0[path] }) else {
      throw .file(FileError(path: path, operation: .open, reason: "is none of the URLs that were given"))
    }
    return try InputFile(RemoteObject(url, number: number, session))
  }

  public func name(of path: String) -> String { known.withLock { $0[path]?.url.fileName } ?? path }

  /// Whether the file is there is only known when it is opened; one with `.zst` behind its name is not looked for.
  public func neighbour(_ name: String, of path: String) -> String? {
    known.withLock { known in
      guard let url = known[path]?.url.neighbour(name) else { return nil }
      if known[url.description] == nil { known[url.description] = (url, known.count) }
      return url.description
    }
  }
}

/// Why there is nothing to read URLs with.
public enum RemoteSetupError: Error, Sendable, Hashable, CustomStringConvertible {
  case builtWithoutClient
  case certificates(path: String, reason: String)
  /// Two URLs differ in their queries only.
  case sameName(String)

  public var description: String {
    switch self {
    case .builtWithoutClient:
      "this program was built without an HTTP client; build it with the package trait HTTP, or download the file"
    case .certificates(let path, let reason): "\(path.printable): certificates cannot be read: \(reason)"
    case .sameName(let name):
      "\(name): two URLs differ in what stands behind their question marks only; give one at a time"
    }
  }
}
