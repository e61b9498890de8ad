#if HTTP
  import HTTPServer
  import Testing

  @testable import RemoteAccess

  /// Redirects, and who gets the `Authorization`.
  @Suite struct RedirectTests {
    /// Asks with an `Authorization` that is for the server of the URL.
    private func asking(_ url: String) throws -> Asking {
      let authorization = try #require(Authorization("Bearer secret", for: try RemoteURL(url)))
      return Asking { $0.authorizations = [authorization] }
    }

    @Test(arguments: [301, 302, 303, 307, 308], ["/other?x=1", "other?x=1", "./sub/../other?x=1"])
    func followsToTheSameHostWithTheAuthorization(_ status: Int, _ location: String) throws {
      let server = try HTTPServer { request, _ in
        request.target == "/model.gguf" ? .redirect(to: location, status) : .part(of: contents, for: request)
      }
      #expect(try asking(server.url()).start(of: server.url()).bytes == Array(contents[..<1000]))
      #expect(server.requests.map(\.target) == ["/model.gguf", "/other?x=1"])
      #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer secret", "Bearer secret"])
      #expect(server.requests.map(\.range) == [0...999, 0...999])
    }

    @Test func followsToAnotherHostWithoutTheAuthorization() throws {
      let other = try HTTPServer { request, _ in .part(of: contents, for: request) }
      let location = other.url("/blob?signature=1")
      let server = try HTTPServer { _, _ in .redirect(to: location) }
      #expect(try asking(server.url()).start(of: server.url()).bytes == Array(contents[..<1000]))
      #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer secret"])
      #expect(other.requests.map { $0.headers["authorization"] } == [nil])
      #expect(other.requests.first?.target == "/blob?signature=1")
    }

    /// What another host says is not trusted to name a place for the secret.
    @Test func theAuthorizationDoesNotComeBackFromAnotherHost() throws {
      let round = try RoundTrip()
      #expect(try asking(round.home.url()).start(of: round.home.url()).bytes == Array(contents[..<1000]))
      #expect(round.home.requests.map { $0.headers["authorization"] } == ["Bearer secret", nil])
      #expect(round.other.requests.map { $0.headers["authorization"] } == [nil])
    }

    @Test func aSecretOfAnotherServerIsNotSent() throws {
      let server = try HTTPServer { _, _ in .answer(401) }
      let asking = try asking("http://127.0.0.1:1/")
      #expect(try asking.refusal(of: server.url()) == .forbidden(status: 401, .none))
      #expect(server.requests.map { $0.headers["authorization"] } == [nil])
    }

    @Test func saysWhyAnAuthorizationWasOfNoUse() throws {
      let server = try HTTPServer { _, _ in .answer(403) }
      #expect(try asking(server.url()).refusal(of: server.url()) == .forbidden(status: 403, .sent))
      let location = server.url()
      let first = try HTTPServer { _, _ in .redirect(to: location) }
      #expect(
        try asking(first.url()).refusal(of: first.url()) == .forbidden(status: 403, .withheldFromOtherHost))
    }

    @Test func anAuthorizationStaysWhereNothingIsEncrypted() throws {
      func use(_ url: String, of authorization: String, hasLeft: Bool = false) throws -> AuthorizationUse? {
        Authorization("x", for: try RemoteURL(authorization))?.use(for: try RemoteURL(url), hasLeft: hasLeft)
      }
      #expect(try use("https://a.example/m", of: "https://a.example/x") == .sent)
      #expect(try use("https://A.example:443/m", of: "https://a.example/x") == .sent)
      #expect(try use("https://a.example/m", of: "https://a.example/x", hasLeft: true) == .withheldFromOtherHost)
      #expect(try use("http://a.example/m", of: "http://a.example/x") == .withheldOverHTTP)
      #expect(try use("http://a.example/m", of: "https://a.example/x") == .withheldFromOtherHost)
      #expect(try use("https://a.example:444/m", of: "https://a.example/x") == .withheldFromOtherHost)
      #expect(try use("https://b.a.example/m", of: "https://a.example/x") == .withheldFromOtherHost)
      #expect(try use("http://127.0.0.1.example/m", of: "http://127.0.0.1.example/x") == .withheldOverHTTP)
      for host in ["127.0.0.1", "127.9.9.9:80", "localhost:8080", "[::1]"] {
        #expect(try use("http://\(host)/m", of: "http://\(host)/x") == .sent)
      }
    }

    @Test func aCircleOfRedirectsIsAnError() throws {
      let server = try HTTPServer { request, _ in .redirect(to: request.target == "/a" ? "/b?secret" : "/a") }
      #expect(try Asking().refusal(of: server.url("/a")) == .redirectLoop(to: server.url("/a")))
      #expect(server.requests.count == 2)
    }

    @Test func redirectsWithoutEndAreAnError() throws {
      let server = try HTTPServer { _, number in .redirect(to: "/\(number)") }
      #expect(try Asking().refusal(of: server.url()) == .redirectsTooMany(limit: 10))
      #expect(server.requests.count == 11)
    }

    @Test(arguments: [
      ("file:///etc/passwd", "the URL is neither http:// nor https://"),
      ("ftp://127.0.0.1/m", "the URL is neither http:// nor https://"),
      ("https://a:b@127.0.0.1/m", RemoteURLError.user.description), ("http://", RemoteURLError.host.description),
      ("http://127.0.0.1:0/", RemoteURLError.port.description),
    ]) func otherRedirectsAreNotFollowed(_ location: String, _ reason: String) throws {
      let server = try HTTPServer { _, _ in .redirect(to: location) }
      #expect(try Asking().refusal(of: server.url()) == .redirectInvalid(reason))
    }

    @Test func aRedirectToNowhereIsAnError() throws {
      let server = try HTTPServer { _, _ in .answer(302) }
      #expect(try Asking().refusal(of: server.url()) == .redirectInvalid("the answer has no Location"))
    }
  }

  /// A server, another one that it redirects to, and which redirects back.
  private struct RoundTrip {
    let home: HTTPServer
    let other: HTTPServer

    init() throws {
      // Each has to know where the other is, so that a path says it.
      let other = try HTTPServer { request, _ in .redirect(to: "http://127.0.0.1:\(request.target.dropFirst())/back") }
      let away = other.port
      home = try HTTPServer { request, _ in
        request.target == "/back"
          ? .part(of: contents, for: request)
          : .redirect(to: "http://127.0.0.1:\(away)/\(request.headers["host"]?.split(separator: ":").last ?? "")")
      }
      self.other = other
    }
  }
#endif
