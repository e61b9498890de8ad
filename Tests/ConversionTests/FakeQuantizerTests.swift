import Checkpoints
import Conversion
import FileAccess
import Kernels
import MemoryCheckpoints
import Quantization
import Safetensors
import TensorCore
import TestSupport
import Testing

@Suite("A fake quantization")
struct FakeQuantizerTests {
  private static let seed: UInt64 = 811

  private struct Output {
    let tensors: [TensorDescription]
    let metadata: [(key: String, value: String)]
    let payloads: [String: [UInt8]]
    let outcome: Converter.Outcome
  }

  /// What is written, read again.
  private func fakeQuantize(
    _ source: any TensorSource, _ options: FakeQuantizationOptions, threads: Int = 2, kernels: KernelSet = .fastest
  ) throws -> Output {
    let folder = try TemporaryFolder()
    let plan = try FakeQuantizationPlan(
      source: source, name: "source", fileName: "model.safetensors", options: options)
    var writers: [AtomicFileWriter] = []
    for file in plan.layout.files {
      writers.append(
        try AtomicFileWriter(path: folder.file(file.name), size: file.layout.fileSize, replaces: false))
    }
    let outcome = try FakeQuantizer(
      plan: plan, source: source, sourceName: "source", policy: options.conversion.nonFinite, threads: threads,
      kernels: kernels
    ).run(into: writers)
    try AtomicFileWriter.commit(writers)
    if let index = plan.layout.index { try folder.write(index.name, index.bytes) }
    let result = try openCheckpoint(at: folder.path)
    return Output(
      tensors: result.tensors, metadata: (result as? SafetensorsFile)?.metadata ?? [],
      payloads: try payloads(result), outcome: outcome)
  }

  private func payloads(_ source: any TensorSource) throws -> [String: [UInt8]] {
    var payloads: [String: [UInt8]] = [:]
    for tensor in source.tensors {
      var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = bytes.mutableSpan
      try source.read(tensor, from: 0, into: &span)
      payloads[tensor.name] = bytes
    }
    return payloads
  }

  private static func weights(_ count: Int, seed: UInt64 = seed) -> [Float] {
    WeightDistribution.gaussian.weights(count, seed: seed)
  }

  @Test("Weights of F32 are, bit for bit, what the file decodes to that a conversion writes", arguments: encodedTypes)
  func isConversionAndBack(_ type: ElementType) throws {
    let source = MemorySource([
      .init(name: "a.weight", type: .f32, dimensions: [6, 512], payload: payload(of: Self.weights(3072), as: .f32)),
      .init(name: "norm.weight", type: .f32, dimensions: [2, 512], payload: payload(of: Self.weights(1024), as: .f32)),
      .init(name: "bias", type: .f32, dimensions: [512], payload: payload(of: Self.weights(512), as: .f32)),
      .init(name: "odd.weight", type: .f32, dimensions: [3, 7], payload: payload(of: Self.weights(21), as: .f32)),
    ])
    let folder = try TemporaryFolder()
    let converted = try convert(source, ConversionOptions(type: type))
    let file = try openCheckpoint(at: try folder.write("model.gguf", converted.bytes))
    var expected: [String: [UInt8]] = [:]
    for tensor in file.tensors {
      let bytes = try payloads(file)[tensor.name] ?? []
      expected[tensor.name] = payload(of: decoded(bytes, of: tensor.elementType), as: .f32)
    }
    let output = try fakeQuantize(source, .init(type: type))
    #expect(output.payloads == expected, "seed \(Self.seed)")
    #expect(output.tensors.map(\.name) == source.tensors.map(\.name))
    #expect(output.tensors.map(\.shape) == source.tensors.map(\.shape))
    // What was lost is the same, too.
    #expect(output.outcome.measurements[0]?.loss.sums == converted.outcome.measurements[0]?.loss.sums)
    if type != .f32 && type.kind == .quantized {
      #expect(output.payloads["a.weight"] != payload(of: Self.weights(3072), as: .f32))
    }
  }

  @Test("Weights of a narrower dtype are rounded to it once more", arguments: [ElementType.f16, .bf16])
  func rounding(_ dtype: ElementType) throws {
    let bytes = payload(of: Self.weights(2048), as: dtype)
    let source = MemorySource("w", dtype, [4, 512], payload: bytes)
    let output = try fakeQuantize(source, .init(type: .q4_K))
    let blocks = encoded(decoded(bytes, of: dtype), as: .q4_K)
    let expected = payload(of: decoded(blocks, of: .q4_K), as: dtype)
    #expect(output.payloads["w"] == expected && output.tensors[0].elementType == dtype, "seed \(Self.seed)")
    // The figures are of what was written.
    let sums = try #require(output.outcome.measurements[0]?.loss.sums)
    let worst = zip(decoded(bytes, of: dtype), decoded(expected, of: dtype)).map { abs(Double($0) - Double($1)) }.max()
    #expect(sums.maximumError == worst)
  }

