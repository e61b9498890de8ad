internal import Dispatch

/// How long is waited and how often tried, and what may be used up.
public struct RemoteOptions: Sendable {
  /// Sent where they are for.
  public var authorizations: [Authorization] = []
  /// A file of certificates (PEM) that are trusted in place of the system's.
  public var certificates: String?

  /// Seconds until a connection must stand.
  public var connectSeconds = 15.0
  /// Seconds that a connection may be silent.
  public var silentSeconds = 30.0
  /// Seconds that an answer may take, besides those for its bytes at ``leastRate``.
  public var answerSeconds = 60.0
  /// Bytes a second at which an answer must come, by and large.
  public var leastRate = 32_768.0

  /// How often a request is sent, at most.
  public var tries = 5
  /// Seconds before the second try; doubled for each that follows.
  public var firstDelay = 0.5
  /// Seconds that a server may ask to wait.
  public var longestDelay = 60
  public var mostRedirects = 10

  /// Requests, redirects and repetitions among them, and bytes of answers: for all files together.
  public var mostRequests = 4_096
  public var mostBytes = 1 << 30

  /// Told of each delay before another try: the URL, why, and seconds.
  public var willRetry: @Sendable (RemoteURL, String, Double) -> Void = { _, _, _ in }
  /// Waits.
  public var sleep: @Sendable (Double) -> Void = { seconds in
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + seconds)
  }

  public init() {}
}
