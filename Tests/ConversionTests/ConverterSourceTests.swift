import Checkpoints
import Conversion
import GGUF
import MemoryCheckpoints
import RawCheckpoint
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// The same weights give the same blocks, whatever file they come from.
@Suite("Sources of a conversion")
struct ConverterSourceTests {
  /// Exact in every float type but F8_E8M0.
  private static let weights: [Float] = {
    var generator = SeededGenerator(seed: 91)
    return (0..<(8 * 256)).map { _ in
      let significand = 1 + Float(Int.random(in: 0...3, using: &generator)) / 4
      let magnitude = Float(sign: .plus, exponent: Int.random(in: -3...3, using: &generator), significand: significand)
      return [magnitude, -magnitude, 0][Int.random(in: 0...2, using: &generator)]
    }
  }()

  private func expectSame(
    _ source: any TensorSource, as type: ElementType, _ comment: Comment, location: SourceLocation = #_sourceLocation
  ) throws {
    let reference = try convert(MemorySource("w", [8, 256], weights: Self.weights), ConversionOptions(type: type))
    let converted = try convert(source, ConversionOptions(type: type))
    #expect(converted.plan.tensors.map(\.target) == [type], comment, sourceLocation: location)
    #expect(converted.data == reference.data, comment, sourceLocation: location)
    #expect(converted.payload(0) == encoded(Self.weights, as: type), comment, sourceLocation: location)
  }

