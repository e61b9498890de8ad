internal import TensorCore

/// Why bytes behind a URL cannot be read: one case a reason. The description is the rest of the line behind the URL.
public enum RemoteError: Error, Sendable, Hashable, CustomStringConvertible {
  case unreachable(String)
  case untrusted(String)
  /// The last of several tries.
  case broken(String, tries: Int)
  case timedOut(tries: Int)

  case notFound(status: Int)
  /// 401, 403 or 407.
  case forbidden(status: Int, AuthorizationUse)
  case statusUnexpected(Int)
  case serverFailed(status: Int, tries: Int)
  case waitTooLong(status: Int, seconds: Int, limit: Int)

  case redirectInvalid(String)
  case redirectInsecure(to: String)
  case redirectLoop(to: String)
  case redirectsTooMany(limit: Int)

  case rangesNotSupported
  case contentRangeMissing
  case contentRangeInvalid(String)
  case sizeUnknown
  case rangeDiffers(asked: Range<Int>, answer: String)
  case lengthDiffers(range: Int, length: String)
  case bodyTooLong(limit: Int)
  case encoded(String)
  case changed(what: String, from: String, to: String)

  case requestsTooMany(limit: Int)
  case bytesTooMany(limit: Int)

  public var description: String {
    switch self {
    case .unreachable(let reason): "cannot be reached: \(reason)"
    case .untrusted(let reason): "the server is not trusted: \(reason)"
    case .broken(let reason, let tries): "the connection broke: \(reason)\(Self.text(tries))"
    case .timedOut(let tries): "the server does not answer in time\(Self.text(tries))"
    case .notFound(let status): "not found (HTTP \(status))"
    case .forbidden(let status, let use): "not allowed (HTTP \(status)); \(use.rawValue)"
    case .statusUnexpected(let status): "the server answers with HTTP \(status), expected 206 (a range)"
    case .serverFailed(let status, let tries): "the server answers with HTTP \(status)\(Self.text(tries))"
    case .waitTooLong(let status, let seconds, let limit):
      "the server answers with HTTP \(status) and asks to wait \(seconds) s, \(limit) s at most are waited"
    case .redirectInvalid(let reason): "redirected to what cannot be followed: \(reason)"
    case .redirectInsecure(let to): "redirected from https to \(to.quoted()), which anybody on the way could change"
    case .redirectLoop(let to): "redirected in a circle, again to \(to.quoted())"
    case .redirectsTooMany(let limit): "redirected more than \(limit) times"
    case .rangesNotSupported:
      "the server does not send ranges of the file, and the whole would have to be read; download it"
    case .contentRangeMissing: "the answer has no Content-Range"
    case .contentRangeInvalid(let text): "the answer's Content-Range cannot be understood: \(text.quoted(limit: 60))"
    case .sizeUnknown: "the server does not say how large the file is (Content-Range with \"*\")"
    case .rangeDiffers(let asked, let answer):
      "asked for the bytes \(asked.lowerBound)-\(asked.upperBound - 1), the answer has \(answer)"
    case .lengthDiffers(let range, let length):
      "the answer's Content-Length is \(length.quoted(limit: 30)), expected \(range) by its Content-Range"
    case .bodyTooLong(let limit): "the answer goes on behind the \(limit) bytes of its Content-Range"
    case .encoded(let coding): "the answer is encoded (\(coding.quoted(limit: 30))), which was not asked for"
    case .changed(let what, let from, let to):
      "was changed while it was being read: \(what) \(to.quoted(limit: 80)), before \(from.quoted(limit: 80))"
    case .requestsTooMany(let limit): "needs more than \(limit) requests; download it"
    case .bytesTooMany(let limit): "needs more than \(limit) bytes of it; download it"
    }
  }

  private static func text(_ tries: Int) -> String { tries > 1 ? ", \(tries) times" : "" }
}

/// Whether a request that was not allowed had an `Authorization`.
public enum AuthorizationUse: String, Sendable, Hashable {
  case none = "no Authorization was sent"
  case sent = "the Authorization that was sent does not suffice"
  case withheldOverHTTP = "the Authorization was not sent, as the connection is not encrypted"
  case withheldFromOtherHost = "the Authorization was not sent, as the server redirected to another host"
}
