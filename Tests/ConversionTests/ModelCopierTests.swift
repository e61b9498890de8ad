import Checkpoints
import Conversion
import FileAccess
import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Splitting and merging")
struct ModelCopierTests {
  private static func write(_ copier: ModelCopier, _ names: [String], in folder: TemporaryFolder, threads: Int = 2)
    throws
  {
    var writers: [AtomicFileWriter] = []
    for (name, part) in zip(names, copier.layout.parts) {
      writers.append(try AtomicFileWriter(path: folder.file(name), size: part.fileSize, replaces: false))
    }
    try copier.run(into: writers, threads: threads)
    try AtomicFileWriter.commit(writers)
  }

  private static func open(_ path: String) throws -> any GGUFSource {
    try #require(try openCheckpoint(at: path) as? any GGUFSource)
  }

  /// Splits a model into files of a folder, and opens them.
  private static func split(
    _ model: any GGUFSource, _ split: SplitLayout.Split, _ stem: String, in folder: TemporaryFolder, threads: Int = 2
  ) throws -> any GGUFSource {
    let copier = try ModelCopier(splitting: model, name: "model", into: split)
    let count = copier.layout.parts.count
    func padded(_ number: Int) -> String { String(repeating: "0", count: 5 - String(number).count) + String(number) }
    let names = (1...count).map { "\(stem)-\(padded($0))-of-\(padded(count)).gguf" }
    try write(copier, names, in: folder, threads: threads)
    return try open(folder.file(names[0]))
  }

