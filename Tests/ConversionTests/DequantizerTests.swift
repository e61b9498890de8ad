import Checkpoints
import Conversion
import FileAccess
import Kernels
import MemoryCheckpoints
import Safetensors
import TensorCore
import TestSupport
import Testing

@Suite("A dequantization")
struct DequantizerTests {
  private static let seed: UInt64 = 623

  /// The payloads of the tensors that it writes, read again, by name; with what was replaced.
  private func dequantize(
    _ source: any TensorSource, _ options: DequantizationOptions = .init(), threads: Int = 2,
    kernels: KernelSet = .fastest
  ) throws -> (payloads: [String: [UInt8]], source: any TensorSource, replaced: [Int]) {
    let folder = try TemporaryFolder()
    let plan = try DequantizationPlan(
      source: source, name: "source", fileName: "model.safetensors", options: options)
    var writers: [AtomicFileWriter] = []
    for file in plan.layout.files {
      writers.append(
        try AtomicFileWriter(path: folder.file(file.name), size: file.layout.fileSize, replaces: false))
    }
    let replaced = try Dequantizer(
      plan: plan, source: source, sourceName: "source", policy: options.nonFinite, threads: threads, kernels: kernels
    ).run(into: writers)
    try AtomicFileWriter.commit(writers)
    if let index = plan.layout.index { try folder.write(index.name, index.bytes) }
    let result = try openCheckpoint(at: folder.path)
    var payloads: [String: [UInt8]] = [:]
    for tensor in result.tensors {
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = bytes.mutableSpan
      try result.read(tensor, from: 0, into: &span)
      payloads[tensor.name] = bytes
    }
    return (payloads, result, replaced)
  }

  /// Weights of every order of magnitude that halves have, and of both signs.
  private static func weights(_ count: Int) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in random.gaussian() }
  }

  @Test(
    "The weights are those of the decoder, rounded to the type that is asked for",
    arguments: encodedTypes, DequantizationOptions.types)
  func roundTrip(_ type: ElementType, _ target: ElementType) throws {
    let blocks = encoded(Self.weights(3 * 1024), as: type)
    let source = MemorySource("w", type, [3, 1024], payload: blocks)
    var options = DequantizationOptions()
    options.type = target
    let (payloads, result, replaced) = try dequantize(source, options)
    #expect(payloads["w"] == payload(of: decoded(blocks, of: type), as: target), "seed \(Self.seed)")
    #expect(result.tensors.map(\.elementType) == [target])
    #expect(result.tensors.map(\.shape) == [shape([3, 1024])])
    #expect(replaced == [0])
  }

  @Test("The bytes do not depend on threads, kernels, and the size of the files")
  func isDeterministic() throws {
    // Several chunks, and rows that are longer than one.
    let source = MemorySource([
      .init(name: "a", type: .q4_K, dimensions: [2, 1 << 18], payload: encoded(Self.weights(1 << 19), as: .q4_K)),
      .init(name: "b", type: .q8_0, dimensions: [1, 1 << 19], payload: encoded(Self.weights(1 << 19), as: .q8_0)),
    ])
    let first = try dequantize(source, threads: 1).payloads
    #expect(first["a"]?.count == 1 << 21 && first["b"]?.count == 1 << 21)
    #expect(try dequantize(source, threads: 3).payloads == first, "seed \(Self.seed)")
    #expect(try dequantize(source, kernels: .scalar).payloads == first, "seed \(Self.seed)")
    var options = DequantizationOptions()
    options.maximumShardSize = 1 << 21
    let sharded = try dequantize(source, options)
    #expect(sharded.payloads == first && sharded.source.files.count == 2, "seed \(Self.seed)")
  }

  @Test("Integers, scalars and tensors without elements stay what they are")
  func others() throws {
    let ones = [UInt8](repeating: 255, count: 16)
    let source = MemorySource([
      .init(name: "u64", type: .u64, dimensions: [2], payload: ones),
      .init(name: "bool", type: .bool, dimensions: [2, 1], payload: [0, 1]),
      .init(name: "u8", type: .u8, dimensions: [4, 4], payload: ones),
      .init(name: "big", type: .i16, dimensions: [2], byteOrder: .big, payload: [0, 1, 0, 2]),
      .init(name: "scalar", type: .f16, dimensions: [], payload: payload(of: [1.5], as: .f16)),
      .init(name: "empty", type: .f32, dimensions: [0, 3], payload: []),
    ])
    let (payloads, result, _) = try dequantize(source)
    #expect(payloads["u64"] == ones && payloads["bool"] == [0, 1] && payloads["u8"] == ones)
    #expect(payloads["big"] == [1, 0, 2, 0])
    #expect(payloads["scalar"] == payload(of: [1.5], as: .f32) && payloads["empty"] == [])
    let types = Dictionary(uniqueKeysWithValues: result.tensors.map { ($0.name, $0.elementType) })
    #expect(types == ["u64": .u64, "bool": .bool, "u8": .u8, "big": .i16, "scalar": .f32, "empty": .f32])
    #expect(result.tensors.first { $0.name == "scalar" }?.shape.dimensions == [])
    #expect(result.tensors.first { $0.name == "empty" }?.shape.dimensions == [0, 3])
  }

  @Test("A weight that a half does not hold is refused with its place, or clamped")
  func overflow() throws {
    var weights = Self.weights(64)
    weights[40] = -70_000
    let source = MemorySource("w", [2, 32], weights: weights)
    var options = DequantizationOptions()
    options.type = .f16
    let reason = refusal { _ = try dequantize(source, options) }
    #expect(
      reason as? ConversionError == .outOfRange(tensor: "w", type: .f16, row: 1, columns: 8..<9, magnitude: 70_000))
    #expect(reason.map { "\($0)" }?.contains("choose another with --type") == true)
    options.nonFinite = .clamp
    let (payloads, _, replaced) = try dequantize(source, options)
    weights[40] = -65_504
    #expect(payloads["w"] == payload(of: weights, as: .f16) && replaced == [1])
    options.type = .bf16
    #expect(try dequantize(source, options).replaced == [0])
  }

  @Test("A scale that is not finite is found in the weights that it makes")
  func nonFinite() throws {
    var blocks = encoded(Self.weights(96), as: .q8_0)
    // The second block's scale becomes infinite; its codes are not all zero.
    blocks[34 + 1] = 0x7C
    blocks[34] = 0
    let source = MemorySource("w", .q8_0, [3, 32], payload: blocks)
    let reason = refusal { _ = try dequantize(source) } as? ConversionError
    guard case .notFinite("w", _, 1, _)? = reason else {
      Issue.record("\(String(describing: reason))")
      return
    }
    var options = DequantizationOptions()
    options.nonFinite = .zero
    let result = try dequantize(source, options)
    let expected = decoded(blocks, of: .q8_0).map { $0.isFinite ? $0 : 0 }
    #expect(result.payloads["w"] == payload(of: expected, as: .f32) && result.replaced == [32])
  }

  @Test("What a conversion has made of weights is what its file decodes to")
  func afterConversion() throws {
    let source = MemorySource("w", [4, 512], weights: Self.weights(2048))
    let folder = try TemporaryFolder()
    let converted = try convert(source, ConversionOptions(type: .q5_K))
    let file = try openCheckpoint(at: try folder.write("w.gguf", converted.bytes))
    let blocks = encoded(Self.weights(2048), as: .q5_K)
    #expect(try dequantize(file).payloads["w"] == payload(of: decoded(blocks, of: .q5_K), as: .f32))
  }
}
