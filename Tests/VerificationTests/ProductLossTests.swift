import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing
import Verification

@Suite("What products with activations lost")
struct ProductLossTests {
  static let types = ElementType.allCases.filter { $0.codec != nil && $0.activationForm != nil }

  @Test("By hand: one row of Q8_0, two vectors")
  func byHand() throws {
    // The source's row is 3, 0, ... 0, 127; the file's 4, 0, ... 0, 127, with a scale of 1.
    let weights: [Float] = [3] + [Float](repeating: 0, count: 30) + [127]
    let blocks: [UInt8] = [0x00, 0x3C, 4] + [UInt8](repeating: 0, count: 30) + [127]
    // The largest activation is 127, so that their scale is 1 too, and 0.4 becomes 0.
    let x: [Float] = [10, 0, 0.4] + [Float](repeating: 0, count: 28) + [127] + [127] + [Float](repeating: 0, count: 31)
    let loss = try measure(x, weights, blocks, columns: 32, .q8_0, .generic)
    #expect(loss.count == 2)
    #expect(loss.notFinite == 0)
    // Exact: 30 + 16129 and 381; computed: 40 + 16129 and 508.
    let (errors, squares): (Double, Double) = (10 * 10 + 127 * 127, 16_159 * 16_159 + 381 * 381)
    let expected = (errors / squares).squareRoot()
    #expect(loss.relativeRMSE == expected)
    #expect(loss.weightsOnly == expected)
  }

  @Test("What quantizing activations loses is not in the loss of the weights alone")
  func activationsCount() throws {
    let weights: [Float] = [Float](repeating: 1, count: 31) + [127]
    let blocks: [UInt8] = [0x00, 0x3C] + [UInt8](repeating: 1, count: 31) + [127]
    // 0.25 becomes 0, with a scale of 1.
    let x: [Float] = [Float](repeating: 0.25, count: 31) + [127]
    let loss = try measure(x, weights, blocks, columns: 32, .q8_0, .generic)
    #expect(loss.weightsOnly == 0)
    #expect(loss.relativeRMSE == 7.75 / (7.75 + 16_129))
  }

  @Test("Weights of F32 lose nothing, those of F16 what the halves lose")
  func floats() throws {
    let weights: [Float] = [1, 1.0001, -3, 0.1]
    let x: [Float] = [1, 2, 3, 0.3]
    var exact: [UInt8] = []
    for weight in weights { exact.append(number: weight.bitPattern) }
    let none = try measure(x, weights, exact, columns: 4, .f32, .generic)
    #expect(none.relativeRMSE == 0 && none.weightsOnly == 0 && none.count == 1)
    var halves: [UInt8] = []
    for weight in weights { halves.append(number: Binary16.bits(weight)) }
    let loss = try measure(x, weights, halves, columns: 4, .f16, .generic)
    let (h, t) = (Double(Binary16.value(Binary16.bits(0.1))), Double(Binary16.value(Binary16.bits(0.3))))
    let first = 1.0 + 2 - 9
    let product = 1 + Double(Float(1.0001)) * 2 - 9 + Double(Float(0.1)) * Double(Float(0.3))
    #expect(abs(loss.weightsOnly - abs(first + h * Double(Float(0.3)) - product) / abs(product)) < 1e-15)
    #expect(abs(loss.relativeRMSE - abs(first + h * t - product) / abs(product)) < 1e-15)
  }

  @Test("All sets of kernels give the same bits as the scalar code, however rows are shared out", arguments: types)
  func deterministic(_ type: ElementType) throws {
    let codec = try #require(type.codec)
    var random = SeededGenerator(seed: 441)
    let (columns, rows, samples) = (type.blockLength == 1 ? 77 : 768, 13, 3)
    let x = WeightDistribution.gaussian.weights(samples * columns, seed: random.next())
    let weights = WeightDistribution.gaussian.weights(rows * columns, seed: random.next())
    var blocks = [UInt8](repeating: 0, count: rows * columns / type.blockLength * type.blockBytes)
    var span = blocks.mutableSpan
    codec.encode(weights.span, into: &span, at: 0)
    let expected = try measure(x, weights, blocks, columns: columns, type, .scalar)
    #expect(expected.count == rows * samples)
    for set in KernelSet.supported {
      let found = try measure(x, weights, blocks, columns: columns, type, set)
      #expect(found == expected, "seed 441, \(set.name)")
    }
    // A row at a time; sums of sums may round otherwise, so that only the last digits may differ.
    var parts = ProductLoss()
    for row in 0..<rows {
      let bytes = blocks.count / rows
      parts.add(
        try measure(
          x, Array(weights[(row * columns)..<((row + 1) * columns)]),
          Array(blocks[(row * bytes)..<((row + 1) * bytes)]),
          columns: columns, type, .fastest))
    }
    #expect(parts.count == expected.count)
    #expect(abs(parts.relativeRMSE - expected.relativeRMSE) <= 1e-15 * expected.relativeRMSE, "seed 441")
    #expect(abs(parts.weightsOnly - expected.weightsOnly) <= 1e-15 * expected.weightsOnly, "seed 441")
  }

