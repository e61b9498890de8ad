import Checkpoints
import Conversion
import FileAccess
import GGUF
import MemoryCheckpoints
import Safetensors
import Synchronization
import TensorCore
import TestSupport
import Testing

/// What a conversion writes.
@Suite("A conversion")
struct ConverterTests {
  /// Two chunks and a little: the second begins at row 1,024.
  private static let twoChunks = [1_026, 256]

  @Test("The output is the header and what the codec makes of each tensor", arguments: encodedTypes)
  func output(_ type: ElementType) throws {
    let path = Repository.path("samples/valid/tiny-f32.safetensors")
    let source = try openCheckpoint(at: path)
    var options = ConversionOptions(type: type)
    // The large tensors take their time in a debug build.
    options.excludes = { $0.contains("mlp") || $0.contains("embed") }
    let converted = try convert(source, options)

    var tensors: [GGUFLayout.Tensor] = []
    var payloads: [[UInt8]] = []
    for tensor in source.tensors where !options.excludes(tensor.name) {
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = bytes.mutableSpan
      try source.read(tensor, from: 0, into: &span)
      let target = expectedType(of: tensor, type)
      tensors.append(GGUFLayout.Tensor(name: tensor.name, elementType: target, shape: tensor.shape))
      payloads.append(tensor.elementType == .f32 ? encoded(decoded(bytes, of: .f32), as: target) : bytes)
    }
    #expect(tensors.contains { $0.elementType == type } && tensors.count >= 8)
    var keys: [(String, GGUFValue)] = [
      ("general.architecture", .string("unknown")), ("general.quantization_version", .uint32(2)),
    ]
    if let number = type.traits.fileType { keys.append(("general.file_type", .uint32(number))) }
    keys.append(("general.alignment", .uint32(32)))
    keys.append(("swift_gguf.source.names", .array(GGUFArray(["tiny-f32.safetensors"]))))
    keys.append(("swift_gguf.source.sizes", .array(GGUFArray([UInt64(source.files[0].size)]))))

    let layout = try GGUFLayout(metadata: metadata(keys), tensors: tensors)
    var expected = layout.header
    for (payload, place) in zip(payloads, layout.places) {
      #expect(expected.count == place.offset)
      expected += payload + Array(repeating: 0, count: place.padding)
    }
    #expect(converted.bytes.count == layout.fileSize)
    #expect(zip(converted.bytes, expected).enumerated().first { $1.0 != $1.1 }?.offset == nil)
  }

  /// The rules of this sample, written again.
  private func expectedType(of tensor: TensorDescription, _ type: ElementType) -> ElementType {
    if tensor.elementType == .i64 { return .i64 }
    let divides = tensor.shape.rowLength % type.blockLength == 0
    return tensor.shape.dimensions.count > 1 && divides && !tensor.name.contains("norm") ? type : .f32
  }

  @Test("Bytes and figures do not depend on the number of threads", arguments: encodedTypes)
  func threads(_ type: ElementType) throws {
    let source = MemorySource(
      (0..<20).map { index in
        let weights = WeightDistribution.heavyTails.weights(512, seed: UInt64(800 + index))
        return .init(name: "t\(index)", type: .f32, dimensions: [2, 256], payload: payload(of: weights, as: .f32))
      })
    let one = try convert(source, ConversionOptions(type: type), threads: 1)
    for threads in [2, 3, 64] {
      let many = try convert(source, ConversionOptions(type: type), threads: threads)
      #expect(many.bytes == one.bytes, "\(threads) threads, seeds 800 to 819")
      #expect(many.outcome.measurements == one.outcome.measurements, "\(threads) threads, seeds 800 to 819")
    }
    #expect(one.outcome.measurements.allSatisfy { $0?.loss.sums.count == 512 })
  }

