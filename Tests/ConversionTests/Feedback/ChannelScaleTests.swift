import Checkpoints
import GGUF
import Hessians
import Kernels
import MemoryCheckpoints
import Quantization
import TensorCore
import TestSupport
import Testing

@testable import Conversion

/// Scales of channels that norms make up for (AWQ).
@Suite("Scales of channels")
struct ChannelScaleTests {
  @Test("A scaled model is the same model: norm / s, and columns x s, exactly")
  func scaledSource() throws {
    let (norm, weights): ([Float], [Float]) = ([1, 2, 0.5, 3], [1, -2, 3, 4, 5, 6, 7, -8])
    let base = MemorySource([
      .init(name: "blk.0.attn_norm.weight", type: .f32, dimensions: [4], payload: payload(of: norm, as: .f32)),
      .init(name: "blk.0.attn_q.weight", type: .bf16, dimensions: [2, 4], payload: payload(of: weights, as: .bf16)),
      .init(name: "output.weight", type: .f16, dimensions: [1, 2], payload: payload(of: [1, 2], as: .f16)),
    ])
    var scales = ChannelScales()
    scales.add(.init(norm: "blk.0.attn_norm.weight", readers: ["blk.0.attn_q.weight"]), [2, 0.5, 1, 1.5])
    let source = ScaledSource(base, scales)
    #expect(source.tensors.map(\.elementType) == [.f32, .f32, .f16])
    #expect(source.tensors.map(\.byteCount) == [16, 32, 4])
    #expect(try floats(source, 0) == [0.5, 4, 0.5, 2])
    #expect(try floats(source, 1) == [2, -1, 3, 6, 10, 3, 7, -12])
    // Any bytes of it.
    let whole = try bytes(source, 1, 0..<32)
    for start in 0..<32 {
      for end in (start + 1)...32 { #expect(try bytes(source, 1, start..<end) == Array(whole[start..<end])) }
    }
    #expect(try bytes(source, 2, 0..<4) == bytes(base, 2, 0..<4))
  }

  @Test("Norms and their readers are found by name; of other architectures, and with a bias, there are none")
  func groups() {
    func groups(_ names: [String], _ architecture: String = "llama") -> [String: [String]] {
      let source = MemorySource(
        names.map { .init(name: $0, type: .f32, dimensions: $0.contains("norm") ? [32] : [4, 32]) })
      return ChannelScales.groups(of: source, architecture: architecture).reduce(into: [:]) { $0[$1.norm] = $1.readers }
    }
    let names = [
      "blk.0.attn_k.weight", "blk.0.attn_norm.weight", "blk.0.attn_output.weight", "blk.0.attn_q.weight",
      "blk.0.ffn_norm.weight", "blk.0.ffn_up.weight", "blk.0.ffn_gate_inp.weight", "blk.1.attn_norm.weight",
      "blk.1.ffn_down.weight", "output_norm.weight", "output.weight",
    ]
    #expect(
      groups(names) == [
        "blk.0.attn_norm.weight": ["blk.0.attn_q.weight", "blk.0.attn_k.weight"],
        "blk.0.ffn_norm.weight": ["blk.0.ffn_up.weight", "blk.0.ffn_gate_inp.weight"],
      ])
    #expect(groups(names, "gptneox").isEmpty)
    #expect(groups(names + ["blk.0.attn_norm.bias"]).keys.sorted() == ["blk.0.ffn_norm.weight"])
  }

  @Test("Scales are powers of what goes through a channel, of eight bits, around 1")
  func powers() {
    var hessian = [Float](repeating: 0, count: 25)
    for (channel, square) in [Float(16), 1, 0.0625, 0, 9].enumerated() { hessian[channel * 6] = square }
    let norm: [Float] = [1, 1, 1, 1, 0]
    #expect(ChannelScaleSearch.scales(hessian, norm, exponent: 0) == [1, 1, 1, 1, 1])
    // Nothing goes through channel 3, and the norm makes channel 4 zero.
    #expect(ChannelScaleSearch.scales(hessian, norm, exponent: 1) == [4, 1, 0.25, 1, 1])
    #expect(ChannelScaleSearch.scales(hessian, norm, exponent: 0.5) == [2, 1, 0.5, 1, 1])
    for step in 0...20 {
      for scale in ChannelScaleSearch.scales(hessian, norm, exponent: Float(step) / 20) {
        #expect(scale.bitPattern & 0xFFFF == 0 && scale > 0)
      }
    }
  }

