#if HTTP
  import HTTPServer
  import Testing

  @testable import RemoteAccess

  /// Answers that are not what was asked for.
  @Suite struct AnswerTests {
    private typealias Steps = [HTTPServer.Step]

    private func refusal(_ answer: [HTTPServer.Step]) throws -> RemoteError? {
      let server = try HTTPServer { _, _ in answer }
      return try Asking().refusal(of: server.url())
    }

    @Test func readsTheRangeThatItAsksFor() throws {
      let server = try HTTPServer { request, _ in .part(of: contents, for: request, [("ETag", "\"a\"")]) }
      let (bytes, version) = try Asking().start(of: server.url("/a%20b?c=d"))
      #expect(bytes == Array(contents[..<1000]))
      #expect(version.size == 5000 && version.strongTag == "\"a\"")
      let request = try #require(server.requests.first)
      #expect(server.requests.count == 1)
      #expect(request.target == "/a%20b?c=d" && request.range == 0...999)
      #expect(request.headers["accept-encoding"] == "identity")
      #expect(request.headers["authorization"] == nil && request.headers["if-range"] == nil)
    }

    @Test func takesWhatIsThereOfAShorterFile() throws {
      let server = try HTTPServer { request, _ in .part(of: contents, for: request) }
      #expect(try Asking().start(of: server.url(), 1 << 20).bytes == contents)
    }

    /// The body goes on for 256 MiB.
    @Test func refusesAServerWithoutRangesAndLeavesTheBody() throws {
      let server = try HTTPServer { _, _ in
        .answer(200, [("Content-Length", "\(1 << 40)")])
          + Array(repeating: .send([UInt8](repeating: 0, count: 1 << 20)), count: 256)
      }
      #expect(try Asking().refusal(of: server.url()) == .rangesNotSupported)
      #expect(server.sentBytes < 64 << 20)
      #expect(server.requests.count == 1)
    }

    @Test(arguments: [
      ("bytes 1-1000/5000", "1-1000 of 5000"), ("bytes 0-998/5000", "0-998 of 5000"),
      ("bytes 0-1000/5000", "0-1000 of 5000"), ("bytes 0-499/800", "0-499 of 800"),
    ]) func refusesAnotherRange(_ header: String, _ found: String) throws {
      let answer = Steps.answer(206, [("Content-Range", header)], Array(contents[..<1000]))
      #expect(try refusal(answer) == .rangeDiffers(asked: 0..<1000, answer: found))
    }

    @Test(arguments: [
      "bytes 0-999", "bytes=0-999/5000", "bytes 999-0/5000", "bytes 0-999/999", "bytes -1-999/5000",
      "bytes +0-999/5000",
      "bytes 0-999/99999999999999999999", "bytes 0-9223372036854775807/*", "items 0-999/5000", "bytes */5000",
    ]) func refusesAContentRangeThatIsNone(_ header: String) throws {
      let answer = Steps.answer(206, [("Content-Range", header)], Array(contents[..<1000]))
      #expect(try refusal(answer) == .contentRangeInvalid(header))
    }

    @Test func refusesAPartThatDoesNotSayWhichItIs() throws {
      #expect(try refusal(.answer(206, [], Array(contents[..<1000]))) == .contentRangeMissing)
    }

    @Test func refusesAFileOfUnknownSize() throws {
      let answer = Steps.answer(206, [("Content-Range", "bytes 0-999/*")], Array(contents[..<1000]))
      #expect(try refusal(answer) == .sizeUnknown)
    }

    @Test func refusesABodyOfAnotherLengthThanItsRange() throws {
      let answer = Steps.answer(206, [("Content-Range", "bytes 0-999/5000")], Array(contents[..<1001]))
      #expect(try refusal(answer) == .lengthDiffers(range: 1000, length: "1001"))
    }

    @Test func readsNoMoreThanTheRangeOfABodyWithoutLength() throws {
      let head = Steps.answer(206, [("Content-Range", "bytes 0-999/5000"), ("Transfer-Encoding", "chunked")])
      let chunk = Array("400\r\n".utf8) + [UInt8](repeating: 1, count: 1024) + Array("\r\n".utf8)
      let answer = head + Array(repeating: .send(chunk), count: 100_000)
      #expect(try refusal(answer) == .bodyTooLong(limit: 1000))
    }

    @Test func readsChunks() throws {
      let head = Steps.answer(206, [("Content-Range", "bytes 0-9/10"), ("Transfer-Encoding", "chunked")])
      let answer = head + [.send(Array("4\r\n0123\r\n6\r\n456789\r\n0\r\n\r\n".utf8))]
      let server = try HTTPServer { _, _ in answer }
      #expect(try Asking().start(of: server.url(), 10).bytes == Array("0123456789".utf8))
    }

    @Test(arguments: ["gzip", "br", "gzip, identity"]) func refusesAnEncodedBody(_ coding: String) throws {
      let answer = Steps.answer(
        206, [("Content-Range", "bytes 0-999/5000"), ("Content-Encoding", coding)], Array(contents[..<1000]))
      #expect(try refusal(answer) == .encoded(coding))
    }

    @Test(arguments: [
      (404, RemoteError.notFound(status: 404)), (410, .notFound(status: 410)), (401, .forbidden(status: 401, .none)),
      (403, .forbidden(status: 403, .none)), (400, .statusUnexpected(400)), (204, .statusUnexpected(204)),
      (304, .statusUnexpected(304)), (416, .statusUnexpected(416)),
    ]) func saysWhatTheServerRefuses(_ status: Int, _ error: RemoteError) throws {
      #expect(try refusal(.answer(status, [], status == 204 || status == 304 ? [] : Array("no".utf8))) == error)
    }

    @Test(arguments: [
      Steps.answer(416, [("Content-Range", "bytes */0")]), Steps.answer(200),
    ]) func knowsAnEmptyFile(_ answer: [HTTPServer.Step]) throws {
      let server = try HTTPServer { _, _ in answer }
      let (bytes, version) = try Asking().start(of: server.url())
      #expect(bytes.isEmpty && version.size == 0)
    }

    /// Nothing of that size is allocated or added up.
    @Test func takesAnySizeThatFitsIntoAnOffset() throws {
      let server = try HTTPServer { request, _ in .part(of: contents, size: 1 << 62, for: request) }
      #expect(try Asking().start(of: server.url()).version.size == 1 << 62)
    }

    @Test func refusesHeadersWithoutEnd() throws {
      let line = Array(("X-Filler: " + String(repeating: "a", count: 1000) + "\r\n").utf8)
      let answer: Steps = [.send(Array("HTTP/1.1 206 -\r\n".utf8))] + Array(repeating: .send(line), count: 20_000)
      let server = try HTTPServer { _, _ in answer }
      let refusal = try Asking { $0.tries = 2 }.refusal(of: server.url())
      guard case .broken(_, tries: 2) = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
    }

    @Test func whatIsNoHTTPIsAnError() throws {
      let server = try HTTPServer { _, _ in [.send(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))] }
      guard case .broken(_, tries: 1)? = try Asking({ $0.tries = 1 }).refusal(of: server.url()) else {
        Issue.record("not refused")
        return
      }
    }
  }
#endif
