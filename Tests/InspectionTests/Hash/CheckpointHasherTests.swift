import Checkpoints
import Digests
import GGUF
import Inspection
import MemoryCheckpoints
import Synchronization
import TensorCore
import TestSupport
import Testing

@Suite("Digests of checkpoints")
struct CheckpointHasherTests {
  private typealias Entry = MemorySource.Entry

  private static func hash(
    _ source: any TensorSource, _ algorithm: DigestAlgorithm = .sha256, all: Bool = true, threads: Int = 2
  ) throws -> CheckpointDigests {
    let hasher = CheckpointHasher(source: source, algorithms: [algorithm], hashesAllData: all, threads: threads)
    return try #require(try hasher.run().first)
  }

  /// Two tensors that are longer than a buffer, one that is empty, and one of a byte.
  private static func largeSource() -> (MemorySource, payloads: [[UInt8]]) {
    var generator = SeededGenerator(seed: 11)
    let payloads = [700_001, 0, 1, 524_288].map { generator.bytes($0) }
    let entries = payloads.enumerated().map {
      Entry(name: "t\($0.offset)", type: .i8, dimensions: [$0.element.count], payload: $0.element)
    }
    return (MemorySource(entries), payloads)
  }

  @Test("The digests are those of the data, whatever the number of threads", arguments: DigestAlgorithm.allCases, 1...4)
  func data(algorithm: DigestAlgorithm, threads: Int) throws {
    let (source, payloads) = Self.largeSource()
    let digests = try Self.hash(source, algorithm, threads: threads)
    #expect(digests.algorithm == algorithm)
    #expect(digests.tensors.map(\.name) == ["t0", "t1", "t2", "t3"])
    #expect(digests.tensors.map(\.data) == payloads.map(algorithm.digest(of:)))
    #expect(digests.data == algorithm.digest(of: payloads.flatMap { $0 }))
    let other = try Self.hash(source, algorithm, all: false, threads: threads)
    #expect(other.data == nil)
    #expect(other.tensors == digests.tensors && other.model == digests.model)
  }

  @Test("Several algorithms at once give what each gives alone, and progress is told of every byte that is read")
  func severalAlgorithms() throws {
    let (source, _) = Self.largeSource()
    for threads in 1...3 {
      let hasher = CheckpointHasher(
        source: source, algorithms: [.sha256, .xxh64], hashesAllData: true, threads: threads)
      let seen = Mutex(0)
      let both = try hasher.run(progress: { bytes, _ in seen.withLock { $0 += bytes } })
      #expect(try both == [Self.hash(source, .sha256), Self.hash(source, .xxh64)])
      #expect(seen.withLock { $0 } == hasher.workBytes)
    }
  }

  @Test("The examples of formats/digests.md")
  func examples() throws {
    let examples = try FormatPage("digests.md").blocks("digest-example")
    #expect(examples.count >= 2)
    for example in examples {
      let algorithm = try #require(DigestAlgorithm(rawValue: try example.value("algorithm")))
      let entries = try example.values("tensor").map { text in
        let parts = text.split(separator: "|").map {
          String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let dimensions = parts[2] == "scalar" ? [] : try parts[2].split(separator: "x").map { try #require(Int($0)) }
        return Entry(
          name: parts[0], type: try #require(ElementType(rawValue: parts[1])), dimensions: dimensions,
          payload: [UInt8](hex: parts[3]))
      }
      let digests = try Self.hash(MemorySource(entries), algorithm)
      #expect(digests.tensors.map { "\($0.data)" } == example.values("data"), "line \(example.line)")
      #expect(digests.tensors.map { "\($0.digest)" } == example.values("digest"), "line \(example.line)")
      #expect(try "\(try #require(digests.data))" == example.value("all"), "line \(example.line)")
      #expect(try "\(digests.model)" == example.value("model"), "line \(example.line)")
    }
  }

  @Test("A digest covers the type, the shape and the byte order, not the name; the model's covers the name")
  func coverage() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    func digests(
      _ type: ElementType = .f32, _ dimensions: [Int] = [2], name: String = "w", order: ByteOrder = .little
    ) throws -> CheckpointDigests {
      try Self.hash(
        MemorySource([Entry(name: name, type: type, dimensions: dimensions, byteOrder: order, payload: bytes)]))
    }
    let reference = try digests()
    for other in try [
      digests(.i32), digests(.f32, [1, 2]), digests(.f32, [2, 1]), digests(order: .big), digests(.i8, [8]),
      digests(.f64, [1]), digests(.f64, []),
    ] {
      #expect(other.tensors[0].data == reference.tensors[0].data)
      #expect(other.tensors[0].digest != reference.tensors[0].digest)
      #expect(other.model != reference.model)
    }
    #expect(try digests(.f64, [1]).tensors != digests(.f64, []).tensors)
    let renamed = try digests(name: "v")
    #expect(renamed.tensors[0].digest == reference.tensors[0].digest)
    #expect(renamed.model != reference.model)
  }

  @Test("The model's digest is the same in any order, and in another file format")
  func model() throws {
    let entries = [
      Entry(name: "b", type: .f32, dimensions: [3], payload: payload(of: [1, 2, 3], as: .f32)),
      Entry(name: "a", type: .f16, dimensions: [1, 2], payload: payload(of: [4, 5], as: .f16)),
    ]
    let folder = try TemporaryFolder()
    let model = try Self.hash(MemorySource(entries)).model
    let reversed = try Self.hash(MemorySource(entries.reversed()))
    #expect(reversed.model == model)
    #expect(try reversed.data != Self.hash(MemorySource(entries)).data)
    for path in try [
      folder.write("a.gguf", gguf(entries)),
      folder.write("b.gguf", gguf(metadata: metadata([("general.alignment", .uint32(4096))]), entries)),
      folder.write("a.safetensors", safetensors(entries)),
    ] {
      #expect(try Self.hash(openCheckpoint(at: path)).model == model, "\(path)")
    }
  }

  @Test("A tensor that cannot be read is the error, on any number of threads; so is an interruption", arguments: 1...3)
  func failures(threads: Int) throws {
    let folder = try TemporaryFolder()
    let entries = (0..<3).map {
      Entry(name: "t\($0)", type: .i8, dimensions: [4096], payload: Array(repeating: UInt8($0), count: 4096))
    }
    let source = try openCheckpoint(at: folder.write("a.gguf", gguf(entries)))
    #expect {
      try CheckpointHasher(source: source, algorithms: [.xxh64], hashesAllData: true, threads: threads)
        .run(isCancelled: { true })
    } throws: { error in
      if case StreamFailure.cancelled = error { true } else { false }
    }
    try folder.resize("a.gguf", to: source.tensors[1].offset + 5)
    #expect {
      _ = try Self.hash(source, .xxh64, threads: threads)
    } throws: { error in
      guard case StreamFailure.source(.file(let error)) = error else { return false }
      return error.reason.contains("cut short")
    }
  }
}
