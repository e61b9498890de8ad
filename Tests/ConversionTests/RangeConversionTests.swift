import Conversion
import GGUF
import MemoryCheckpoints
import Quantization
import TensorCore
import TestSupport
import Testing
import Verification

@Suite("Conversions by ranges of weights")
struct RangeConversionTests {
  /// Rows that end within tiles.
  private static let (rows, columns) = (48, 768)

  private static func options(_ type: ElementType, _ method: QuantizationMethod) -> ConversionOptions {
    var options = ConversionOptions(type: type)
    options.method = method
    return options
  }

  private static func percentile(_ value: Float) throws -> QuantizationMethod {
    .range(.percentile(try #require(Percentile(value))))
  }

  @Test(
    "Every row is encoded as a whole, and --exact finds the same bytes again", arguments: [ElementType.q4_0, .q4_K],
    RangeMethod.all)
  func rowsOfChunks(_ type: ElementType, _ method: RangeMethod) throws {
    let weights = WeightDistribution.heavyTails.weights(Self.rows * Self.columns, seed: 421)
    let source = MemorySource("w", [Self.rows, Self.columns], weights: weights)
    let options = Self.options(type, .range(method.selection))
    let converted = try convert(source, options, threads: 3)
    var bytes = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
    var span = bytes.mutableSpan
    type.rangeCodec?.encode(weights.span, columns: Self.columns, by: method.selection, into: &span)
    #expect(converted.payload(0) == bytes, "seed 421")
    #expect(try convert(source, options, threads: 1, measures: false).bytes == converted.bytes)

    let folder = try TemporaryFolder()
    let file = try GGUFFile(path: try folder.write("out.gguf", converted.bytes))
    var asked = VerificationOptions()
    asked.checks.isExact = true
    let plan = VerificationPlan(file: file, source: source, options: asked)
    let outcome = try Verifier(plan: plan, file: file, source: source, options: asked, threads: 2).run()
    #expect(outcome.findings == [] && outcome.exact == [true])
    #expect(outcome.measurements == converted.outcome.measurements)
  }

  @Test("The file names the method, and the percentile of the one that has one")
  func metadata() throws {
    for (method, name, percentile) in [
      (.range(.minMax), "minmax", nil), (.range(.leastError), "mse", nil), (.range(.entropy), "entropy", nil),
      (.range(.percentile(.usual)), "percentile", 99.9), (try Self.percentile(75), "percentile", 75),
    ] as [(QuantizationMethod, String, Float?)] {
      let plan = try ConversionPlan(
        source: MemorySource("w", [2, 32]), name: "source", options: Self.options(.q8_0, method))
      #expect(plan.metadata["quantize.method"] == .string(name))
      #expect(plan.metadata["quantize.percentile"] == percentile.map { .float32($0) })
    }
  }

  @Test("A file that is quantized again does not keep the percentile")
  func percentileIsNotInherited() throws {
    let folder = try TemporaryFolder()
    let weights = WeightDistribution.gaussian.weights(2 * 256, seed: 422)
    let converted = try convert(
      MemorySource("w", [2, 256], weights: weights), Self.options(.q8_0, Self.percentile(98)))
    let file = try GGUFFile(path: try folder.write("a.gguf", converted.bytes))
    var options = Self.options(.q4_0, .range(.minMax))
    options.allowsRequantizing = true
    let plan = try ConversionPlan(source: file, name: "a", options: options)
    #expect(plan.metadata["quantize.method"] == .string("minmax"))
    #expect(plan.metadata["quantize.percentile"] == nil)
  }

  @Test("Rows that no thread sees as a whole are refused where the method reads rows", arguments: RangeMethod.all)
  func longRows(_ method: RangeMethod) throws {
    let columns = 1 << 18
    func reason(_ columns: Int, _ type: ElementType) -> ConversionError? {
      refusal {
        _ = try ConversionPlan(
          source: MemorySource("w", [2, columns]), name: "source",
          options: Self.options(type, .range(method.selection)))
      } as? ConversionError
    }
    #expect(reason(columns, .q4_K) == nil)
    #expect(reason(columns + 256, .tq1_0) == nil)
    #expect(
      reason(columns + 256, .q4_K)
        == (method.selection.readsRows
          ? .rowTooLongForMethod(tensor: "w", method: method.selection.name, columns: columns + 256, limit: columns)
          : nil))
  }

  @Test("Clamping leaves what the method holds", arguments: [ElementType.q4_0, .q5_0, .q8_0, .q6_K], RangeMethod.all)
  func clamp(_ type: ElementType, _ method: RangeMethod) throws {
    let largest = try #require(type.rangeCodec?.largestOfRange)
    var weights = WeightDistribution.uniform.weights(2 * 256, seed: 423)
    for index in 0..<weights.count where index % 3 == 0 { weights[index] = index % 2 == 0 ? .infinity : -1e30 }
    var options = Self.options(type, .range(method.selection))
    options.nonFinite = .clamp
    let converted = try convert(MemorySource("w", [2, 256], weights: weights), options)
    let decoded = decoded(converted.payload(0), of: type)
    #expect(decoded.allSatisfy { abs($0) <= largest * 1.02 } && abs(decoded[0]) >= largest * 0.98, "seed 423")
  }

  @Test("Nothing is taken over from a conversion with another percentile")
  func resume() throws {
    for (percentile, isSame) in [(Float(99), true), (98, false)] {
      var place = try ResumeTests.Place()
      place.options.method = try Self.percentile(99)
      try place.interrupt(before: 3)
      place.options.method = try Self.percentile(percentile)
      #expect(try (place.finish().found > 0) == isSame)
    }
  }
}

/// Named for what a failing test says.
struct RangeMethod: Sendable, CustomTestStringConvertible {
  let selection: RangeSelection

  static let all = [RangeSelection.minMax, .percentile(.usual), .leastError, .entropy].map(RangeMethod.init)

  var testDescription: String { selection.name }
}
