import Checkpoints
import FileAccess
import GGUF
import MemoryCheckpoints
import RawCheckpoint
import Safetensors
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// Every kind of checkpoint, compressed with Zstandard.
@Suite("Opening compressed checkpoints")
struct OpenCompressedTests {
  private let entry = MemorySource.Entry(
    name: "w", type: .f32, dimensions: [4], payload: payload(of: [1, 2, 3, 4], as: .f32))

  private func check(_ source: any TensorSource) throws {
    #expect(source.tensors.map(\.name) == ["w"])
    let file = try #require(source.files.first)
    #expect(file.unpackedSize != nil)
    var bytes = [UInt8](repeating: 0, count: 16)
    var span = bytes.mutableSpan
    try source.read(source.tensors[0], from: 0, into: &span)
    #expect(bytes == entry.payload)
  }

  @Test(
    "A compressed file is what it unpacks to, whatever its name", arguments: ["m.gguf.zst", "m.zst", "m.gguf", "m"])
  func names(name: String) throws {
    let folder = try TemporaryFolder()
    let first = try openCheckpoint(at: folder.write(name, compressed(try gguf([entry]))))
    #expect(first is GGUFFile)
    try check(first)
    let second = try openCheckpoint(at: folder.write(name, compressed(safetensors([entry]))))
    #expect(second is SafetensorsFile)
    try check(second)
  }

  @Test("Raw numbers, and their description, may be compressed")
  func raw() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("w.f32.zst", compressed(entry.payload ?? []))
    let description = RawDescription(tensors: [.init(name: "w", dimensions: [4])])
    try check(try openCheckpoint(at: path, raw: .description(description)))
    let json = compressed(Array(#"{"tensors": [{"name": "w", "shape": [4]}]}"#.utf8))
    try check(try openCheckpoint(at: path, raw: .file(folder.write("w.json.zst", json))))
  }

  @Test("A folder's file may be compressed; one that is there both ways is read as it is")
  func folder() throws {
    for (name, bytes) in [
      ("model.safetensors", safetensors([entry])), ("other.safetensors", safetensors([entry])),
      ("m.gguf", try gguf([entry])),
    ] {
      let folder = try TemporaryFolder()
      try folder.write(name + ".zst", compressed(bytes))
      try check(try openCheckpoint(at: folder.path))
      try folder.write(name, bytes)
      #expect(try openCheckpoint(at: folder.path).files.map(\.path) == [folder.file(name)])
    }
  }

  @Test("Shards may be compressed, with an index and without", arguments: [true, false])
  func shards(hasIndex: Bool) throws {
    let folder = try TemporaryFolder()
    for (number, name) in ["a", "b"].enumerated() {
      let entry = MemorySource.Entry(name: name, type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
      let path = "model-0000\(number + 1)-of-00002.safetensors"
      if number == 0 {
        try folder.write(path, safetensors([entry]))
      } else {
        try folder.write(path + ".zst", compressed(safetensors([entry])))
      }
    }
    if hasIndex {
      let map = #""a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors""#
      try folder.write("model.safetensors.index.json", Array(#"{"weight_map": {\#(map)}}"#.utf8))
    }
    let source = try openCheckpoint(at: folder.path)
    #expect(source.tensors.map(\.name) == ["a", "b"])
    #expect(source.files.map { $0.unpackedSize != nil } == [false, true])
    try folder.remove("model-00002-of-00002.safetensors.zst")
    #expect(refusal { _ = try openCheckpoint(at: folder.path) } is ShardIndexError)
  }

  @Test("A name that promises a format gets that format's error")
  func promised() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.gguf.zst", compressed(Array("GARBAGE, AND MORE OF IT".utf8)))
    #expect(refusal { _ = try openCheckpoint(at: path) } as? GGUFError == .wrongMagic(Array("GARB".utf8)))
  }

  @Test("A damaged frame is the error, of raw numbers too")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("w.zst", Array(compressed(entry.payload ?? []).dropLast()))
    let description = RawDescription(tensors: [.init(name: "w", dimensions: [4])])
    #expect(refusal { _ = try openCheckpoint(at: path) } is ZstandardError)
    #expect(refusal { _ = try openCheckpoint(at: path, raw: .description(description)) } is ZstandardError)
  }

  /// A count of 2^30 tensors, for which a file that unpacks to 39 GB has room: nothing is set aside for them.
  @Test("What a compressed header counts is not believed")
  func counts() throws {
    var builder = GGUFBuilder.small()
    builder.declaredTensorCount = 1 << 30
    let header = builder.build()
    let zeros = Array(repeating: FrameBuilder.Block.repeated(0, count: 128 << 10), count: 300_000)
    let folder = try TemporaryFolder()
    let path = try folder.write("m.gguf.zst", FrameBuilder([.raw(header)]).build() + Self.giant(zeros))
    #expect(refusal { _ = try openCheckpoint(at: path) } is GGUFError)
  }

  private static func giant(_ blocks: [FrameBuilder.Block]) -> [UInt8] {
    var frame = FrameBuilder(blocks)
    frame.sizeBytes = 8
    return frame.build()
  }
}
