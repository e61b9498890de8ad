/// Answers that tests put together.
extension [HTTPServer.Step] {
  /// Any answer; the length of the body stands in it unless `headers` say one.
  public static func answer(_ status: Int, _ headers: [(String, String)] = [], _ body: [UInt8] = []) -> Self {
    var text = "HTTP/1.1 \(status) -\r\nConnection: close\r\n"
    if !headers.contains(where: { $0.0 == "Content-Length" || $0.0 == "Transfer-Encoding" }) {
      text += "Content-Length: \(body.count)\r\n"
    }
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return [.send([UInt8]((text + "\r\n").utf8) + body)]
  }

  public static func redirect(to location: String, _ status: Int = 302) -> Self {
    answer(status, [("Location", location)])
  }

  /// What a good server answers: the range that is asked for of a file that begins with `bytes` and goes on with zeros.
  public static func part(
    of bytes: [UInt8], size: Int? = nil, for request: HTTPServer.Request, _ headers: [(String, String)] = []
  ) -> Self {
    let size = size ?? bytes.count
    guard let range = request.range else { return answer(200, headers, bytes) }
    guard range.lowerBound < size else { return answer(416, [("Content-Range", "bytes */\(size)")]) }
    let end = Swift.min(range.upperBound, size - 1)
    var body = range.lowerBound < bytes.count ? [UInt8](bytes[range.lowerBound...Swift.min(end, bytes.count - 1)]) : []
    body += [UInt8](repeating: 0, count: end + 1 - range.lowerBound - body.count)
    return answer(206, [("Content-Range", "bytes \(range.lowerBound)-\(end)/\(size)")] + headers, body)
  }
}