  private static func bytes(_ name: String, in folder: TemporaryFolder) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
  }

  /// A model of some tensors of any types, shapes and bytes, with any alignment.
  private static func randomModel(_ random: inout SeededGenerator) throws -> [UInt8] {
    let types: [ElementType] = [.f32, .f16, .i8, .q4_0, .q8_0, .q6_K, .iq4_xs, .i64]
    let entries = (0..<Int.random(in: 1...12, using: &random)).map { index in
      let type = types[Int.random(in: 0..<types.count, using: &random)]
      let rows = Int.random(in: 1...5, using: &random)
      let blocks = Int.random(in: 1...(type.blockLength == 1 ? 300 : 4), using: &random)
      let payload = random.bytes(rows * blocks * type.blockBytes)
      return MemorySource.Entry(
        name: "t\(index)", type: type, dimensions: [rows, blocks * type.blockLength], payload: payload)
    }
    var pairs: [(String, GGUFValue)] = [
      ("general.architecture", .string("llama")), ("a.b", .array(GGUFArray(["x", "y"]))),
    ]
    if Bool.random(using: &random) {
      pairs.append(("general.alignment", .uint32(8 << UInt32.random(in: 0...6, using: &random))))
    }
    return try gguf(metadata: metadata(pairs), entries)
  }

  private static func randomSplit(_ random: inout SeededGenerator, tensors: Int) -> SplitLayout.Split {
    let cut: SplitCut =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: .bytes(Int.random(in: 1...3000, using: &random))
      case 1: .tensors(Int.random(in: 1...tensors, using: &random))
      default: .parts(Int.random(in: 1...tensors, using: &random))
      }
    return .init(cut, firstHasNoTensors: Bool.random(using: &random))
  }

  @Test("What was split and merged is the same file again, and what was split twice as if it were split once")
  func roundTrip() throws {
    var random = SeededGenerator(seed: 20_260_705)
    for run in 0..<40 {
      let folder = try TemporaryFolder()
      let original = try Self.randomModel(&random)
      let model = try Self.open(try folder.write("model.gguf", original))
      let (first, second) = (
        Self.randomSplit(&random, tensors: model.tensors.count), Self.randomSplit(&random, tensors: model.tensors.count)
      )
      let note = Comment(rawValue: "seed \(random.seed), run \(run): \(first), \(second)")
      let set = try Self.split(model, first, "a", in: folder)
      try set.requireSound()
      try set.requireZeroPadding()
      #expect(set.tensors.map(\.name) == model.tensors.map(\.name), note)
      try Self.write(ModelCopier(merging: set, name: "a"), ["merged.gguf"], in: folder)
      #expect(try Self.bytes("merged.gguf", in: folder) == original, note)

      let again = try Self.split(set, second, "b", in: folder)
      let once = try Self.split(model, second, "c", in: folder, threads: 1)
      #expect(again.files.count == once.files.count, note)
      for (a, b) in zip(again.files, once.files) {
        #expect(
          try Data(contentsOf: URL(fileURLWithPath: a.path)) == Data(contentsOf: URL(fileURLWithPath: b.path)), note)
      }
    }
  }

  @Test("The keys of a merged file are those that llama-gguf-split leaves, where that is asked for")
  func keptKeys() throws {
    var random = SeededGenerator(seed: 3)
    let folder = try TemporaryFolder()
    let model = try Self.open(try folder.write("model.gguf", Self.randomModel(&random)))
    let set = try Self.split(model, .init(.tensors(1)), "a", in: folder)
    try Self.write(ModelCopier(merging: set, name: "a", keepsSplitKeys: true), ["merged.gguf"], in: folder)
    let merged = try Self.open(folder.file("merged.gguf"))
    #expect(merged.parts.count == 1)
    #expect(merged.metadata.entries.suffix(3).map(\.key) == ["split.no", "split.tensors.count", "split.count"])
    #expect(merged.metadata["split.count"] == .uint16(0) && merged.metadata["split.no"] == .uint16(0))
    #expect(merged.metadata["split.tensors.count"] == .int32(Int32(model.tensors.count)))
  }

  @Test("Tensors of several chunks are copied whole, on any number of threads", arguments: [1, 3])
  func longTensors(threads: Int) throws {
    var random = SeededGenerator(seed: 8)
    let entries = [[3, 1 << 18], [1, (1 << 18) + 77], [700, 512]].enumerated().map { index, shape in
      let payload = random.bytes(shape[0] * shape[1])
      return MemorySource.Entry(name: "t\(index)", type: .i8, dimensions: shape, payload: payload)
    }
    let folder = try TemporaryFolder()
    let original = try gguf(entries)
    let model = try Self.open(try folder.write("model.gguf", original))
    let set = try Self.split(model, .init(.tensors(2)), "a", in: folder, threads: threads)
    try Self.write(ModelCopier(merging: set, name: "a"), ["merged.gguf"], in: folder, threads: threads)
    #expect(try Self.bytes("merged.gguf", in: folder) == original, "seed \(random.seed)")
  }

  @Test("A big-endian model is refused, and more parts than tensors")
  func refusals() throws {
    let big = try Self.open(Repository.path("samples/valid/v3-big.gguf"))
    #expect(
      refusal { _ = try ModelCopier(splitting: big, name: "big", into: .init(.tensors(1))) } as? MetadataEditError
        == .bigEndian)
    #expect(refusal { _ = try ModelCopier(merging: big, name: "big") } as? MetadataEditError == .bigEndian)
    let small = try Self.open(Repository.path("samples/valid/alignment-64.gguf"))
    #expect(
      refusal { _ = try ModelCopier(splitting: small, name: "small", into: .init(.parts(4))) } as? SplitLayoutError
        == .fewerTensorsThanParts(tensors: 3, parts: 4))
  }

  @Test("An interruption, and a source that becomes shorter, leave no part")
  func failures() throws {
    let folder = try TemporaryFolder()
    let entries = (0..<3).map {
      MemorySource.Entry(name: "t\($0)", type: .i8, dimensions: [4096], payload: Array(repeating: 1, count: 4096))
    }
    let model = try Self.open(try folder.write("in.gguf", gguf(entries)))
    let copier = try ModelCopier(splitting: model, name: "in", into: .init(.tensors(1)))
    func run(_ isCancelled: @Sendable () -> Bool) throws {
      let writers = try copier.layout.parts.enumerated().map { number, part in
        try AtomicFileWriter(path: folder.file("\(number).gguf"), size: part.fileSize, replaces: false)
      }
      try copier.run(into: writers, threads: 2, isCancelled: isCancelled)
    }
    #expect {
      try run { true }
    } throws: { error in
      if case StreamFailure.cancelled = error { true } else { false }
    }
    try folder.resize("in.gguf", to: model.tensors[2].offset + 1)
    #expect {
      try run { false }
    } throws: { error in
      if case StreamFailure.source(.file) = error { true } else { false }
    }
    #expect(try folder.names == ["in.gguf"])
  }
}
