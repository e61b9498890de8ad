import Testing

@testable import RemoteAccess

@Suite struct RemoteURLTests {
  @Test(arguments: [
    ("https://a.example", "https://a.example/", "https://a.example/"),
    ("HTTPS://A.Example:443/x?y#z", "https://a.example/x", "https://a.example/x?y"),
    ("http://a.example:8080/?q=1", "http://a.example:8080/", "http://a.example:8080/?q=1"),
    ("http://[::1]:80/a", "http://[::1]/a", "http://[::1]/a"),
    ("http://[FE80::1]/a", "http://[fe80::1]/a", "http://[fe80::1]/a"),
    ("http://127.0.0.1:1/a b\"ö", "http://127.0.0.1:1/a%20b%22%C3%B6", "http://127.0.0.1:1/a%20b%22%C3%B6"),
    ("https://a.example?sig=a/b", "https://a.example/", "https://a.example/?sig=a/b"),
    ("https://a.example#f?x", "https://a.example/", "https://a.example/"),
    ("https://a.example/%2e%zz", "https://a.example/%2e%zz", "https://a.example/%2e%zz"),
  ]) func readsURLs(_ text: String, _ shown: String, _ target: String) throws {
    let url = try RemoteURL(text)
    #expect(url.description == shown && "\(url)" == shown)
    #expect(url.target == target)
  }

  @Test(arguments: [
    ("ftp://a.example/", RemoteURLError.scheme), ("https:/a.example/", .scheme), ("a.example", .scheme), ("", .scheme),
    ("https:///x", .host), ("https://:80/", .host), ("https://a b/", .host), ("https://ö.example/", .host),
    ("https://[::1/", .port), ("https://[]/", .host), ("https://a:b:80/", .port), ("https://a.example:0/", .port),
    ("https://a.example:65536/", .port), ("https://a.example:+80/", .port), ("https://u@a.example/", .user),
    ("https://u:p@a.example/", .user), ("https://a.example\\@b.example/", .user),
    ("https://a.example/\r\nX: y", .controlCharacter),
    ("https://a.example/?\u{0}", .controlCharacter),
    ("https://a.example/" + String(repeating: "a", count: 8192), .tooLong(8210)),
  ]) func refusesOthers(_ text: String, _ error: RemoteURLError) {
    #expect(throws: error) { try RemoteURL(text) }
  }

  @Test(arguments: [
    ("https://b.example/y", "https://b.example/y"), ("//b.example/y", "https://b.example/y"),
    ("/y?z", "https://a.example/y?z"),
    ("y", "https://a.example/d/y"), ("../y", "https://a.example/y"), ("../../../y", "https://a.example/y"),
    ("./", "https://a.example/d/"), ("..", "https://a.example/"), ("?w", "https://a.example/d/x?w"),
    ("", "https://a.example/d/x?q"),
    ("y:1/z", "https://a.example/d/y:1/z"), ("/y#f", "https://a.example/y"),
  ]) func resolvesReferences(_ reference: String, _ expected: String) throws {
    // A colon behind what could be a scheme makes it one.
    if reference == "y:1/z" {
      #expect(throws: RemoteURLError.scheme) { try RemoteURL("https://a.example/d/x?q").resolving(reference) }
      return
    }
    #expect(try RemoteURL("https://a.example/d/x?q").resolving(reference).target == expected)
  }

  @Test(arguments: [
    ("https://a.example/d/x.gguf?q", "x.gguf"), ("https://a.example/d/", ""), ("https://a.example", ""),
    ("https://a.example/a%20b%2Fc%zz", "a b/c%zz"),
  ]) func knowsTheNameOfTheFile(_ text: String, _ name: String) throws {
    #expect(try RemoteURL(text).fileName == name)
  }

  /// A name is one part of a path, whatever is in it.
  @Test(arguments: [
    ("m-2.gguf", "https://a.example/d/m-2.gguf?q"), ("a b?c#d/e%", "https://a.example/d/a%20b%3Fc%23d%2Fe%25?q"),
    ("\r\n", "https://a.example/d/%0D%0A?q"),
  ]) func namesNeighbours(_ name: String, _ expected: String) throws {
    #expect(try RemoteURL("https://a.example/d/x.gguf?q").neighbour(name).target == expected)
  }

  @Test(arguments: [
    ("https://x", true), ("HTTP://x", true), ("http:/x", false), ("./http://x", false), ("ftp://x", false), ("", false),
  ])
  func tellsURLsFromPaths(_ argument: String, _ isURL: Bool) { #expect(RemoteURL.isURL(argument) == isURL) }

  @Test func anAuthorizationIsOneLineAndIsNotShown() throws {
    let url = try RemoteURL("https://a.example/")
    for value in ["", " x", "x ", "a\r\nHost: b", "a\nb", "a\u{0}", "ö", String(repeating: "a", count: 16_385)] {
      #expect(Authorization(value, for: url) == nil)
    }
    let authorization = try #require(Authorization("Bearer geheim", for: url))
    var dumped = ""
    dump(authorization, to: &dumped)
    for text in ["\(authorization)", String(reflecting: authorization), dumped] { #expect(!text.contains("geheim")) }
  }
}
