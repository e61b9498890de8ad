import Dispatch
import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A server on this machine, on a port of the system's choice, that answers each request as a test says: with any bytes,
/// at any speed, or not at all. A connection has one request.
public final class HTTPServer: @unchecked Sendable {
  public struct Request: Sendable {
    /// Path and query.
    public let target: String
    /// Names in lower case.
    public let headers: [String: String]

    /// The bytes that are asked for; nil without a `Range`.
    public var range: ClosedRange<Int>? {
      guard let ends = headers["range"]?.dropFirst("bytes=".count).split(separator: "-"), ends.count == 2,
        let first = Int(ends[0]), let last = Int(ends[1])
      else { return nil }
      return first...last
    }

    /// nil for what is no request.
    init?(head: [UInt8]) {
      let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
      var headers: [String: String] = [:]
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        headers[line[..<colon].lowercased()] =
          line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
      let words = lines[0].split(separator: " ")
      guard words.count == 3 else { return nil }
      target = String(words[1])
      self.headers = headers
    }
  }

  /// What is done with the client, one after the other; then the connection is closed.
  public enum Step: Sendable {
    case send([UInt8])
    case wait(seconds: Double)
    /// Sends nothing more until the client goes away or the server ends.
    case hang
  }

  public struct Failed: Error {
    let call: String
    let code: Int32
  }

  public let port: Int
  private let listener: Int32
  private let answer: @Sendable (Request, Int) -> [Step]
  private let lock = NSLock()
  private var log: [Request] = []
  private var sent = 0
  private var ended = false

  /// - Parameter answer: Called with each request and how many came before it, from several threads.
  public init(_ answer: @escaping @Sendable (Request, Int) -> [Step]) throws {
    self.answer = answer
    #if canImport(Darwin) || canImport(Musl)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    let listener = socket(AF_INET, kind, 0)
    guard listener >= 0 else { throw Failed(call: "socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    guard bound else {
      close(listener)
      throw Failed(call: "bind", code: errno)
    }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    signal(SIGPIPE, SIG_IGN)
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let server = self, !server.hasEnded else {
          if connection >= 0 { close(connection) }
          break
        }
        Thread.detachNewThread { server.serve(connection) }
      }
      close(listener)
    }
  }

  deinit {
    // The thread that accepts holds no reference while it waits; this wakes it.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private var hasEnded: Bool { lock.withLock { ended } }

  /// Lets connections that hang end.
  public func end() { lock.withLock { ended = true } }

  public func url(_ path: String = "/model.gguf") -> String { "http://127.0.0.1:\(port)\(path)" }

  /// All requests so far.
  public var requests: [Request] { lock.withLock { log } }

  /// Bytes that were sent so far, heads of answers among them.
  public var sentBytes: Int { lock.withLock { sent } }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    guard let request = Self.read(connection) else { return }
    let number = lock.withLock {
      log.append(request)
      return log.count - 1
    }
    for step in answer(request, number) {
      switch step {
      case .send(let bytes): guard write(bytes, to: connection) else { return }
      case .wait(let seconds): usleep(useconds_t(seconds * 1_000_000))
      case .hang: while !hasEnded, !Self.hasLeft(connection) { usleep(10_000) }
      }
    }
    // What the client has sent and nobody read would reset the connection before it has read the answer.
    shutdown(connection, Int32(SHUT_WR))
    while !hasEnded, !Self.hasLeft(connection) { usleep(1_000) }
  }

  /// Whether the client has closed its side.
  private static func hasLeft(_ connection: Int32) -> Bool {
    var byte: UInt8 = 0
    let count = recv(connection, &byte, 1, Int32(MSG_DONTWAIT))
    return count == 0 || count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR
  }

  private func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes { send(connection, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { return false }
      done += count
      lock.withLock { sent += count }
    }
    return true
  }

  private static func read(_ connection: Int32) -> Request? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard head.count < 65_536, recv(connection, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    return Request(head: head)
  }
}
