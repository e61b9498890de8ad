import Checkpoints
import Conversion
import FileAccess
import GGUF
import MemoryCheckpoints
import Synchronization
import TensorCore
import TestSupport
import Testing
import Verification

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Conversions that are interrupted, and others that go on with them.
@Suite("A conversion that was interrupted")
struct ResumeTests {
  /// A checkpoint in a folder with conversions of it.
  struct Place {
    let folder: TemporaryFolder
    let source: any TensorSource
    var options: ConversionOptions
    var threads = 1
    var program = "test 1"

    /// Weights and integers, five chunks.
    init(_ type: ElementType = .q4_K, firstRows: Int = 6) throws {
      folder = try TemporaryFolder()
      let weights = WeightDistribution.heavyTails.weights(1_024, seed: 4_711)
      let first = Array(repeating: weights, count: (firstRows + 3) / 4).joined().prefix(firstRows * 256)
      var file = SafetensorsBuilder()
      file.add("w.0", "F32", [UInt64(firstRows), 256], data: payload(of: Array(first), as: .f32))
      file.add("w.00", "F32", [2, 256], data: payload(of: Array(weights[256..<768]), as: .f32))
      file.add("w.1", "F32", [4, 256], data: payload(of: weights, as: .f32))
      file.add("ids", "I64", [3], data: Array(repeating: 7, count: 24))
      file.add("w.2", "F32", [2, 256], data: payload(of: Array(weights.suffix(512)), as: .f32))
      try folder.write("a.safetensors", file.build())
      source = try openCheckpoint(at: folder.file("a.safetensors"))
      options = ConversionOptions(type: type)
    }

    func files(_ plan: ConversionPlan, resumes: Bool, replaces: Bool = false) throws -> ConversionFiles {
      let paths = plan.layout.parts.indices.map { folder.file("out\($0).gguf") }
      return try ConversionFiles(
        paths, plan: plan, source: source, policy: options.nonFinite, program: program, replaces: replaces,
        resumes: resumes)
    }

    func plan() throws -> ConversionPlan { try ConversionPlan(source: source, name: "a", options: options) }

    func converter(_ plan: ConversionPlan) -> Converter {
      Converter(
        plan: plan, source: source, sourceName: "a", policy: options.nonFinite, threads: threads)
    }

    /// Stops before the chunk with this number, and leaves what is there.
    func interrupt(before chunk: Int) throws {
      let files = try files(plan(), resumes: true)
      let asked = Atomic(0)
      #expect(throws: StreamFailure.self) {
        try converter(plan()).run(into: files, isCancelled: { asked.add(1, ordering: .relaxed).newValue > chunk })
      }
      #expect(files.keep())
    }

    /// Goes on to the end.
    func finish(resumes: Bool = true) throws -> Finished {
      let files = try files(plan(), resumes: resumes)
      let outcome = try converter(plan()).run(into: files)
      try files.commit()
      files.discard()
      return Finished(
        outputs: try files.writers.map { Array(try Data(contentsOf: URL(fileURLWithPath: $0.path))) },
        measurements: outcome.measurements, found: files.chunksFound, resumed: files.chunksResumed)
    }

    var names: [String] { get throws { try folder.names } }

