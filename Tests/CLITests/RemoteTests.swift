#if HTTP
  import Foundation
  import HTTPServer
  import TestSupport
  import Testing

  /// URLs in place of files: the program against a server on this machine.
  @Suite struct RemoteTests {
    /// What is said of a URL is what is said of the file, under another name.
    @Test(arguments: [
      ["inspect", "NAME"], ["inspect", "NAME", "--json", "--metadata", "--tensors", "--layers"],
      ["hash", "--header", "NAME"],
      ["hash", "--header", "--json", "--algorithm", "all", "NAME"],
      ["validate", "NAME", "--no-payload", "--no-config", "--quiet"],
      ["validate", "NAME", "--no-payload", "--no-config", "--quiet", "--json", "--profile", "llama.cpp"],
    ])
    func aURLIsReadAsTheFileIs(_ arguments: [String]) throws {
      let server = try HTTPServer.ofSamples()
      let folder = try TemporaryFolder.withSamples()
      for sample in [
        "valid/tiny-model.gguf", "valid/v3-big.gguf", "valid/tiny-f32.safetensors", "valid/no-tensors-no-metadata.gguf",
        "valid/zstandard/v3-little.gguf.zst", "valid/split/model-00002-of-00003.gguf",
        "valid/sharded/model.safetensors.index.json", "malformed/gguf-gap-between-tensors.gguf",
        "malformed/gguf-cut-in-metadata.gguf",
      ] {
        func run(_ name: String) throws -> ProcessResult {
          try GGUFProgram.run(arguments.map { $0 == "NAME" ? name : $0 }, in: folder)
        }
        let file = try run("samples/\(sample)")
        let url = try run(server.url("/\(sample)?secret"))
        func named(_ text: String) -> String {
          text.replacing(server.url("/"), with: "samples/").replacing(
            server.url("/").replacing("/", with: "\\/"), with: "samples\\/")
        }
        // How long it took differs.
        let seconds = /(?m)^  "seconds" : .*$/
        #expect(
          named(url.standardOutput).replacing(seconds, with: "") == file.standardOutput.replacing(seconds, with: ""),
          "\(sample)")
        #expect(named(url.standardError) == file.standardError, "\(sample)")
        #expect(url.exit == file.exit, "\(sample)")
        #expect(!url.standardOutput.contains("secret") && !url.standardError.contains("secret"))
      }
    }

    @Test func onlyHeadersAreValidatedAndThatIsSaid() throws {
      let server = try HTTPServer.ofSamples()
      let folder = try TemporaryFolder.withSamples()
      let url = server.url("/valid/tiny-model.gguf")
      let alone = try GGUFProgram.run(["validate", url], in: folder)
      #expect(alone.exit == 0 && alone.standardOutput.contains("the data of tensors was not looked at"))
      #expect(alone.standardError.contains("headers only"))
      let both = try GGUFProgram.run(["validate", "samples/valid/tiny-model.gguf", url], in: folder)
      #expect(both.standardOutput.contains("behind URLs the data of tensors was not looked at"))
      let lock = try GGUFProgram.run(["lock", "samples/valid/tiny-model.gguf", "-o", "lock.json"], in: folder)
      #expect(lock.exit == 0, "\(lock.standardError)")
      #expect(try GGUFProgram.run(["validate", url, "--lock", "lock.json"], in: folder).exit == 64)
    }

    @Test func exitCodesAreThoseOfFiles() throws {
      let server = try HTTPServer { request, _ in
        switch request.target {
        case "/missing": .answer(404)
        case "/secret": .answer(401)
        case "/whole": .answer(200, [], Array("GGUF".utf8))
        case "/html": .part(of: Array("<!DOCTYPE html><html>".utf8), for: request)
        default: .part(of: [], for: request)
        }
      }
      let folder = try TemporaryFolder()
      for (path, code, message) in [
        ("/missing", 66, "not found (HTTP 404)"), ("/secret", 66, "not allowed (HTTP 401); no Authorization was sent"),
        ("/whole", 74, "the server does not send ranges of the file, and the whole would have to be read; download it"),
        ("/html", 65, "is an HTML page, not a model; the download went wrong"), ("/empty", 65, "the file is empty"),
      ] as [(String, Int32, String)] {
        let result = try GGUFProgram.run(["inspect", server.url(path)], in: folder)
        #expect(result.exit == code)
        #expect(result.standardOutput == "" && result.standardError == "gguf: \(server.url(path)): \(message)\n")
      }
      let both = try GGUFProgram.run(["validate", server.url("/missing"), "nothing.gguf"], in: folder)
      #expect(both.exit == 66 && both.messages.count >= 2)
    }

    @Test func theAuthorizationOfTheEnvironmentIsSentAndNotPrinted() throws {
      let server = try HTTPServer { _, _ in .answer(403) }
      let folder = try TemporaryFolder()
      let result = try GGUFProgram.run(
        ["inspect", server.url()], in: folder,
        after: "export GGUF_HTTP_AUTHORIZATION='Bearer geheim' HF_TOKEN=andere")
      #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer geheim"])
      #expect(result.exit == 66 && !result.standardError.contains("geheim"))
      // A token of Hugging Face is for no other host.
      _ = try GGUFProgram.run(["inspect", server.url()], in: folder, after: "export HF_TOKEN=andere")
      #expect(server.requests.map { $0.headers["authorization"] } == ["Bearer geheim", nil])
    }

    @Test func anAuthorizationThatIsNoneOrForSeveralIsRefused() throws {
      let server = try HTTPServer { _, _ in .answer(403) }
      let folder = try TemporaryFolder()
      let broken = try GGUFProgram.run(
        ["inspect", server.url()], in: folder, after: "export GGUF_HTTP_AUTHORIZATION=\"$(printf 'geheim\\nHost: x')\"")
      #expect(broken.exit == 64 && broken.messages.count == 1 && !broken.standardError.contains("geheim"))
      let several = try GGUFProgram.run(
        ["validate", server.url(), "http://127.0.0.1:1/m"], in: folder, after: "export GGUF_HTTP_AUTHORIZATION=geheim")
      #expect(several.exit == 64 && several.messages.count == 1 && !several.standardError.contains("geheim"))
      #expect(server.requests.isEmpty)
    }

    @Test func aWaitIsTold() throws {
      let sample = try Repository.bytes("samples/valid/tiny-model.gguf")
      let server = try HTTPServer { request, number in number == 0 ? .answer(503) : .part(of: sample, for: request) }
      let result = try GGUFProgram.run(["inspect", server.url("/m?secret")], in: TemporaryFolder())
      #expect(result.exit == 0)
      #expect(result.standardError == "gguf: \(server.url("/m")): HTTP 503; trying again in 0.5 s\n")
    }

    @Test func aCertificateIsTrustedWhereTheEnvironmentSaysSo() throws {
      let sample = try Repository.bytes("samples/valid/tiny-model.gguf")
      let server = try TLSServer { request in .part(of: sample, for: request) }
      let folder = try TemporaryFolder()
      let refused = try GGUFProgram.run(["inspect", server.url()], in: folder)
      #expect(refused.exit == 74 && refused.messages.count == 1)
      #expect(refused.standardError.contains("the server is not trusted"), "\(refused.standardError)")
      let trusted = try GGUFProgram.run(
        ["inspect", server.url()], in: folder, after: "export SSL_CERT_FILE='\(TLSServer.certificate)'")
      #expect(trusted.exit == 0, "\(trusted.standardError)")
    }

    /// 100 GB, of which one request reads a megabyte, in a process that stays small.
    @Test func aHugeModelIsInspectedByItsHeader() throws {
      var builder = GGUFBuilder.small()
      builder.addTensor("large", [50_000_000_000], type: 1, payload: [])
      let header = builder.build()
      let server = try HTTPServer { request, _ in .part(of: header, size: header.count + 100_000_000_000, for: request)
      }
      let result = try GGUFProgram.run(["inspect", server.url()], in: TemporaryFolder())
      #expect(result.exit == 0 && result.standardOutput.contains("100,000,000,"))
      #expect(server.requests.count == 1 && server.sentBytes < 1_100_000)
      #expect(result.peakMemory < 100 << 20)
    }
  }
#else
  import TestSupport
  import Testing

  @Suite struct RemoteTests {
    @Test(arguments: ["inspect", "validate"]) func withoutAClientAURLIsAnErrorThatSaysSo(_ command: String) throws {
      let result = try GGUFProgram.run([command, "https://models.example/m.gguf?secret"], in: TemporaryFolder())
      #expect(result.exit == 64)
      #expect(
        result.standardError
          == "gguf: this program was built without an HTTP client; build it with the package trait HTTP, or download the file\n"
      )
    }
  }
#endif
