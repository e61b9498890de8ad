import Checkpoints
@testable import Conversion
import Kernels
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing
import Verification

/// What is kept of products while chunks come in any order.
@Suite("Products of many chunks")
struct ProductLedgerTests {
  /// Several chunks: rows of 65,536 weights, four a chunk.
  private let columns = 1 << 16
  private let rows = 11

  @Test("The figures are those of the chunks in their order, however they come")
  func order() throws {
    let weights = WeightDistribution.gaussian.weights(rows * columns, seed: 451)
    let blocks = encoded(weights, as: .q4_0)
    let x = WeightDistribution.gaussian.weights(2 * columns, seed: 452)
    let plan = VerificationPlan(
      file: MemorySource("w", .q4_0, [rows, columns], payload: blocks),
      source: MemorySource("w", [rows, columns], weights: weights), options: VerificationOptions())
    let chunks = ChunkList(plan.pairs.map(\.file.shape))
    #expect(chunks.count == 3)
    let activations = try CalibrationActivations(
      MemorySource("w", [2, columns], weights: x), path: "x.safetensors", for: plan)
    var found: [ProductLoss] = []
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
      let ledger = ProductLedger(activations, plan, .fastest)
      var buffers = ProductMeasure.Buffers()
      #expect(ledger.losses == [nil])
      for number in order {
        let chunk = chunks[number]
        try ledger.measure(
          chunk, weights: weights.span.extracting(chunk.elements),
          blocks: blocks.span.extracting(chunk.bytes(of: .q4_0)), with: &buffers)
      }
      found.append(try #require(ledger.losses[0]))
    }
    #expect(found[0] == found[1] && found[1] == found[2], "seeds 451 and 452")
    #expect(found[0].count == rows * 2)
    // The whole tensor at once: the same but for the last digits.
    let made = ProductMeasure(activations: x.span, columns: columns, type: .q4_0)
    var buffers = ProductMeasure.Buffers()
    let measure = try #require(made)
    let whole = measure.measure(weights: weights.span, blocks: blocks.span, with: &buffers)
    #expect(abs(whole.relativeRMSE - found[0].relativeRMSE) < 1e-12 * whole.relativeRMSE)
    // 22 products are few for a mean.
    #expect((0.02..<0.3).contains(whole.relativeRMSE))
  }

  @Test("Tensors without activations are left alone")
  func without() throws {
    let entries = ["a", "b"].map { MemorySource.Entry(name: $0, type: .f32, dimensions: [1, 4]) }
    let plan = VerificationPlan(
      file: MemorySource(entries), source: MemorySource(entries), options: VerificationOptions())
    let activations = try CalibrationActivations(
      MemorySource("b", [1, 4], weights: [1, 2, 3, 4]), path: "x.safetensors", for: plan)
    let ledger = ProductLedger(activations, plan, .generic)
    let chunks = ChunkList(plan.pairs.map(\.file.shape))
    var buffers = ProductMeasure.Buffers()
    let (weights, bytes): ([Float], [UInt8]) = ([1, 1, 1, 1], payload(of: [1, 1, 1, 1], as: .f32))
    for number in 0..<chunks.count {
      try ledger.measure(chunks[number], weights: weights.span, blocks: bytes.span, with: &buffers)
    }
    #expect(ledger.losses[0] == nil)
    #expect(ledger.losses[1]?.count == 1)
    #expect(ledger.losses[1]?.relativeRMSE == 0)
    #expect(ledger.products == [nil, VerificationReport.Product(samples: 1, relativeRMSE: 0, weightsOnly: 0)])
  }

  @Test("Activations that are not finite are named when they are read", arguments: [Float.nan, .infinity])
  func notFinite(_ value: Float) throws {
    let plan = VerificationPlan(
      file: MemorySource("w", [1, 4]), source: MemorySource("w", [1, 4]), options: VerificationOptions())
    let activations = try CalibrationActivations(
      MemorySource("w", [2, 4], weights: [1, 2, 3, 4, 5, 6, value, 8]), path: "x.safetensors", for: plan)
    let ledger = ProductLedger(activations, plan, .generic)
    let weights: [Float] = [1, 1, 1, 1]
    let bytes = payload(of: weights, as: .f32)
    let chunk = ChunkList(plan.pairs.map(\.file.shape))[0]
    var buffers = ProductMeasure.Buffers()
    let found: Outcome<CalibrationError> = outcome {
      try ledger.measure(chunk, weights: weights.span, blocks: bytes.span, with: &buffers)
    }
    let name = value.isNaN ? "NaN" : "an infinity"
    #expect(found == .breaks(.notFinite(tensor: "w", value: name, sample: 1, column: 2)))
  }

  @Test("Activations of every type that a checkpoint has them in", arguments: [ElementType.f32, .f16, .bf16])
  func types(_ type: ElementType) throws {
    let plan = VerificationPlan(
      file: MemorySource("w", [1, 4]), source: MemorySource("w", [1, 4]), options: VerificationOptions())
    let source = MemorySource("w", type, [2, 4], payload: payload(of: [1, 2, 3, 4, 0, 0, 0, 2], as: type))
    let activations = try CalibrationActivations(source, path: "x.safetensors", for: plan)
    let measure = try #require(try activations.measure(ofPair: 0, type: .f32, kernels: .fastest))
    var buffers = ProductMeasure.Buffers()
    // Exact: 10 and 2; found: 11 and 2.
    let (weights, bytes): ([Float], [UInt8]) = ([1, 1, 1, 1], payload(of: [2, 1, 1, 1], as: .f32))
    let loss = measure.measure(weights: weights.span, blocks: bytes.span, with: &buffers)
    #expect(loss.weightsOnly == (1.0 / 104).squareRoot())
  }
}
