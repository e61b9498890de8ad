import Checkpoints
import Conversion
import FileAccess
import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@Suite("Files with other metadata")
struct MetadataRewriterTests {
  private static func payloads(_ file: GGUFFile) throws -> [String: [UInt8]] {
    var payloads: [String: [UInt8]] = [:]
    for tensor in file.tensors {
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = bytes.mutableSpan
      try file.read(tensor, from: 0, into: &span)
      payloads[tensor.name] = bytes
    }
    return payloads
  }

  private static func rewrite(_ file: GGUFFile, _ metadata: GGUFMetadata, in folder: TemporaryFolder) throws -> GGUFFile
  {
    let rewriter = try MetadataRewriter(file: file, metadata: metadata)
    let writer = try AtomicFileWriter(
      path: folder.file("out.gguf"), size: rewriter.layout.fileSize, replaces: true)
    try rewriter.run(into: writer)
    try writer.commit()
    return try GGUFFile(path: folder.file("out.gguf"))
  }

  @Test(
    "The tensors are the same, with every sample and alignment",
    arguments: ["v2-little", "v3-little", "alignment-64", "tensors-out-of-order", "no-final-padding", "no-tensors"],
    [nil, 8, 4096] as [UInt32?])
  func samples(name: String, alignment: UInt32?) throws {
    let folder = try TemporaryFolder()
    let file = try GGUFFile(path: Repository.path("samples/valid/\(name).gguf"))
    var metadata = file.metadata
    metadata["general.alignment"] = alignment.map(GGUFValue.uint32)
    metadata["a.b"] = .string("new")
    let result = try Self.rewrite(file, metadata, in: folder)
    try result.requireSound()
    try result.requireZeroPadding()
    #expect(result.metadata == metadata)
    #expect(result.version == 3 && result.alignment == Int(alignment ?? 32))
    #expect(result.tensors.map(\.name) == file.tensors.map(\.name))
    #expect(result.tensors.map(\.elementType) == file.tensors.map(\.elementType))
    #expect(result.tensors.map(\.shape) == file.tensors.map(\.shape))
    #expect(try Self.payloads(result) == Self.payloads(file))
  }

  @Test("A tensor that is longer than the buffer is copied whole")
  func longTensor() throws {
    var generator = SeededGenerator(seed: 8)
    let bytes = generator.bytes((2 << 20) + 77)
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(name: "long", type: .i8, dimensions: [bytes.count], payload: bytes)
    let file = try GGUFFile(path: folder.write("in.gguf", gguf([entry])))
    let result = try Self.rewrite(file, file.metadata, in: folder)
    #expect(try Self.payloads(result)["long"] == bytes)
  }

  @Test("A big-endian file is refused, and a header that no reader takes")
  func refusals() throws {
    let big = try GGUFFile(path: Repository.path("samples/valid/v3-big.gguf"))
    #expect(refusal { _ = try MetadataRewriter(file: big, metadata: big.metadata) } as? MetadataEditError == .bigEndian)
    let small = try GGUFFile(path: Repository.path("samples/valid/alignment-64.gguf"))
    var metadata = small.metadata
    metadata["long"] = .string(String(repeating: "x", count: GGUFLimits.headerBytes))
    guard
      case .headerTooLong? = refusal({ _ = try MetadataRewriter(file: small, metadata: metadata) })
        as? MetadataEditError
    else {
      Issue.record("a header of more than \(GGUFLimits.headerBytes) bytes was laid out")
      return
    }
  }

  @Test("An interruption, and a source that becomes shorter, leave no file")
  func failures() throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(name: "w", type: .i8, dimensions: [4096], payload: Array(repeating: 1, count: 4096))
    let file = try GGUFFile(path: folder.write("in.gguf", gguf([entry])))
    let rewriter = try MetadataRewriter(file: file, metadata: file.metadata)
    func run(_ isCancelled: () -> Bool) throws {
      let writer = try AtomicFileWriter(path: folder.file("out.gguf"), size: rewriter.layout.fileSize, replaces: false)
      try rewriter.run(into: writer, isCancelled: isCancelled)
    }
    #expect {
      try run { true }
    } throws: { error in
      if case StreamFailure.cancelled = error { true } else { false }
    }
    try folder.resize("in.gguf", to: file.tensors[0].offset + 1)
    #expect {
      try run { false }
    } throws: { error in
      if case StreamFailure.source(.file) = error { true } else { false }
    }
    #expect(try folder.names == ["in.gguf"])
  }
}
