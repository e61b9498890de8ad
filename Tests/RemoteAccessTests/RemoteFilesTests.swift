#if HTTP
  import Checkpoints
  import FileAccess
  import Foundation
  import HTTPServer
  import TensorCore
  import TestSupport
  import Testing
  import ZstandardFrames

  @testable import RemoteAccess

  /// Files behind URLs, read as files are.
  @Suite struct RemoteFilesTests {
    private func open(_ url: String) throws -> InputFile {
      let files = try RemoteFiles()
      return try files.open(files.add(try RemoteURL(url)))
    }

    private func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "accepted"
      } catch SourceError.file(let error) {
        return "\(error.operation.rawValue): \(error.path): \(error.reason)"
      } catch {
        return "\(error)"
      }
    }

    /// Any reads in any order give the bytes of the file.
    @Test func readsAsAFileDoes() throws {
      var generator = SeededGenerator(seed: 4)
      let bytes = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
      let server = try HTTPServer { request, _ in .part(of: bytes, for: request, [("ETag", "\"a\"")]) }
      let file = try open(server.url())
      #expect(file.size == bytes.count && file.isRemote && !file.isCompressed)
      for _ in 0..<200 {
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        let end = Int.random(in: start...min(bytes.count, start + 600_000), using: &generator)
        #expect(try file.bytes(in: start..<end) == Array(bytes[start..<end]), "seed \(generator.seed)")
      }
      #expect(server.requests.dropFirst().allSatisfy { $0.headers["if-range"] == "\"a\"" })
      // All of it fits into what is kept, so that nothing is asked for often.
      #expect(server.sentBytes < 4 * bytes.count)
    }

    @Test func anEmptyFileIsOne() throws {
      let server = try HTTPServer { request, _ in .part(of: [], for: request) }
      #expect(try open(server.url()).size == 0)
    }

    @Test(arguments: [
      ("\"a\"", "\"b\"", "was changed while it was being read: ETag \"\\\"b\\\"\", before \"\\\"a\\\"\""),
      ("W/\"a\"", "W/\"b\"", "was changed while it was being read: ETag \"W/\\\"b\\\"\", before \"W/\\\"a\\\"\""),
    ]) func aFileThatChangesIsAnError(_ first: String, _ second: String, _ reason: String) throws {
      let server = try HTTPServer { request, number in
        .part(of: [], size: 1 << 30, for: request, [("ETag", number == 0 ? first : second)])
      }
      let file = try open(server.url())
      #expect(message { _ = try file.bytes(in: 1 << 25..<1 << 25 + 1) } == "read: \(server.url()): \(reason)")
    }

    /// With If-Range a server then sends all of the new one.
    @Test func aFileThatChangesIsAnErrorWhereTheServerSendsTheWhole() throws {
      let server = try HTTPServer { request, number in
        number == 0
          ? .part(of: [], size: 1 << 30, for: request, [("ETag", "\"a\"")])
          : .answer(200, [("ETag", "\"b\"")], contents)
      }
      let file = try open(server.url())
      #expect(message { _ = try file.bytes(in: 1 << 25..<1 << 25 + 1) }.contains("was changed while it was being read"))
    }

    @Test func aFileOfAnotherTimeOrSizeIsAnError() throws {
      let times = try HTTPServer { request, number in
        .part(of: [], size: 1 << 30, for: request, [("Last-Modified", "Wed, 21 Oct 2015 07:28:0\(number) GMT")])
      }
      let first = try open(times.url())
      #expect(message { _ = try first.bytes(in: 1 << 25..<1 << 25 + 1) }.contains("Last-Modified"))
      let sizes = try HTTPServer { request, number in .part(of: [], size: 1 << 30 + number, for: request) }
      let second = try open(sizes.url())
      #expect(message { _ = try second.bytes(in: 1 << 25..<1 << 25 + 1) }.contains("size \"1073741825\""))
    }

    @Test func whatIsNotThereIsNoInput() throws {
      let server = try HTTPServer { _, _ in .answer(404) }
      #expect(
        message { _ = try open(server.url("/m?secret=1")) }
          == "open: http://127.0.0.1:\(server.port)/m: not found (HTTP 404)")
    }

    @Test func twoURLsOfOneNameAreToldApart() throws {
      let files = try RemoteFiles()
      try files.add(try RemoteURL("http://a.example/m?a"))
      try files.add(try RemoteURL("http://a.example/m?a"))
      #expect(throws: RemoteSetupError.sameName("http://a.example/m")) {
        try files.add(try RemoteURL("http://a.example/m?b"))
      }
    }

    // MARK: Checkpoints

    private func checkpoint(_ url: String) throws -> any TensorSource {
      let files = try RemoteFiles()
      return try openCheckpoint(at: files.add(try RemoteURL(url)), files: files)
    }

    /// 100 GB of data behind a small header: one request, and a megabyte.
    @Test func aLargeModelCostsItsHeader() throws {
      var builder = GGUFBuilder.small()
      builder.addTensor("large", [50_000_000_000], type: 1, payload: [])
      let header = builder.build()
      let server = try HTTPServer { request, _ in .part(of: header, size: header.count + 100_000_000_000, for: request)
      }
      let model = try checkpoint(server.url())
      #expect(model.tensors.map(\.name).sorted() == ["b", "large", "w"])
      #expect(server.requests.count == 1)
      #expect(server.sentBytes < 1_100_000)
    }

    /// A vocabulary of 6 MB: the requests grow, and stay below twice of it.
    @Test func aLongHeaderCostsFewRequests() throws {
      var builder = GGUFBuilder.small()
      builder.add(
        "tokens", .array(of: 8, (0..<400_000).map { .string("token\($0)") }))
      builder.addTensor("large", [50_000_000_000], type: 1, payload: [])
      let header = builder.build()
      let server = try HTTPServer { request, _ in .part(of: header, size: header.count + 100_000_000_000, for: request)
      }
      #expect(try checkpoint(server.url()).tensors.count == 3)
      #expect(server.requests.count <= 4)
      #expect(server.sentBytes < 2 * header.count + 2_000_000, "a header of \(header.count) bytes")
    }

    @Test func aSplitModelIsReadAsOne() throws {
      let server = try HTTPServer.ofSamples()
      for part in 1...3 {
        let model = try checkpoint(server.url("/valid/split/model-0000\(part)-of-00003.gguf?x"))
        #expect(model.files.count == 3)
        #expect(model.files.allSatisfy { $0.isRemote && !$0.path.contains("?") })
      }
      #expect(server.requests.allSatisfy { $0.target.hasSuffix("?x") })
    }

    @Test func theShardsOfAnIndexAreReadAsOneModel() throws {
      let server = try HTTPServer.ofSamples()
      #expect(try checkpoint(server.url("/valid/sharded/model.safetensors.index.json")).files.count == 3)
    }

    /// Of an archive the table at its end, and the frames of the header.
    @Test func anArchiveCostsItsTableAndTheFramesThatAreRead() throws {
      var builder = GGUFBuilder.small()
      var generator = SeededGenerator(seed: 9)
      builder.addTensor("large", [1 << 23], type: 0, payload: generator.bytes(1 << 25))
      let contents = builder.build()
      let frames = frames(contents, of: 1 << 20)
      let archive = frames.flatMap(\.self) + SeekTableBuilder(frames, of: 1 << 20, total: contents.count).build()
      let server = try HTTPServer { request, _ in .part(of: archive, for: request) }
      let model = try checkpoint(server.url("/model.gguf.zst"))
      #expect(model.tensors.count == 3)
      #expect(model.files.first?.unpackedSize == contents.count)
      #expect(server.requests.count <= 3)
      #expect(server.sentBytes < 3 << 20)
    }

    /// Its frames could only be found by reading all of it.
    @Test func aLargeFrameWithoutATableIsRefused() throws {
      let frame = FrameBuilder([.raw([UInt8](repeating: 0, count: 1000))]).build()
      let server = try HTTPServer { request, _ in .part(of: frame, size: 1 << 30, for: request) }
      #expect(message { _ = try open(server.url()) }.contains("is compressed without a seek table"))
      #expect(server.requests.count == 2, "the start, and the end where a table would be")
      let small = try HTTPServer { request, _ in .part(of: frame, for: request) }
      #expect(try open(small.url()).size == 1000)
    }

    /// The table says something else than the frame's header.
    @Test func aTableThatLiesIsFoundWhereItsFrameIsRead() throws {
      let frame = compressed([UInt8](repeating: 5, count: 1000))
      var table = SeekTableBuilder()
      table.entries = [.init(compressed: frame.count, content: 1001)]
      let archive = frame + table.build()
      let server = try HTTPServer { request, _ in .part(of: archive, for: request) }
      let found = outcome(ZstandardError.self) { _ = try open(server.url()).bytes(in: 0..<10) }
      guard case .breaks(.seekTableDisagrees) = found else {
        Issue.record("\(found)")
        return
      }
    }
  }
#endif
