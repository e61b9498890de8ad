import Checkpoints
import Conversion
import FileAccess
import Foundation
import GGUF
import MemoryCheckpoints
import Safetensors
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// Packing and unpacking, and conversions into archives.
@Suite("Archives")
struct ArchiveTests {
  private static let frameBytes = 64 << 10

  /// Ten tensors of a quarter of a frame to five frames, whose weights are seeded.
  private static let entries: [MemorySource.Entry] = {
    var generator = SeededGenerator(seed: 2024)
    return (0..<10).map { index in
      let rows = [64, 1, 640, 100, 1280, 33, 7, 256, 512, 65][index]
      let weights = (0..<(rows * 64)).map { _ in generator.gaussian() }
      return .init(name: "t\(index)", type: .f32, dimensions: [rows, 64], payload: payload(of: weights, as: .f32))
    }
  }()

  /// A header longer than a frame, as vocabularies make it.
  private static func modelBytes() throws -> [UInt8] {
    let tokens = GGUFArray((0..<12_000).map { "token \($0)" })
    return try gguf(
      metadata: metadata([("general.architecture", .string("llama")), ("tokenizer.ggml.tokens", .array(tokens))]),
      entries)
  }

  private static func contents(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Packs a file of the folder, and returns the archive's path and layout.
  @discardableResult
  private static func pack(
    _ name: String, in folder: TemporaryFolder, to output: String, threads: Int = 2, frameBytes: Int = frameBytes
  ) throws -> Packer {
    let packer = try Packer(
      source: ArchiveSource(path: folder.file(name)), frameBytes: frameBytes, threads: threads)
    let writer = try ArchiveWriter(
      path: folder.file(output), layout: packer.layout, threads: threads, replaces: false)
    try packer.run(into: writer)
    try writer.commit()
    return packer
  }

  private static func unpack(_ name: String, in folder: TemporaryFolder, to output: String, threads: Int) throws {
    let unpacker = try Unpacker(path: folder.file(name), threads: threads)
    let writer = try AtomicFileWriter(path: folder.file(output), size: unpacker.file.size, replaces: false)
    try unpacker.run(into: writer)
    try writer.commit()
  }

  @Test("What is packed and unpacked is the same; with any number of threads the archive is too")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let files: [(name: String, bytes: [UInt8])] = [
      ("m.gguf", try Self.modelBytes()), ("m.safetensors", safetensors(Self.entries)), ("empty", []),
      ("text", Array("no model".utf8)), ("damaged.gguf", Array(try Self.modelBytes().prefix(300_000))),
    ]
    for (name, bytes) in files {
      try folder.write(name, bytes)
      for threads in [1, 2, 5] {
        try Self.pack(name, in: folder, to: "\(name).\(threads).zst", threads: threads)
        try Self.unpack("\(name).\(threads).zst", in: folder, to: "\(name).\(threads)", threads: threads)
        #expect(try Self.contents(folder.file("\(name).\(threads)")) == bytes, "\(name)")
      }
      let archives = try [1, 2, 5].map { try Self.contents(folder.file("\(name).\($0).zst")) }
      #expect(archives[0] == archives[1] && archives[0] == archives[2], "\(name)")
    }
  }

