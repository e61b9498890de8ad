import Checkpoints
import Conversion
import FileAccess
import GGUF
import MemoryCheckpoints
import Synchronization
import TensorCore
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("A conversion in parts")
struct ShardTests {
  /// A source that remembers which tensors were read.
  private struct Recorded: TensorSource {
    let base: MemorySource
    let read = Names()
    var tensors: [TensorDescription] { base.tensors }
    var files: [SourceFile] { base.files }
    var formatName: String { base.formatName }

    final class Names: Sendable {
      let names = Mutex<Set<String>>([])
      var all: Set<String> { names.withLock { $0 } }
    }

    func read(
      _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
    ) throws(SourceError) {
      read.names.withLock { _ = $0.insert(tensor.name) }
      try base.read(tensor, from: start, into: &buffer)
    }

    func prefetch(_ tensor: TensorDescription, _ bytes: Range<Int>) {
      read.names.withLock { _ = $0.insert(tensor.name) }
    }
  }

  private static let source = MemorySource(
    (0..<11).map { index in
      let rows = 1 + index * index % 7
      let weights = WeightDistribution.heavyTails.weights(rows * 256, seed: UInt64(900 + index))
      return .init(name: "t\(index)", type: .f32, dimensions: [rows, 256], payload: payload(of: weights, as: .f32))
    })

  private func plan(_ source: any TensorSource, _ split: SplitLayout.Split?) throws -> ConversionPlan {
    var options = ConversionOptions(type: .q4_K)
    options.split = split
    return try ConversionPlan(source: source, name: "source", options: options)
  }

  /// What a plan writes, a file after the other.
  private func files(_ plan: ConversionPlan, _ source: any TensorSource) throws -> [Data] {
    let folder = try TemporaryFolder()
    let paths = plan.layout.parts.indices.map { folder.file("\($0).gguf") }
    let writers = try zip(paths, plan.layout.parts).map { path, part in
      try AtomicFileWriter(path: path, size: part.fileSize, replaces: false)
    }
    _ = try Converter(plan: plan, source: source, sourceName: "source", threads: 2).run(into: writers)
    try AtomicFileWriter.commit(writers)
    return try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
  }

  @Test("Each worker reads its own tensors only, and writes what one conversion writes", arguments: [1, 2, 3, 11])
  func workers(count: Int) throws {
    let together = try files(plan(Self.source, .init(.parts(count))), Self.source)
    #expect(together.count == count)
    var seen: Set<String> = []
    // In any order, as they do not know of each other.
    for number in (0..<count).reversed() {
      let source = Recorded(base: Self.source)
      let part = try plan(source, .init(.parts(count))).part(number)
      #expect(source.read.all.isEmpty)
      #expect(try files(part, source) == [together[number]])
      let read = source.read.all
      #expect(read == Set(part.tensors.map(\.source.name)) && !read.isEmpty)
      #expect(seen.isDisjoint(with: read))
      seen.formUnion(read)
    }
    #expect(seen == Set(Self.source.tensors.map(\.name)))
  }

  @Test(
    "The parts are those of the whole conversion when it is split, and it is the parts when they are merged",
    arguments: [SplitCut.parts(4), .bytes(3000), .tensors(2)])
  func equivalence(_ cut: SplitCut) throws {
    let whole = try files(plan(Self.source, nil), Self.source)[0]
    let split = SplitLayout.Split(cut, firstHasNoTensors: cut == .tensors(2))
    let parts = try files(plan(Self.source, split), Self.source)
    #expect(parts.count > 1)
    let folder = try TemporaryFolder()
    for (number, part) in parts.enumerated() {
      try folder.write("m-0000\(number + 1)-of-0000\(parts.count).gguf", Array(part))
    }
    let set = try #require(try openCheckpoint(at: folder.path) as? any GGUFSource)
    try set.requireSound()
    func copied(_ copier: ModelCopier) throws -> [Data] {
      let folder = try TemporaryFolder()
      let paths = copier.layout.parts.indices.map { folder.file("\($0)") }
      let writers = try zip(paths, copier.layout.parts).map {
        try AtomicFileWriter(path: $0, size: $1.fileSize, replaces: false)
      }
      try copier.run(into: writers, threads: 2)
      try AtomicFileWriter.commit(writers)
      return try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    }
    #expect(try copied(ModelCopier(merging: set, name: "set")) == [whole])
    // Where parts are balanced by the work of converting, another model is cut elsewhere.
    if case .parts = cut { return }
    let single = try #require(try openCheckpoint(at: folder.write("whole.gguf", Array(whole))) as? any GGUFSource)
    #expect(try copied(ModelCopier(splitting: single, name: "whole", into: split)) == parts)
  }

  @Test("Work is what is read and written, so that large sources weigh more")
  func work() throws {
    // The same output, but one source is F64.
    let source = MemorySource([
      .init(name: "wide", type: .f64, dimensions: [4, 256]), .init(name: "a", type: .f32, dimensions: [4, 256]),
      .init(name: "b", type: .f32, dimensions: [4, 256]),
    ])
    #expect(try plan(source, .init(.parts(2))).layout.ranges == [0..<1, 1..<3])
  }

  @Test("More workers than tensors are refused")
  func tooMany() {
    #expect(
      refusal { _ = try plan(Self.source, .init(.parts(12))) } as? SplitLayoutError
        == .fewerTensorsThanParts(tensors: 11, parts: 12))
  }
}