  @Test("Nor do they in a tensor of several chunks")
  func chunks() throws {
    // Too large for bfloat16's eight bits, so that every weight loses something.
    let weights = (0..<(1_026 * 256)).map { Float($0 % 2_048) + 256.25 }
    let source = MemorySource("w", .f32, Self.twoChunks, payload: payload(of: weights, as: .f32))
    let one = try convert(source, ConversionOptions(type: .bf16), threads: 1)
    let three = try convert(source, ConversionOptions(type: .bf16), threads: 3)
    #expect(one.payload(0) == encoded(weights, as: .bf16))
    #expect(three.bytes == one.bytes)
    #expect(three.outcome.measurements == one.outcome.measurements)
    #expect(one.outcome.measurements[0]?.loss.sums.count == 1_026 * 256)
    #expect(one.outcome.measurements[0]?.loss.sums.relativeRMSE ?? 0 > 0.0005)
  }

  @Test("What a tensor lost is what its blocks decode to")
  func figures() throws {
    let weights = WeightDistribution.gaussian.weights(4 * 256, seed: 82)
    let converted = try convert(MemorySource("w", [4, 256], weights: weights), ConversionOptions(type: .q4_K))
    let values = decoded(converted.payload(0), of: .q4_K)
    var squared = 0.0
    for (weight, value) in zip(weights, values) {
      squared += (Double(value) - Double(weight)) * (Double(value) - Double(weight))
    }
    let sums = try #require(converted.outcome.measurements[0]).loss.sums
    #expect(abs(sums.squaredError - squared) <= 1e-13 * squared, "seed 82")
    #expect(sums.maximumError == zip(weights, values).map { abs(Double($1) - Double($0)) }.max())
    #expect(converted.outcome.replaced == [0])
  }

  @Test(
    "Without measuring the bytes are the same, and there are no figures", arguments: [ElementType.q8_0, .q4_K, .bf16])
  func unmeasured(_ type: ElementType) throws {
    let source = MemorySource("w", [4, 256], weights: WeightDistribution.gaussian.weights(4 * 256, seed: 83))
    let (plain, measured) = (
      try convert(source, ConversionOptions(type: type), measures: false),
      try convert(source, ConversionOptions(type: type))
    )
    #expect(plain.bytes == measured.bytes, "seed 83")
    #expect(plain.outcome.measurements == [nil])
    #expect(!plain.outcome.isMeasured && measured.outcome.isMeasured)
    #expect(measured.outcome.measurements[0]?.loss.sums.count == 4 * 256)
  }

  @Test("Progress adds up to the source's bytes, each chunk under its tensor's name")
  func progress() throws {
    let folder = try TemporaryFolder()
    let source = MemorySource([
      .init(name: "a", type: .f16, dimensions: Self.twoChunks, payload: Array(repeating: 0, count: 2 * 1_026 * 256)),
      .init(name: "b", type: .i8, dimensions: [5], payload: [1, 2, 3, 4, 5]),
    ])
    let plan = try ConversionPlan(source: source, name: "source", options: ConversionOptions(type: .f16))
    let converter = Converter(plan: plan, source: source, sourceName: "source", threads: 2)
    let writer = try AtomicFileWriter(path: folder.file("out"), size: plan.layout.fileSize, replaces: false)
    let calls = Mutex<[String: [Int]]>([:])
    _ = try converter.run(
      into: writer, progress: { bytes, name in calls.withLock { $0[name, default: []].append(bytes) } })
    let seen = calls.withLock { $0.mapValues { $0.sorted() } }
    #expect(seen == ["a": [2 * 2 * 256, 2 << 18], "b": [5]])
    #expect(converter.workBytes == 2 * 1_026 * 256 + 5)
  }

  @Test("Scalars, one element, and rows of every kind are written whole")
  func smallTensors() throws {
    let source = MemorySource([
      .init(name: "scalar", type: .f32, dimensions: [], payload: payload(of: [2.5], as: .f32)),
      .init(name: "one", type: .bf16, dimensions: [1, 1], payload: payload(of: [-3], as: .bf16)),
      .init(name: "bytes", type: .u8, dimensions: [3], payload: [0, 127, 255]),
    ])
    let converted = try convert(source, ConversionOptions(type: .f32))
    #expect(decoded(converted.payload(0), of: .f32) == [2.5])
    #expect(decoded(converted.payload(1), of: .f32) == [-3])
    #expect(converted.payload(2) == [0, 0, 127, 0, 255, 0])
    #expect(converted.bytes.count == converted.plan.layout.parts[0].header.count + 96)
  }
}