  @Test(
    "Safetensors of every float type",
    arguments: [ElementType.f32, .f16, .bf16, .f64, .f8_E4M3, .f8_E5M2], [ElementType.q8_0, .q4_K, .nf4, .f32])
  func safetensorsFiles(source: ElementType, target: ElementType) throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(
      name: "w", type: source, dimensions: [8, 256], payload: payload(of: Self.weights, as: source))
    let path = try folder.write("model.safetensors", safetensors([entry]))
    try expectSame(openCheckpoint(at: path), as: target, "seed 91")
  }

  @Test("GGUF of every float type that it has", arguments: [ElementType.f32, .f16, .bf16, .f64])
  func ggufFiles(source: ElementType) throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(
      name: "w", type: source, dimensions: [8, 256], payload: payload(of: Self.weights, as: source))
    let path = try folder.write("model.gguf", try gguf([entry]))
    try expectSame(openCheckpoint(at: path), as: .q4_0, "seed 91")
  }

  @Test("Raw fp32 in either byte order", arguments: [ByteOrder.little, .big])
  func raw(order: ByteOrder) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.f32", payload(of: Self.weights, as: .f32, order))
    let description = RawDescription(byteOrder: order, tensors: [.init(name: "w", dimensions: [8, 256])])
    try expectSame(openCheckpoint(at: path, raw: .description(description)), as: .tq2_0, "seed 91")
  }

  @Test("Big-endian numbers of every width", arguments: [ElementType.f64, .f32, .f16, .bf16, .f8_E4M3])
  func bigEndian(source: ElementType) throws {
    let entry = MemorySource.Entry(
      name: "w", type: source, dimensions: [8, 256], byteOrder: .big,
      payload: payload(of: Self.weights, as: source, .big))
    try expectSame(MemorySource([entry]), as: .q8_0, "seed 91")
  }

  @Test("F8_E8M0 has powers of two")
  func powersOfTwo() throws {
    let weights = (0..<64).map { Float(sign: .plus, exponent: $0 - 32, significand: 1) }
    let entry = MemorySource.Entry(
      name: "w", type: .f8_E8M0, dimensions: [1, 64], payload: payload(of: weights, as: .f8_E8M0))
    let converted = try convert(MemorySource([entry]), ConversionOptions(type: .f32))
    #expect(decoded(converted.payload(0), of: .f32) == weights)
  }

  @Test("Shards are one source, in the order of the files")
  func shards() throws {
    let folder = try TemporaryFolder()
    for (number, name) in ["b", "a"].enumerated() {
      let entry = MemorySource.Entry(
        name: name, type: .f32, dimensions: [4, 256],
        payload: payload(of: Array(Self.weights[(number * 1024)..<(number * 1024 + 1024)]), as: .f32))
      try folder.write("model-0000\(number + 1)-of-00002.safetensors", safetensors([entry]))
    }
    let source = try openCheckpoint(at: folder.path)
    let converted = try convert(source, ConversionOptions(type: .q8_0))
    #expect(converted.plan.tensors.map(\.name) == ["b", "a"])
    #expect(Array(converted.data.prefix(2 * 1088)) == encoded(Self.weights, as: .q8_0), "seed 91")
    #expect(
      converted.plan.metadata["swift_gguf.source.names"]
        == .array(GGUFArray(["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"])))
  }

  @Test("A compressed source gives the same file, to the byte", arguments: ["safetensors", "gguf"])
  func compressedSource(format: String) throws {
    let entry = MemorySource.Entry(
      name: "w", type: .f32, dimensions: [8, 256], payload: payload(of: Self.weights, as: .f32))
    let bytes = format == "gguf" ? try gguf([entry]) : safetensors([entry])
    let folder = try TemporaryFolder()
    let plain = try openCheckpoint(at: folder.write("m.\(format)", bytes))
    let expected = try convert(plain, ConversionOptions(type: .q4_K)).bytes
    for (name, file) in [("one", compressed(bytes)), ("many", frames(bytes, of: 1000).flatMap(\.self))] {
      try folder.makeFolder(name)
      let source = try openCheckpoint(at: folder.write("\(name)/m.\(format).zst", file))
      #expect(try convert(source, ConversionOptions(type: .q4_K)).bytes == expected)
    }
  }

  @Test("The parts of a split GGUF file become one file")
  func split() throws {
    let source = try openCheckpoint(at: Repository.path("samples/valid/split/model-00002-of-00003.gguf"))
    let converted = try convert(source, ConversionOptions(type: .f32))
    #expect(converted.plan.tensors.map(\.name) == ["blk.0.attn_q.weight", "blk.0.attn_q.bias", "output.weight"])
    #expect(converted.plan.metadata.string("general.name") == "a model in three files")
    #expect(!converted.plan.metadata.entries.contains { $0.key.hasPrefix("split.") })
    for (number, tensor) in source.tensors.enumerated() {
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = bytes.mutableSpan
      try source.read(tensor, from: 0, into: &span)
      #expect(converted.payload(number) == bytes)
    }
  }

  @Test(
    "The blocks of a quantized source are copied", arguments: [ElementType.q8_0, .q4_K, .nf4, .q6_K, .q8_1, .mxfp4])
  func copies(_ type: ElementType) throws {
    var generator = SeededGenerator(seed: 92)
    var blocks = generator.bytes(8 * 256 / type.blockLength * type.blockBytes)
    if type.codec != nil { blocks = encoded(Self.weights, as: type) }
    var options = ConversionOptions(type: .q4_0)
    options.rules = [.init(type: type) { _ in true }]
    let converted = try convert(MemorySource("w", type, [8, 256], payload: blocks), options)
    #expect(converted.payload(0) == blocks, "seeds 91 and 92")
    #expect(converted.outcome.measurements == [nil])
  }

  @Test("Quantizing again starts from what the blocks decode to", arguments: [ElementType.q8_0, .nf4, .tq1_0])
  func requantized(_ type: ElementType) throws {
    let blocks = encoded(WeightDistribution.gaussian.weights(4 * 256, seed: 93), as: type)
    var options = ConversionOptions(type: .q4_0)
    options.allowsRequantizing = true
    let converted = try convert(MemorySource("w", type, [4, 256], payload: blocks), options)
    #expect(converted.payload(0) == encoded(decoded(blocks, of: type), as: .q4_0), "seed 93")
  }

  @Test("Big-endian GGUF: floats and integers as in the little-endian file, blocks refused")
  func bigEndianGGUF() throws {
    let little = try openCheckpoint(at: Repository.path("samples/valid/v3-little.gguf"))
    let big = try openCheckpoint(at: Repository.path("samples/valid/v3-big.gguf"))
    var options = ConversionOptions(type: .f32)
    let quantized = Set(little.tensors.filter { $0.elementType.kind == .quantized }.map(\.name))
    options.excludes = { quantized.contains($0) }
    let (first, second) = (try convert(little, options), try convert(big, options))
    #expect(first.plan.tensors.count >= 6 && !quantized.isEmpty)
    #expect(first.data == second.data)
    let reason = refusal { _ = try convert(big, ConversionOptions(type: .f32)) } as? ConversionError
    guard case .byteOrderNotSupported? = reason else {
      Issue.record("\(String(describing: reason))")
      return
    }
  }
}
