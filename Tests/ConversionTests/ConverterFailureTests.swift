import Checkpoints
import Conversion
import Dispatch
import FileAccess
import MemoryCheckpoints
import Synchronization
import TensorCore
import TestSupport
import Testing

/// How a conversion ends before its end.
@Suite("A conversion that fails")
struct ConverterFailureTests {
  /// One chunk a tensor, all of them NaN.
  private static let allBad = MemorySource(
    (0..<40).map { index in
      .init(name: "t\(index)", type: .f32, dimensions: [1], payload: payload(of: [.nan], as: .f32))
    })

  private func plan(_ source: any TensorSource) throws -> ConversionPlan {
    try ConversionPlan(source: source, name: "source", options: ConversionOptions(type: .f32))
  }

  @Test(
    "Of several errors the first in the source is reported, whatever the number of threads", arguments: [1, 2, 3, 8])
  func firstError(threads: Int) throws {
    let folder = try TemporaryFolder()
    // All threads are at work when they come to the first of many bad tensors.
    let source = MemorySource(
      (0..<60).map { index in
        let weight: Float = index < 20 ? 1 : .nan
        return .init(name: "t\(index)", type: .f32, dimensions: [1], payload: payload(of: [weight], as: .f32))
      })
    let plan = try plan(source)
    let writer = try AtomicFileWriter(path: folder.file("out"), size: plan.layout.fileSize, replaces: false)
    // The order in which threads get at the chunks differs from run to run.
    for run in 0..<(threads == 1 ? 1 : 300) {
      let converter = Converter(plan: plan, source: source, sourceName: "source", threads: threads)
      let reason = refusal { _ = try converter.run(into: writer) } as? ConversionError
      try #require(reason == .notFinite(tensor: "t20", value: "NaN", row: 0, column: 0), "run \(run)")
    }
  }

  /// Lends the first tensor only when another has been asked for.
  private struct SlowFirst: TensorSource {
    let base: MemorySource
    var tensors: [TensorDescription] { base.tensors }
    var files: [SourceFile] { base.files }
    var formatName: String { base.formatName }
    let other = DispatchSemaphore(value: 0)

    func read(
      _ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>
    ) throws(SourceError) {
      if tensor.name == "t0" {
        // On one processor there is no other thread: then nothing is to be waited for.
        _ = other.wait(timeout: .now() + 1)
      } else {
        other.signal()
      }
      try base.read(tensor, from: start, into: &buffer)
    }
  }

  @Test("An error that is found later but stands first in the source is the one that is reported")
  func laterButFirst() throws {
    let folder = try TemporaryFolder()
    let source = SlowFirst(base: Self.allBad)
    let plan = try plan(source)
    let writer = try AtomicFileWriter(path: folder.file("out"), size: plan.layout.fileSize, replaces: false)
    let converter = Converter(plan: plan, source: source, sourceName: "source", threads: 2)
    let reason = refusal { _ = try converter.run(into: writer) } as? ConversionError
    #expect(reason == .notFinite(tensor: "t0", value: "NaN", row: 0, column: 0))
  }

  @Test("An error is about the path that the user gave, and leaves nothing behind")
  func leavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let plan = try plan(Self.allBad)
      let writer = try AtomicFileWriter(path: folder.file("out.gguf"), size: plan.layout.fileSize, replaces: false)
      let converter = Converter(plan: plan, source: Self.allBad, sourceName: "the/path", threads: 2)
      _ = try converter.run(into: writer)
      Issue.record("no error")
    } catch StreamFailure.source(.invalid(let path, _)) {
      #expect(path == "the/path")
    }
    #expect(try folder.names == [])
  }

  @Test("Cancelled before any chunk, or after some, it leaves nothing behind", arguments: [0, 1, 7], [1, 2, 3])
  func cancelled(after chunks: Int, threads: Int) throws {
    let folder = try TemporaryFolder()
    let source = MemorySource(
      (0..<40).map { index in
        .init(name: "t\(index)", type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
      })
    let done = Atomic(0)
    do {
      let plan = try plan(source)
      let writer = try AtomicFileWriter(path: folder.file("out.gguf"), size: plan.layout.fileSize, replaces: false)
      #expect(try folder.names.count == 1)
      let converter = Converter(plan: plan, source: source, sourceName: "source", threads: threads)
      _ = try converter.run(
        into: writer, isCancelled: { done.load(ordering: .relaxed) >= chunks },
        progress: { _, _ in done.add(1, ordering: .relaxed) })
      Issue.record("not cancelled")
    } catch StreamFailure.cancelled {
      #expect(done.load(ordering: .relaxed) < 40)
    }
    #expect(try folder.names == [])
  }

  @Test("What was there under the output's name stays, until the new file is whole")
  func existing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("out.gguf", [1, 2, 3])
    #expect(throws: (any Error).self) {
      let plan = try plan(Self.allBad)
      let writer = try AtomicFileWriter(path: path, size: plan.layout.fileSize, replaces: true)
      _ = try Converter(plan: plan, source: Self.allBad, sourceName: "source", threads: 2).run(into: writer)
    }
    #expect(try folder.names == ["out.gguf"])
    #expect(try InputFile(path: path).bytes(in: 0..<3) == [1, 2, 3])
  }

  @Test("A source that has become shorter is an error of the source")
  func shrunk() throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(
      name: "w", type: .f32, dimensions: [64], payload: payload(of: Array(repeating: 1, count: 64), as: .f32))
    let bytes = safetensors([entry])
    let path = try folder.write("model.safetensors", bytes)
    // The descriptor stays on the file, which loses its end under it.
    let source = try openCheckpoint(at: path)
    try folder.resize("model.safetensors", to: bytes.count - 1)
    do {
      _ = try convert(source, ConversionOptions(type: .f32))
      Issue.record("no error")
    } catch StreamFailure.source(.file(let error)) {
      #expect(error.operation == .read)
      #expect(error.path == path)
    }
  }
}
