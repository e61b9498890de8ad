#if HTTP
  import HTTPServer
  import Testing

  @testable import RemoteAccess

  /// Who is spoken with.
  @Suite struct TrustTests {
    private static func server() throws -> TLSServer {
      try TLSServer { request in .part(of: contents, for: request) }
    }

    @Test func refusesACertificateThatNobodyVouchesFor() throws {
      let server = try Self.server()
      guard case .untrusted? = try Asking({ $0.certificates = nil }).refusal(of: server.url()) else {
        Issue.record("not refused")
        return
      }
    }

    @Test func takesACertificateThatTheUserTrusts() throws {
      let server = try Self.server()
      #expect(try Asking().start(of: server.url()).bytes == Array(contents[..<1000]))
    }

    /// The user trusts it, and it is that of another.
    @Test func refusesACertificateOfAnotherHost() throws {
      let server = try TLSServer(certificate: TLSServer.otherCertificate) { .part(of: contents, for: $0) }
      let refusal = try Asking { $0.certificates = TLSServer.otherCertificate }.refusal(of: server.url())
      guard case .untrusted? = refusal else {
        Issue.record("\(String(describing: refusal))")
        return
      }
    }

    @Test func doesNotFollowFromHTTPSToHTTP() throws {
      let open = try HTTPServer { request, _ in .part(of: contents, for: request) }
      let location = open.url("/m?secret")
      let server = try TLSServer { _ in .redirect(to: location) }
      let authorization = try #require(Authorization("Bearer secret", for: try RemoteURL(server.url())))
      let asking = Asking { $0.authorizations = [authorization] }
      #expect(try asking.refusal(of: server.url()) == .redirectInsecure(to: open.url("/m")))
      #expect(open.requests.isEmpty)
    }

    @Test func followsFromHTTPToHTTPS() throws {
      let secure = try Self.server()
      let location = secure.url()
      let server = try HTTPServer { _, _ in .redirect(to: location) }
      #expect(try Asking().start(of: server.url()).bytes == Array(contents[..<1000]))
    }

    @Test func certificatesThatAreNoneAreAnError() {
      #expect(throws: RemoteSetupError.self) { try Asking { $0.certificates = "/nonexistent.pem" }.session }
    }
  }
#endif