  @Test("Bytes and figures do not depend on threads and kernels, nor on the size of the files")
  func isDeterministic() throws {
    // Several chunks, and rows that are longer than one.
    let source = MemorySource([
      .init(name: "a", type: .f32, dimensions: [2, 1 << 18], payload: payload(of: Self.weights(1 << 19), as: .f32)),
      .init(name: "b", type: .bf16, dimensions: [1, 1 << 19], payload: payload(of: Self.weights(1 << 19), as: .bf16)),
      .init(name: "c", type: .bf16, dimensions: [1 << 10], payload: payload(of: Self.weights(1 << 10), as: .bf16)),
    ])
    var options = FakeQuantizationOptions(type: .q8_0)
    let first = try fakeQuantize(source, options, threads: 1)
    for kernels in KernelSet.all {
      let other = try fakeQuantize(source, options, threads: 3, kernels: kernels)
      #expect(other.payloads == first.payloads, "seed \(Self.seed), \(kernels.name)")
      #expect(
        other.outcome.measurements.map { $0?.loss.sums } == first.outcome.measurements.map { $0?.loss.sums },
        "\(kernels.name)")
    }
    options.maximumShardSize = 1 << 20
    #expect(try fakeQuantize(source, options).payloads == first.payloads)
  }

  @Test("What no conversion would quantize keeps its bytes, and so does what the user names")
  func unchanged() throws {
    let random = Self.weights(64)
    let nan: [Float] = [.nan, -.infinity] + Self.weights(62)
    let entries: [MemorySource.Entry] = [
      .init(name: "u8", type: .u8, dimensions: [2, 32], payload: Array(0..<64)),
      .init(name: "f4", type: .f4, dimensions: [3, 2], payload: [1, 2, 3]),
      .init(name: "bias", type: .bf16, dimensions: [64], payload: payload(of: random, as: .bf16)),
      .init(name: "ln_norm.weight", type: .f16, dimensions: [2, 32], payload: payload(of: random, as: .f16)),
      .init(name: "scalar", type: .f32, dimensions: [], payload: payload(of: [-0.0], as: .f32)),
      .init(name: "empty", type: .f32, dimensions: [0, 32], payload: []),
      .init(name: "f64.bias", type: .f64, dimensions: [2], payload: payload(of: [0x1p-149, 2], as: .f64)),
      .init(name: "mask", type: .f32, dimensions: [2, 32], payload: payload(of: nan, as: .f32)),
    ]
    let source = MemorySource(entries)
    var options = FakeQuantizationOptions(type: .q4_0)
    options.keeps = { $0 == "mask" }
    let output = try fakeQuantize(source, options)
    for entry in entries { #expect(output.payloads[entry.name] == entry.payload, "\(entry.name)") }
    #expect(output.outcome.measurements.allSatisfy { $0 == nil })
    #expect(output.outcome.replaced.allSatisfy { $0 == 0 })
    let types = Dictionary(uniqueKeysWithValues: output.tensors.map { ($0.name, $0.elementType) })
    #expect(types == Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.type) }))
  }

  @Test("Reasons are those of a conversion, and a rule gives a tensor another type")
  func plan() throws {
    let source = MemorySource([
      .init(name: "a", type: .f32, dimensions: [2, 64]), .init(name: "b", type: .f32, dimensions: [2, 64]),
      .init(name: "bias", type: .f32, dimensions: [64]), .init(name: "x_norm.w", type: .f32, dimensions: [2, 64]),
      .init(name: "odd", type: .f32, dimensions: [2, 33]), .init(name: "i", type: .i64, dimensions: [2, 64]),
      .init(name: "kept", type: .f32, dimensions: [2, 64]), .init(name: "none", type: .f32, dimensions: [0]),
      .init(name: "c64", type: .c64, dimensions: [2]),
    ])
    var options = FakeQuantizationOptions(type: .q4_0)
    options.conversion.rules = [.init(type: .q8_0) { $0 == "b" || $0 == "bias" }]
    options.keeps = { $0 == "kept" }
    let plan = try FakeQuantizationPlan(source: source, name: "s", fileName: "o.safetensors", options: options)
    #expect(plan.tensors.map(\.through) == [.q4_0, .q8_0, .q8_0, nil, nil, nil, nil, nil, nil])
    #expect(
      plan.tensors.map(\.kept) == [
        nil, nil, nil, .rule(.norm), .rule(.rowsDoNotDivide(into: .q4_0)), .rule(.integers), .named, .empty, .packed,
      ])
  }

  @Test("Metadata stays as it is")
  func metadata() throws {
    let folder = try TemporaryFolder()
    let metadata = [("b", "2"), ("format", "pt"), ("a", "\u{1F600}\n")]
    let layout = try SafetensorsLayout(
      metadata: metadata, tensors: [.init(name: "w", elementType: .f32, shape: shape([1, 32]))])
    let bytes = layout.header + payload(of: Self.weights(32), as: .f32)
    let source = try openCheckpoint(at: try folder.write("m.safetensors", bytes))
    let output = try fakeQuantize(source, .init(type: .q8_0))
    #expect(output.metadata.map(\.key) == metadata.map(\.0) && output.metadata.map(\.value) == metadata.map(\.1))
    let none = try SafetensorsLayout(
      metadata: [], tensors: [.init(name: "w", elementType: .f32, shape: shape([1, 32]))])
    let bare = try openCheckpoint(
      at: try folder.write("n.safetensors", none.header + payload(of: Self.weights(32), as: .f32)))
    #expect(try fakeQuantize(bare, .init(type: .q8_0)).metadata.isEmpty)
  }

  @Test("What is not finite stops it with its place, or is replaced, in tensors that stay as they are too")
  func nonFinite() throws {
    var weights = Self.weights(64)
    weights[40] = .infinity
    for (name, dimensions) in [("w", [2, 32]), ("bias", [64])] {
      let source = MemorySource(name, dimensions, weights: weights)
      var options = FakeQuantizationOptions(type: .q8_0)
      let row = dimensions.count == 1 ? 0 : 1
      #expect(
        refusal { _ = try fakeQuantize(source, options) } as? ConversionError
          == .notFinite(tensor: name, value: "+infinity", row: row, column: 40 - 32 * row))
      options.conversion.nonFinite = .zero
      let output = try fakeQuantize(source, options)
      var expected = weights
      expected[40] = 0
      if row == 1 { expected = decoded(encoded(expected, as: .q8_0), of: .q8_0) }
      #expect(output.payloads[name] == payload(of: expected, as: .f32) && output.outcome.replaced == [1])
    }
  }

  @Test("A weight that decodes to more than its dtype holds is refused, or clamped")
  func beyondTheDtype() throws {
    let weights: [Float] = (0..<32).map { $0 == 3 ? 65_504 : $0 == 9 ? -65_408 : 0 }
    let source = MemorySource("w", .f16, [1, 32], payload: payload(of: weights, as: .f16))
    var options = FakeQuantizationOptions(type: .bf16)
    // BF16 rounds 65504 to 65536.
    #expect(
      refusal { _ = try fakeQuantize(source, options) } as? ConversionError
        == .outOfRange(tensor: "w", type: .f16, row: 0, columns: 3..<4, magnitude: 65_504))
    options.conversion.nonFinite = .clamp
    let output = try fakeQuantize(source, options)
    #expect(decoded(try #require(output.payloads["w"]), of: .f16)[3] == 65_504)
  }

  @Test("A scale that overflows is refused with the block's place")
  func scaleOverflow() throws {
    var weights = Self.weights(64)
    weights[33] = 1e6
    let source = MemorySource("w", [2, 32], weights: weights)
    #expect(
      refusal { _ = try fakeQuantize(source, .init(type: .q4_0)) } as? ConversionError
        == .outOfRange(tensor: "w", type: .q4_0, row: 1, columns: 0..<32, magnitude: 1e6))
  }

  @Test("Blocks, and dtypes that nothing is rounded to, are refused")
  func refusals() throws {
    func reason(_ type: ElementType) -> ConversionError? {
      let source = MemorySource("w", type, [2, 32], payload: nil)
      return refusal {
        _ = try FakeQuantizationPlan(
          source: source, name: "s", fileName: "o.safetensors", options: .init(type: .q4_0))
      } as? ConversionError
    }
    #expect(reason(.q8_0) == .blocksNotInSafetensors(tensor: "w", type: .q8_0))
    #expect(reason(.f64) == .roundingNotSupported(tensor: "w", type: .f64))
    #expect(reason(.f8_E4M3) == .roundingNotSupported(tensor: "w", type: .f8_E4M3))
    #expect(reason(.f8_E4M3).map { "\($0)" }?.contains("--keep") == true)
  }

  @Test("Weights in memory become the same with every set of kernels", arguments: encodedTypes)
  func spans(_ type: ElementType) throws {
    let weights = Self.weights(2048)
    let expected = decoded(encoded(weights, as: type), of: type)
    for kernels in KernelSet.all {
      var changed = weights
      var span = changed.mutableSpan
      try #require(FakeQuantization(type: type, kernels: kernels)).apply(to: &span)
      #expect(changed.map(\.bitPattern) == expected.map(\.bitPattern), "seed \(Self.seed), \(kernels.name)")
    }
    #expect(FakeQuantization(type: .f64) == nil)
  }

  @Test(
    "Weights in memory that have no blocks are refused with every set of kernels", arguments: KernelSet.all.map(\.name))
  func refusedSpans(_ kernels: String) throws {
    let set = try #require(KernelSet.named(kernels))
    let quantization = try #require(FakeQuantization(type: .q4_0, kernels: set))
    func refusal(_ weights: [Float]) -> FakeQuantizationError? {
      var changed = weights
      var error: FakeQuantizationError?
      do throws(FakeQuantizationError) {
        var span = changed.mutableSpan
        try quantization.apply(to: &span)
      } catch let caught {
        error = caught
      }
      #expect(changed.map(\.bitPattern) == weights.map(\.bitPattern))
      return error
    }
    #expect(refusal([1]) == .blocksNotWhole(count: 1, blockLength: 32))
    #expect(refusal(Self.weights(32) + [Float](repeating: .nan, count: 32)) == .notFinite(index: 32))
    #expect(refusal(Self.weights(32) + [Float](repeating: 1e6, count: 32)) == .outOfRange(weights: 32..<64))
  }
}