  @Test("A model is cut where its header ends and where tensors begin")
  func cuts() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.gguf", try Self.modelBytes())
    try folder.write("m.safetensors", safetensors(Self.entries))
    let file = try GGUFFile(path: folder.file("m.gguf"))
    let packer = try Self.pack("m.gguf", in: folder, to: "m.gguf.zst")
    #expect(packer.source.formatName == "GGUF")
    let starts = Set(packer.layout.frames.map(\.lowerBound))
    #expect(starts.contains(file.dataStart) && file.dataStart > 2 * Self.frameBytes)
    // Those that do not share a frame.
    #expect(
      ["t2", "t4", "t8"].allSatisfy { name in file.tensors.contains { $0.name == name && starts.contains($0.offset) } })
    let other = try Self.pack("m.safetensors", in: folder, to: "m.safetensors.zst")
    #expect(other.source.formatName == "safetensors")
    let dataStart = try SafetensorsFile(path: folder.file("m.safetensors")).dataStart
    #expect(other.layout.frames.first == 0..<dataStart)
  }

  @Test(
    "To read a header costs its frames, and to read a tensor those that hold it", arguments: ["gguf", "safetensors"])
  func framesRead(format: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("m", format == "gguf" ? try Self.modelBytes() : safetensors(Self.entries))
    let layout = try Self.pack("m", in: folder, to: "m.zst").layout
    let file = try InputFile(path: folder.file("m.zst"))
    #expect(file.unpackedFrames == 0)
    let source: any TensorSource
    let dataStart: Int
    if format == "gguf" {
      let model = try GGUFFile(file)
      (source, dataStart) = (model, model.dataStart)
    } else {
      let model = try SafetensorsFile(file)
      (source, dataStart) = (model, model.dataStart)
    }
    let headerFrames = layout.frames.count { $0.upperBound <= dataStart }
    #expect(file.unpackedFrames == headerFrames)
    #expect(format == "gguf" ? headerFrames > 2 : headerFrames == 1)
    #expect(layout.frames.count > headerFrames + 8)
    let tensor = try #require(source.tensors.first { $0.name == "t4" })
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    var span = bytes.mutableSpan
    try source.read(tensor, from: 0, into: &span)
    #expect(bytes == Self.entries[4].payload)
    let range = tensor.offset..<(tensor.offset + tensor.byteCount)
    #expect(file.unpackedFrames == headerFrames + layout.frames.count { $0.overlaps(range) })
  }

  @Test("Converting into an archive gives what packing the converted file gives", arguments: [1, 2, 5], [1, 33])
  func conversion(threads: Int, alignmentFactor: Int) throws {
    let folder = try TemporaryFolder()
    // Rows of an odd length leave zeros between tensors.
    let entries =
      Self.entries
      + (0..<3).map { index in
        .init(
          name: "odd\(index)", type: .f32, dimensions: [alignmentFactor],
          payload: payload(of: (0..<alignmentFactor).map { Float($0) + 1 }, as: .f32))
      }
    let source = MemorySource(entries)
    let plan = try ConversionPlan(source: source, name: "source", options: ConversionOptions(type: .q8_0))
    let converter = Converter(plan: plan, source: source, sourceName: "source", threads: threads)
    let plain = try AtomicFileWriter(path: folder.file("m.gguf"), size: plan.layout.fileSize, replaces: false)
    let outcome = try converter.run(into: plain)
    try plain.commit()
    try Self.pack("m.gguf", in: folder, to: "packed.zst")

    let archive = try ArchiveWriter(
      path: folder.file("converted.zst"), layout: plan.archiveLayout(frameBytes: Self.frameBytes),
      written: plan.writtenRanges, threads: threads, replaces: false)
    let other = try converter.run(into: archive)
    try archive.commit()
    #expect(try Self.contents(folder.file("converted.zst")) == Self.contents(folder.file("packed.zst")))
    #expect(outcome.measurements.map(\.?.loss.sums.squaredError) == other.measurements.map(\.?.loss.sums.squaredError))
  }

  @Test("A conversion into an archive that fails names the first error, and ends", arguments: [1, 2, 3, 8])
  func failingConversion(threads: Int) throws {
    let folder = try TemporaryFolder()
    let source = MemorySource(
      (0..<60).map { index in
        let weights = [Float](repeating: index < 20 ? 1 : .nan, count: 6_000)
        return .init(name: "t\(index)", type: .f32, dimensions: [6_000], payload: payload(of: weights, as: .f32))
      })
    let plan = try ConversionPlan(source: source, name: "source", options: ConversionOptions(type: .f32))
    for run in 0..<(threads == 1 ? 1 : 10) {
      let writer = try ArchiveWriter(
        path: folder.file("out"), layout: plan.archiveLayout(frameBytes: Self.frameBytes), written: plan.writtenRanges,
        threads: threads, replaces: false)
      let converter = Converter(plan: plan, source: source, sourceName: "source", threads: threads)
      let reason = refusal { _ = try converter.run(into: writer) } as? ConversionError
      try #require(reason == .notFinite(tensor: "t20", value: "NaN", row: 0, column: 0), "run \(run)")
    }
    #expect(try folder.names == [])
  }

  @Test(
    "A damaged archive is refused by the frame that is damaged, whatever the number of threads", arguments: [1, 2, 5])
  func damaged(threads: Int) throws {
    let folder = try TemporaryFolder()
    try folder.write("m.gguf", try Self.modelBytes())
    let layout = try Self.pack("m.gguf", in: folder, to: "m.zst").layout
    var bytes = try Self.contents(folder.file("m.zst"))
    // In the middle, and near the end of the last frame; the table takes the rest.
    let tableStart = bytes.count - 8 - 12 * layout.frames.count - 9
    for at in [tableStart / 2, tableStart - 10] { bytes[at] ^= 0x10 }
    try folder.write("damaged.zst", bytes)
    let unpacker = try Unpacker(path: folder.file("damaged.zst"), threads: threads)
    let writer = try AtomicFileWriter(path: folder.file("out"), size: unpacker.file.size, replaces: false)
    do {
      try unpacker.run(into: writer)
      Issue.record("unpacked")
    } catch StreamFailure.source(.invalid(_, let reason as ZstandardError)) {
      switch reason {
      case .checksumWrong(let at), .corrupt(let at, _): #expect(at <= tableStart / 2)
      default: Issue.record("\(reason)")
      }
    }
  }

  @Test("Archives of others are unpacked: one frame, many, without sizes", arguments: [1, 3])
  func others(threads: Int) throws {
    let folder = try TemporaryFolder()
    let contents = Array(try Self.modelBytes().prefix(2_500_000))
    let files = [
      compressed(contents), frames(contents, of: 100_000).flatMap(\.self),
      frames(contents, of: 999_999, Compression(hasChecksum: false, saysSize: false)).flatMap(\.self),
    ]
    for (number, file) in files.enumerated() {
      try folder.write("\(number).zst", file)
      try Self.unpack("\(number).zst", in: folder, to: "\(number)", threads: threads)
      #expect(try Self.contents(folder.file("\(number)")) == contents)
    }
  }

  @Test("A compressed file is not packed again, and one that is not is not unpacked")
  func refused() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.zst", compressed([1, 2, 3]))
    try folder.write("a", [1, 2, 3])
    func reason(_ body: () throws -> Void) -> ArchiveError? { refusal(body) as? ArchiveError }
    #expect(reason { _ = try ArchiveSource(path: folder.file("a.zst")) } == .compressedAlready)
    #expect(reason { _ = try Unpacker(path: folder.file("a"), threads: 1) } == .notCompressed)
  }

  @Test("Packing that is cancelled leaves nothing")
  func cancelled() throws {
    let folder = try TemporaryFolder()
    try folder.write("m", try Self.modelBytes())
    do {
      let packer = try Packer(source: ArchiveSource(path: folder.file("m")), frameBytes: Self.frameBytes, threads: 3)
      let writer = try ArchiveWriter(path: folder.file("out"), layout: packer.layout, threads: 3, replaces: false)
      let error = #expect(throws: StreamFailure.self) { try packer.run(into: writer, isCancelled: { true }) }
      guard case .cancelled = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(try folder.names == ["m"])
  }
}
