#if HTTP
  import HTTPServer
  import Synchronization
  import Testing

  @testable import RemoteAccess

  /// What may pass is tried again, in bounds.
  @Suite struct RetryTests {
    private func good(_ request: HTTPServer.Request) -> [HTTPServer.Step] { .part(of: contents, for: request) }

    @Test(arguments: [408, 429, 500, 502, 503, 504]) func triesAgainWhereTheServerMayRecover(_ status: Int) throws {
      let server = try HTTPServer { request, number in
        number < 2 ? .answer(status) : .part(of: contents, for: request)
      }
      let asking = Asking()
      #expect(try asking.start(of: server.url()).bytes == Array(contents[..<1000]))
      #expect(server.requests.count == 3)
      #expect(asking.waits.withLock { $0 } == [0.5, 1])
    }

    @Test func givesUpAfterSomeTriesWithLongerAndLongerWaits() throws {
      let server = try HTTPServer { _, _ in .answer(500) }
      let asking = Asking()
      #expect(try asking.refusal(of: server.url()) == .serverFailed(status: 500, tries: 5))
      #expect(server.requests.count == 5)
      #expect(asking.waits.withLock { $0 } == [0.5, 1, 2, 4])
    }

    @Test func waitsAsLongAsTheServerAsks() throws {
      let server = try HTTPServer { request, number in
        number == 0 ? .answer(429, [("Retry-After", "7")]) : .part(of: contents, for: request)
      }
      let asking = Asking()
      #expect(try asking.refusal(of: server.url()) == nil)
      #expect(asking.waits.withLock { $0 } == [7])
    }

    @Test func doesNotWaitForHours() throws {
      let server = try HTTPServer { _, _ in .answer(503, [("Retry-After", "3600")]) }
      #expect(try Asking().refusal(of: server.url()) == .waitTooLong(status: 503, seconds: 3600, limit: 60))
      #expect(server.requests.count == 1)
    }

    @Test(arguments: ["-1", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999999999"])
    func waitsAsUsualWhereTheServerAsksForNoNumberOfSeconds(_ text: String) throws {
      let server = try HTTPServer { request, number in
        number == 0 ? .answer(503, [("Retry-After", text)]) : .part(of: contents, for: request)
      }
      let asking = Asking()
      #expect(try asking.refusal(of: server.url()) == nil)
      #expect(asking.waits.withLock { $0 } == [0.5])
    }

    /// The body ends after 400 of 1000 bytes.
    @Test func triesAgainWhereTheConnectionBreaks() throws {
      let server = try HTTPServer { request, number in
        number == 0
          ? .answer(
            206, [("Content-Range", "bytes 0-999/5000"), ("Content-Length", "1000")], Array(contents[..<400]))
          : .part(of: contents, for: request)
      }
      #expect(try Asking().start(of: server.url()).bytes == Array(contents[..<1000]))
      #expect(server.requests.count == 2)
    }

    @Test func aBodyThatIsAlwaysCutOffIsAnError() throws {
      let server = try HTTPServer { _, _ in
        .answer(206, [("Content-Range", "bytes 0-999/5000"), ("Content-Length", "1000")], Array(contents[..<400]))
      }
      guard case .broken(_, tries: 3)? = try Asking({ $0.tries = 3 }).refusal(of: server.url()) else {
        Issue.record("not refused")
        return
      }
    }

    /// Without a length, the end of the connection is that of the body.
    @Test func aBodyThatEndsEarlyWithTheConnectionIsAnError() throws {
      let head = "HTTP/1.1 206 -\r\nConnection: close\r\nContent-Range: bytes 0-999/5000\r\n\r\n"
      let server = try HTTPServer { _, _ in [.send(Array(head.utf8) + contents[..<400])] }
      #expect(
        try Asking({ $0.tries = 2 }).refusal(of: server.url())
          == .broken("it ended after 400 of 1000 bytes", tries: 2))
    }

    @Test func noConnectionAtAllIsAnErrorAtOnce() throws {
      let port = try HTTPServer { _, _ in [] }.port
      let refusal = try Asking().refusal(of: "http://127.0.0.1:\(port)/")
      guard case .unreachable? = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
    }

    @Test func aServerThatSaysNothingIsLeft() throws {
      let server = try HTTPServer { _, _ in [.hang] }
      #expect(
        try Asking {
          $0.silentSeconds = 0.2
          $0.tries = 2
        }.refusal(of: server.url()) == .timedOut(tries: 2))
      #expect(server.requests.count == 2)
    }

    /// A byte now and then keeps the connection from being silent.
    @Test func aServerThatTricklesIsLeft() throws {
      let server = try HTTPServer { _, _ in
        Array<HTTPServer.Step>.answer(206, [("Content-Range", "bytes 0-999/5000"), ("Content-Length", "1000")])
          + Array(repeating: [.send([0]), .wait(seconds: 0.05)], count: 999).flatMap(\.self)
      }
      #expect(
        try Asking {
          $0.answerSeconds = 0.5
          $0.tries = 1
        }.refusal(of: server.url()) == .timedOut(tries: 1))
    }

    @Test func tellsOfEachWait() throws {
      let told = Mutex<[String]>([])
      let server = try HTTPServer { _, _ in .answer(503) }
      let asking = Asking {
        $0.tries = 2
        $0.willRetry = { url, reason, seconds in told.withLock { $0.append("\(url) \(reason) \(seconds)") } }
      }
      _ = try asking.refusal(of: server.url("/m?secret"))
      #expect(told.withLock { $0 } == ["http://127.0.0.1:\(server.port)/m HTTP 503 0.5"])
    }

    @Test func countsRequestsAndBytesOfAllFiles() throws {
      let server = try HTTPServer { request, _ in .part(of: contents, for: request) }
      let few = try Asking { $0.mostRequests = 2 }.session
      let url = try RemoteURL(server.url())
      for _ in 0..<2 { _ = try few.bytes(0..<10, of: url, version: nil) }
      #expect(throws: RemoteError.requestsTooMany(limit: 2)) { try few.bytes(0..<10, of: url, version: nil) }
      let small = try Asking { $0.mostBytes = 25 }.session
      for _ in 0..<2 { _ = try small.bytes(0..<10, of: url, version: nil) }
      #expect(throws: RemoteError.bytesTooMany(limit: 25)) { try small.bytes(0..<10, of: url, version: nil) }
    }
  }
#endif
