import Digests
import Inspection
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@Suite("Manifests of digests")
struct DigestManifestTests {
  private static func digests(
    _ tensors: [(String, [UInt8])], by algorithm: DigestAlgorithm = .xxh64
  ) throws -> CheckpointDigests {
    let source = MemorySource(
      tensors.map { MemorySource.Entry(name: $0.0, type: .i8, dimensions: [$0.1.count], payload: $0.1) })
    let hasher = CheckpointHasher(source: source, algorithms: [algorithm], hashesAllData: true, threads: 1)
    return try #require(try hasher.run().first)
  }

  private static let small: [(String, [UInt8])] = [("b c", [1, 2]), ("a", [3])]

  private static func parse(_ text: String) throws(ManifestError) -> DigestManifest {
    try DigestManifest(parsing: Array(text.utf8))
  }

  private static func violation(_ text: String) -> ManifestError? {
    do throws(ManifestError) {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test("What is written is read again and is so, by each hash function", arguments: DigestAlgorithm.allCases)
  func roundTrip(algorithm: DigestAlgorithm) throws {
    let digests = try Self.digests(Self.small, by: algorithm)
    let manifest = DigestManifest([digests], file: "m.gguf", listsTensors: true, coversTypes: true)
    #expect(manifest.lines.count == 6)
    #expect(try Self.parse(manifest.text) == manifest)
    let check = manifest.check(digests, file: "m.gguf")
    #expect(check.isGood && check.count(.ok) == 2 && check.model?.status == .ok)
  }

  @Test("Lines have the columns of llama-gguf-hash")
  func columns() throws {
    let digests = try Self.digests([("w", Array("abc".utf8))])
    let manifest = DigestManifest([digests], file: "m.gguf", listsTensors: true, coversTypes: false)
    #expect(
      manifest.text.hasPrefix("xxh64     44bc2cf5ad770999  m.gguf:w\nxxh64     44bc2cf5ad770999  m.gguf\nxxh64-model  ")
    )
    let sha256 = try Self.digests([("w", Array("abc".utf8))], by: .sha256)
    let text = DigestManifest([sha256], file: "m.gguf", listsTensors: true, coversTypes: false).text
    #expect(text.hasPrefix("sha256    ba7816bf8f01cfea"))
  }

  @Test("What differs, is missing or is not expected is told apart")
  func differences() throws {
    let before = DigestManifest(
      [try Self.digests([("a", [1]), ("b", [2]), ("gone", [3])])], file: "m.gguf", listsTensors: true, coversTypes: true
    )
    let check = try before.check(Self.digests([("new", [3]), ("b", [7]), ("a", [1])]), file: "m.gguf")
    #expect(check.tensors.map(\.name) == ["new", "b", "a", "gone"])
    #expect(check.tensors.map(\.status) == [.extra, .failed, .ok, .missing])
    #expect(check.model?.status == .failed)
    #expect(!check.isGood)
  }

  @Test("Another type or shape is found where the manifest covers it, though the data are the same")
  func types() throws {
    func digests(_ dimensions: [Int]) throws -> CheckpointDigests {
      let source = MemorySource([
        MemorySource.Entry(name: "w", type: .i8, dimensions: dimensions, payload: [1, 2, 3, 4])
      ])
      let hasher = CheckpointHasher(source: source, algorithms: [.xxh64], hashesAllData: true, threads: 1)
      return try #require(try hasher.run().first)
    }
    let manifest = DigestManifest([try digests([4])], file: "m", listsTensors: true, coversTypes: true)
    let item = try #require(try manifest.check(digests([2, 2]), file: "m").tensors.first)
    #expect(item.status == .failed && item.subject == .tensor)
    let lines = DigestManifest([try digests([4])], file: "m", listsTensors: true, coversTypes: false)
    let check = try lines.check(digests([2, 2]), file: "m")
    #expect(check.tensors.map(\.status) == [.ok] && check.model?.subject == .model && !check.isGood)
  }

  @Test("A manifest of llama-gguf-hash is read; hash functions that are not known are counted")
  func llama() throws {
    let manifest = try Self.parse(
      """
      xxh64     44bc2cf5ad770999  test.gguf:tensor_0
      sha1      59f79ecefd8125a996fdf419239051a7e99e5f20  test.gguf:tensor_0
      sha256    ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  test.gguf:tensor_0

      xxh64     44bc2cf5ad770999  test.gguf\r
      sha1      d15be52c4ff213e823cb6dd13af7ee2f978e7042  test.gguf
      """)
    #expect(manifest.lines.count == 3)
    #expect(manifest.unknown == ["sha1": 2])
    #expect(manifest.algorithms(ofFile: "test.gguf") == [.sha256, .xxh64])
    #expect(manifest.needsAllData("test.gguf", .xxh64) && !manifest.needsAllData("test.gguf", .sha256))
    #expect(try manifest.check(Self.digests([("tensor_0", Array("abc".utf8))]), file: "test.gguf").isGood)
  }

  @Test("Each rule of the format is an error of its own, with the line")
  func violations() {
    let good = "xxh64 44bc2cf5ad770999 m:w\n"
    #expect(Self.violation(good + "xxh64 44bc2cf5ad770999") == .lineTooShort(line: 2))
    #expect(Self.violation("sha256") == .lineTooShort(line: 1))
    #expect(
      Self.violation(good + "\nxxh64 44bc m") == .digestMalformed(line: 3, algorithm: .xxh64, found: "44bc"))
    #expect(
      Self.violation(good + "xxh64 44bc2cf5ad770998 m:w") == .contradiction(line: 2, place: "m:w"))
    #expect(Self.violation(good + good) == nil)
    #expect(Self.violation("") == .noDigests)
    #expect(Self.violation("sha1 59f79ecefd8125a996fdf419239051a7e99e5f20 m") == .noDigests)
    let long = [UInt8](repeating: 0x0A, count: DigestManifest.byteLimit + 1)
    #expect(throws: ManifestError.tooLarge(limit: DigestManifest.byteLimit)) { try DigestManifest(parsing: long) }
    #expect(throws: ManifestError.notUTF8) { try DigestManifest(parsing: [0x78, 0xFF]) }
  }

  @Test("Any bytes are a manifest or break a rule")
  func hostileBytes() throws {
    var generator = SeededGenerator(seed: 3)
    let seed = Array("xxh64     44bc2cf5ad770999  m:w\nsha256-model  00  m\n".utf8)
    for _ in 0..<2000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = generator.pick([0, 9, 10, 13, 32, 58, 0x7F, 0xC3])
      }
      let result = Result { () throws(ManifestError) in try DigestManifest(parsing: bytes) }
      if case .success(let manifest) = result { #expect(!manifest.lines.isEmpty, "seed \(generator.seed)") }
    }
  }

  @Test("A file is found by its path, by its name, or as the only one")
  func fileNames() throws {
    let one = try Self.parse("xxh64 44bc2cf5ad770999 out/m.gguf:a\nxxh64 44bc2cf5ad770999 out/m.gguf\n")
    #expect(one.name(ofFile: "out/m.gguf") == "out/m.gguf")
    #expect(one.name(ofFile: "elsewhere/m.gguf") == "out/m.gguf")
    #expect(one.name(ofFile: "renamed.gguf") == "out/m.gguf")
    let two = try Self.parse("xxh64 44bc2cf5ad770999 a.gguf\nxxh64 44bc2cf5ad770999 b.gguf\n")
    #expect(two.name(ofFile: "b.gguf") == "b.gguf")
    #expect(two.name(ofFile: "c.gguf") == nil)
  }

  @Test("Names that could act on a terminal, or make another line, are escaped and found again")
  func names() throws {
    let digests = try Self.digests([("a\nxxh64 0 m:b", [1]), ("c:d", [2]), ("\u{1B}[2J", [3])])
    let manifest = DigestManifest([digests], file: "m", listsTensors: true, coversTypes: true)
    #expect(manifest.text.split(separator: "\n").count == 8)
    #expect(!manifest.text.contains("\u{1B}"))
    let check = try Self.parse(manifest.text).check(digests, file: "m")
    #expect(check.isGood && check.count(.ok) == 3)
    // Each part is escaped for itself, so that the file is found by its own name.
    for file in ["a\"b\\c", "a\nb", "c: d"] {
      let manifest = DigestManifest([digests], file: file, listsTensors: true, coversTypes: true)
      let read = try Self.parse(manifest.text)
      let name = try #require(read.name(ofFile: file))
      #expect(name == file.printable)
      #expect(read.check(digests, file: name).count(.ok) == 3)
    }
  }
}