  @Test("The finer the type, the less is lost; what is lost is near what the weights lost")
  func ordinary() throws {
    let (columns, rows) = (1024, 16)
    let x = WeightDistribution.gaussian.weights(4 * columns, seed: 442)
    let weights = WeightDistribution.gaussian.weights(rows * columns, seed: 443)
    var before = 0.0
    // The relative error of the products of independent Gaussian numbers is that of the weights.
    for (type, range) in [
      (ElementType.q8_0, 0.003..<0.02), (.q6_K, 0.01..<0.04), (.q4_0, 0.06..<0.14), (.q2_K, 0.2..<0.5),
    ] {
      let codec = try #require(type.codec)
      var blocks = [UInt8](repeating: 0, count: rows * columns / type.blockLength * type.blockBytes)
      var span = blocks.mutableSpan
      codec.encode(weights.span, into: &span, at: 0)
      let loss = try measure(x, weights, blocks, columns: columns, type, .fastest)
      #expect(loss.weightsOnly > before, "seeds 442 and 443, \(type)")
      #expect(range.contains(loss.relativeRMSE), "seeds 442 and 443, \(type): \(loss.relativeRMSE)")
      before = loss.weightsOnly
    }
  }

  @Test("Products that are not finite are counted and left out")
  func notFinite() throws {
    let ones = [Float](repeating: 1, count: 64)
    let good: [UInt8] = [0x00, 0x3C] + [UInt8](repeating: 1, count: 32)
    let bad: [UInt8] = [0x00, 0x7E] + [UInt8](repeating: 1, count: 32)
    let loss = try measure([Float](repeating: 127, count: 32), ones, bad + good, columns: 32, .q8_0, .generic)
    #expect(loss.count == 1 && loss.notFinite == 1)
    #expect(loss.relativeRMSE == 0)
    // A scale of activations that overflows its half.
    let huge = try measure([Float](repeating: 1e30, count: 32), ones, good + good, columns: 32, .q8_0, .generic)
    #expect(huge.count == 0 && huge.notFinite == 2)
    #expect(huge.relativeRMSE == 0)
  }

  @Test("Products that should be zero and are not are infinitely wrong")
  func zeros() throws {
    let block: [UInt8] = [0x00, 0x3C] + [UInt8](repeating: 1, count: 32)
    let x = [Float](repeating: 1, count: 32)
    let loss = try measure(x, [Float](repeating: 0, count: 32), block, columns: 32, .q8_0, .generic)
    #expect(loss.relativeRMSE == .infinity)
  }

  @Test("Types that no engine multiplies, and rows that are no whole blocks, are not measured")
  func refused() {
    let x = [Float](repeating: 1, count: 64)
    let cases = [(64, ElementType.i8), (64, .f64), (64, .q4_K), (16, .q8_0), (0, .f32), (48, .f32), (64, .iq2_xs)]
    for (columns, type) in cases {
      let measure = ProductMeasure(activations: x.span, columns: columns, type: type)
      #expect(measure == nil, "\(columns), \(type)")
    }
    let nothing: [Float] = []
    let measure = ProductMeasure(activations: nothing.span, columns: 64, type: .f32)
    #expect(measure == nil)
  }

  @Test("Buffers may be used for one tensor after another")
  func buffers() throws {
    var buffers = ProductMeasure.Buffers()
    let (wide, narrow) = ([Float](repeating: 1, count: 512), [Float](repeating: 1, count: 32))
    let first = ProductMeasure(activations: wide.span, columns: 512, type: .q8_0)
    let second = ProductMeasure(activations: narrow.span, columns: 32, type: .q8_0)
    // A scale that is NaN, of which nothing may be left.
    let bad = (0..<16).flatMap { _ in [0x00, 0x7E] + [UInt8](repeating: 1, count: 32) }
    let good: [UInt8] = [0x00, 0x3C] + [UInt8](repeating: 1, count: 32)
    let (measureWide, measureNarrow) = (try #require(first), try #require(second))
    let spoiled = measureWide.measure(weights: wide.span, blocks: bad.span, with: &buffers)
    #expect(spoiled.notFinite == 1)
    let loss = measureNarrow.measure(weights: narrow.span, blocks: good.span, with: &buffers)
    #expect(loss.count == 1 && loss.notFinite == 0 && loss.weightsOnly == 0)
  }

  @Test("Figures are numpy's", arguments: types)
  func golden(_ type: ElementType) throws {
    let golden = try GoldenProducts()
    #expect(golden.lines(of: type).count >= 16)
    for line in golden.lines(of: type) {
      let sample = try golden.sample(type, line.distribution)
      for set in KernelSet.all {
        let loss = try measure(
          golden.activations, sample.weights, sample.blocks, columns: GoldenProducts.columns, type, set)
        #expect(loss.notFinite == 0 && loss.count == 7 * 5)
        let place = "\(line.distribution), \(set.name)"
        #expect(abs(loss.relativeRMSE - line.relativeRMSE) <= 1e-12 * line.relativeRMSE, "\(place)")
        #expect(abs(loss.weightsOnly - line.weightsOnly) <= 1e-12 * line.weightsOnly, "\(place)")
      }
    }
  }

  private func measure(
    _ activations: [Float], _ weights: [Float], _ blocks: [UInt8], columns: Int, _ type: ElementType, _ set: KernelSet
  ) throws -> ProductLoss {
    let made = ProductMeasure(activations: activations.span, columns: columns, type: type, kernels: set)
    let measure = try #require(made)
    var buffers = ProductMeasure.Buffers()
    return measure.measure(weights: weights.span, blocks: blocks.span, with: &buffers)
  }
}