  @Test("Channels that much goes through are scaled where that leaves less error, and a file's norms say by what")
  func search() throws {
    let n = 64
    let model = try Model(columns: n, seed: 451)
    let plan = try ConversionPlan(source: model.source, name: "model", options: model.options)
    let scales = try ChannelScaleSearch(plan: plan, source: model.source, sourceName: "model").run()
    try #require(scales.count == 1, "seed 451")
    let found = try #require(scales.scales(of: "blk.0.attn_norm.weight")).values
    #expect(found[3] == found.max() && found[3] > 1, "seed 451: \(found.prefix(8))")

    let without = try model.convert(model.source, model.options)
    var options = model.options
    options.channelScales = scales
    let scaled = ScaledSource(model.source, scales)
    let with = try model.convert(scaled, options)
    #expect(with.error < without.error, "seed 451: \(with.error), without \(without.error)")

    // The file says that it was done, and its norm says how much.
    let recovered = try #require(try ChannelScales(of: with.file, madeOf: model.source))
    #expect(recovered.scales(of: "blk.0.attn_q.weight")?.values == found)
    #expect(try ChannelScales(of: without.file, madeOf: model.source) == nil)
    let verifier = Verifier(
      plan: VerificationPlan(file: with.file, source: scaled, options: VerificationOptions()), file: with.file,
      source: scaled, options: VerificationOptions(), threads: 1)
    #expect(try verifier.run().findings.isEmpty)
  }

  private func floats(_ source: any TensorSource, _ tensor: Int) throws -> [Float] {
    let bytes = try bytes(source, tensor, 0..<source.tensors[tensor].byteCount)
    return stride(from: 0, to: bytes.count, by: 4).map { Float(bitPattern: bytes.span.load(UInt32.self, at: $0)) }
  }

  private func bytes(_ source: any TensorSource, _ tensor: Int, _ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var span = bytes.mutableSpan
    try source.read(source.tensors[tensor], from: range.lowerBound, into: &span)
    return bytes
  }
}

/// A model of one layer, of whose channels the fourth has much more than others going through it.
private struct Model {
  let folder: TemporaryFolder
  let source: GGUFFile
  let options: ConversionOptions

  init(columns n: Int, seed: UInt64) throws {
    folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: seed)
    let norm = (0..<n).map { _ in 1 + generator.gaussian() / 8 }
    let weights = WeightDistribution.gaussian.weights(32 * n, seed: seed &+ 1)
    let entries: [MemorySource.Entry] = [
      .init(name: "blk.0.attn_norm.weight", type: .f32, dimensions: [n], payload: payload(of: norm, as: .f32)),
      .init(name: "blk.0.attn_q.weight", type: .f32, dimensions: [32, n], payload: payload(of: weights, as: .f32)),
    ]
    let described = metadata([("general.architecture", .string("llama"))])
    source = try GGUFFile(path: try folder.write("in.gguf", try gguf(metadata: described, entries)))
    var hessian = SecondMoments.random(columns: n, samples: 500, seed: seed &+ 2)
    for j in 0..<n {
      hessian[3 * n + j] *= 30
      hessian[j * n + 3] *= 30
    }
    let name = "blk.0.attn_q.weight"
    let entry = MemorySource.Entry(name: name, type: .f32, dimensions: [n, n], payload: payload(of: hessian, as: .f32))
    let path = try folder.write("h.safetensors", safetensors([entry]))
    var options = ConversionOptions(type: .q4_0)
    options.usesArchitecture = true
    options.isPure = true
    options.hessians = try HessianFile(path: path)
    self.options = options
  }

  /// A file of it, and what is left of the layer's output.
  func convert(_ source: any TensorSource, _ options: ConversionOptions) throws -> (file: GGUFFile, error: Double) {
    let converted = try ConversionTests.convert(source, options)
    let name = options.channelScales == nil ? "plain.gguf" : "scaled.gguf"
    let error = try #require(converted.outcome.outputs.compactMap(\.self).first).error
    return (try GGUFFile(path: try folder.write(name, converted.bytes)), error)
  }
}