    func change(_ name: String, at offset: Int) throws {
      var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
      bytes[offset] ^= 1
      try folder.write(name, bytes)
    }
  }

  struct Finished {
    let outputs: [[UInt8]]
    let measurements: [TensorMeasurement?]
    let found: Int
    let resumed: Int
  }

  @Test("It goes on to the same bytes and figures, wherever it was", arguments: [ElementType.q4_K, .q8_0, .bf16])
  func everyMoment(_ type: ElementType) throws {
    let undisturbed = try Place(type).finish(resumes: false)
    for chunk in 0...4 {
      var place = try Place(type)
      try place.interrupt(before: chunk)
      #expect(try place.names == [".out0.gguf.journal", ".out0.gguf.partial", "a.safetensors"])
      place.threads = 3
      let finished = try place.finish()
      #expect(finished.outputs == undisturbed.outputs)
      #expect(finished.measurements == undisturbed.measurements)
      #expect(finished.found == chunk && finished.resumed == chunk)
      #expect(try place.names == ["a.safetensors", "out0.gguf"])
    }
  }

  @Test("Of a tensor in several chunks it takes up some")
  func severalChunksOfATensor() throws {
    let undisturbed = try Place(.q8_0, firstRows: 1_026).finish()
    let place = try Place(.q8_0, firstRows: 1_026)
    try place.interrupt(before: 1)
    let finished = try place.finish()
    #expect(finished.outputs == undisturbed.outputs && finished.measurements == undisturbed.measurements)
    #expect(finished.resumed == 1)
  }

  @Test("Bytes that have changed since are written again")
  func damagedBytes() throws {
    let undisturbed = try Place().finish()
    let place = try Place()
    try place.interrupt(before: 3)
    try place.change(".out0.gguf.partial", at: place.plan().tensors[0].place.offset + 5)
    let finished = try place.finish()
    #expect(finished.outputs == undisturbed.outputs && finished.measurements == undisturbed.measurements)
    #expect(finished.found == 3 && finished.resumed == 2)
  }

  @Test("A partial file that is gone, or of another length, is begun anew", arguments: [nil, 100])
  func partialFileIsAnother(_ length: Int?) throws {
    let undisturbed = try Place().finish()
    let place = try Place()
    try place.interrupt(before: 3)
    if let length {
      try place.folder.write(".out0.gguf.partial", Array(repeating: 0, count: length))
    } else {
      try FileManager.default.removeItem(atPath: place.folder.file(".out0.gguf.partial"))
    }
    let finished = try place.finish()
    #expect(finished.outputs == undisturbed.outputs && finished.resumed == 0)
  }

  @Test("A record that is damaged counts as none, and so does half of one")
  func damagedRecords() throws {
    let undisturbed = try Place().finish()
    let place = try Place()
    try place.interrupt(before: 4)
    let journal = ".out0.gguf.journal"
    let size = try Data(contentsOf: URL(fileURLWithPath: place.folder.file(journal))).count
    #expect(size == 56 + 4 * 24)
    try place.change(journal, at: 56 + 24 + 9)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: place.folder.file(journal))))
    try place.folder.write(journal, Array(bytes.dropLast(5)))
    let finished = try place.finish()
    #expect(finished.outputs == undisturbed.outputs && finished.measurements == undisturbed.measurements)
    #expect(finished.found == 2 && finished.resumed == 2)
  }

  @Test("Nothing is taken over from a conversion to another type, by another version, or of a changed source")
  func otherConversions() throws {
    let changes: [(inout Place) throws -> Void] = [
      { $0.options = ConversionOptions(type: .q8_0) },
      { $0.program = "test 2" },
      { $0.options.nonFinite = .zero },
      {
        // The same bytes, written at another time.
        let file = $0.folder.file("a.safetensors")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file)
      },
    ]
    for change in changes {
      var place = try Place()
      try place.interrupt(before: 3)
      try change(&place)
      let finished = try place.finish()
      #expect(finished.found == 0)
      var undisturbed = try Place()
      undisturbed.options = place.options
      #expect(try finished.outputs == undisturbed.finish().outputs)
    }
  }

  @Test("A conversion that is not asked to go on removes what is left, and begins anew")
  func beginsAnew() throws {
    let place = try Place()
    try place.interrupt(before: 3)
    let finished = try place.finish(resumes: false)
    #expect(finished.found == 0 && finished.resumed == 0)
    #expect(try place.names == ["a.safetensors", "out0.gguf"])
  }

  @Test("One that ended while it gave files their names is finished", arguments: 0...3)
  func naming(_ moment: Int) throws {
    func place() throws -> Place {
      var place = try Place()
      place.options.split = .init(.tensors(3))
      return place
    }
    let undisturbed = try place().finish()
    let place = try place()
    try Self.end(place)
    // As it was when none or the first had their names, and when the second had both of its names.
    let files = FileManager.default
    func file(_ name: String) -> String { place.folder.file(name) }
    switch moment {
    case 0:
      try files.moveItem(atPath: file("out0.gguf"), toPath: file(".out0.gguf.partial"))
      try files.moveItem(atPath: file("out1.gguf"), toPath: file(".out1.gguf.partial"))
    case 1: try files.moveItem(atPath: file("out1.gguf"), toPath: file(".out1.gguf.partial"))
    case 2: try files.linkItem(atPath: file("out1.gguf"), toPath: file(".out1.gguf.partial"))
    default: break
    }
    let finished = try place.finish()
    #expect(finished.outputs == undisturbed.outputs && finished.measurements == undisturbed.measurements)
    #expect(finished.found == 5 && finished.resumed == 5)
    #expect(try place.names == ["a.safetensors", "out0.gguf", "out1.gguf"])
  }

  /// Converts to the end, but for what comes behind the names.
  private static func end(_ place: Place) throws {
    let plan = try place.plan()
    let files = try place.files(plan, resumes: true)
    _ = try place.converter(plan).run(into: files)
    try files.commit()
    #expect(files.keep())
  }

  @Test("A file that has the name and is another is neither taken up nor replaced")
  func anotherFile() throws {
    let place = try Place()
    try place.interrupt(before: 3)
    try place.folder.write("out0.gguf", [1, 2, 3])
    #expect(throws: FileError.self) { try place.finish() }
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: place.folder.file("out0.gguf")))) == [1, 2, 3])
  }

  @Test("Two at a time do not mix")
  func held() throws {
    let place = try Place()
    let plan = try place.plan()
    let first = try place.files(plan, resumes: false)
    for resumes in [false, true] {
      do throws(FileError) {
        _ = try ConversionFiles(
          [place.folder.file("out0.gguf")], plan: plan, source: place.source, policy: .error, program: "test",
          replaces: true, resumes: resumes)
        Issue.record("the file is held")
      } catch {
        #expect(error.reason == "is being written by another process" && error.operation == .create)
      }
    }
    #expect(try place.names == [".out0.gguf.journal", ".out0.gguf.partial", "a.safetensors"])
    first.discard()
    #expect(try place.names == ["a.safetensors"])
  }
}
