import Quantization
import TensorCore
import TestSupport
import Testing
import Verification

import Checkpoints
import MemoryCheckpoints
@testable import Conversion

@Suite("Verifying a file against its source")
struct VerifierTests {
  private static let weights = WeightDistribution.gaussian.weights(8 * 256, seed: 300)

  private func entry(
    _ name: String, _ type: ElementType, _ dimensions: [Int] = [8, 256], _ payload: [UInt8]? = nil
  ) -> MemorySource.Entry {
    .init(name: name, type: type, dimensions: dimensions, payload: payload ?? encoded(Self.weights, as: type))
  }

  private func verify(
    _ file: [MemorySource.Entry], against source: [MemorySource.Entry], threads: Int = 2,
    _ change: (inout VerificationOptions) -> Void = { _ in }
  ) throws -> (outcome: Verifier.Outcome, plan: VerificationPlan) {
    var options = VerificationOptions()
    change(&options)
    let (file, source) = (MemorySource(file), MemorySource(source))
    let plan = VerificationPlan(file: file, source: source, options: options)
    let verifier = Verifier(plan: plan, file: file, source: source, options: options, threads: threads)
    return (try verifier.run(), plan)
  }

  @Test("What a conversion measures, a verification finds again", arguments: encodedTypes)
  func likeConversion(_ type: ElementType) throws {
    let source = MemorySource("w", [8, 256], weights: Self.weights)
    let converted = try convert(source, ConversionOptions(type: type))
    let (outcome, _) = try verify(
      [entry("w", type, [8, 256], converted.payload(0))], against: [entry("w", .f32)]
    ) { $0.checks.isExact = true }
    #expect(outcome.measurements == converted.outcome.measurements, "seed 300")
    #expect(outcome.errors == converted.outcome.errors)
    #expect(outcome.findings == [] && outcome.exact == [true])
  }

  @Test("The figures do not depend on the number of threads, in a tensor of several chunks")
  func threads() throws {
    let dimensions = [2_050, 256]
    let weights = WeightDistribution.heavyTails.weights(2_050 * 256, seed: 301)
    let file = [entry("w", .q4_0, dimensions, encoded(weights, as: .q4_0))]
    let source = [entry("w", .f32, dimensions, encoded(weights, as: .f32))]
    let one = try verify(file, against: source, threads: 1).outcome
    let seven = try verify(file, against: source, threads: 7).outcome
    #expect(one.measurements == seven.measurements && one.errors == seven.errors, "seed 301")
    #expect(one.measurements[0]?.loss.sums.count == 2_050 * 256)
  }

  @Test("A row longer than a chunk is one row")
  func longRow() throws {
    let count = 3 * ChunkList.chunkElements
    var weights = [Float](repeating: 1, count: count)
    weights[count - 3] = 9
    let dimensions = [1, count]
    let (outcome, _) = try verify(
      [entry("w", .bf16, dimensions, encoded(weights.map { $0 * 1.25 }, as: .bf16))],
      against: [entry("w", .f32, dimensions, encoded(weights, as: .f32))])
    let loss = try #require(outcome.measurements[0]?.loss)
    #expect(loss.worstRow?.index == 0 && loss.worstRow?.relativeRMSE == 0.25)
    #expect(loss.maximum?.element == count - 3)
    #expect(outcome.measurements[0]?.rowsAreEqual == false)
  }

  @Test("Sources of every kind of float are compared by their values", arguments: [ElementType.f16, .bf16, .f64])
  func kinds(_ type: ElementType) throws {
    let (outcome, _) = try verify(
      [entry("w", .f16, [8, 256])], against: [entry("w", type, [8, 256], payload(of: Self.weights, as: type))])
    let sums = try #require(outcome.measurements[0]?.loss.sums)
    let original = decoded(payload(of: Self.weights, as: type), of: type)
    let values = decoded(encoded(Self.weights, as: .f16), of: .f16)
    #expect(sums.maximumError == zip(original, values).map { abs(Double($1) - Double($0)) }.max(), "seed 300")
  }

  // MARK: What does not match

  @Test("Tensors of one side only, and of another shape, are findings")
  func unmatched() throws {
    let (outcome, plan) = try verify(
      [entry("a", .q8_0), entry("extra", .f32), entry("turned", .f32, [256, 8])],
      against: [entry("lost", .f32), entry("a", .f32), entry("turned", .f32)])
    #expect(plan.pairs.map(\.file.name) == ["a"])
    #expect(outcome.findings.map(\.rule) == [.unexpectedTensor, .shape, .missingTensor])
    #expect(outcome.findings.map(\.tensor) == ["extra", "turned", "lost"])
    #expect(outcome.findings[1].message == "has the shape [256, 8], the source [8, 256]")
  }

  @Test("Names are mapped, and what is excluded is not missed")
  func names() throws {
    let (outcome, plan) = try verify(
      [entry("blk.0.w", .q8_0)], against: [entry("layers.0.w", .f32), entry("left.out", .f32)]
    ) { options in
      options.name = { $0.replacing("layers", with: "blk") }
      options.excludes = { $0 == "left.out" }
    }
    #expect(outcome.findings == [] && plan.pairs.map(\.source.name) == ["layers.0.w"])
  }

  @Test("Two tensors of the source with the same name in the file: one of them is missing")
  func nameTakenTwice() throws {
    let (outcome, _) = try verify([entry("w", .f32)], against: [entry("a", .f32), entry("b", .f32)]) { options in
      options.name = { _ in "w" }
    }
    #expect(outcome.findings.map(\.rule) == [.missingTensor])
  }

  @Test("A dimension of 1 in front, and scalars, do not make another shape")
  func ones() throws {
    let (outcome, plan) = try verify(
      [
        entry("a", .f32, [256], encoded(Array(Self.weights.prefix(256)), as: .f32)),
        entry("s", .f32, [1], encoded([2], as: .f32)),
      ],
      against: [
        entry("a", .f32, [1, 256], encoded(Array(Self.weights.prefix(256)), as: .f32)),
        entry("s", .f32, [], encoded([2], as: .f32)),
      ])
    #expect(outcome.findings == [] && plan.pairs.count == 2)
  }

  @Test("What cannot be decoded, and integers against floats, are findings")
  func notComparable() throws {
    let blocks = [UInt8](repeating: 0, count: 8 * 66)
    let (outcome, _) = try verify(
      [entry("iq", .iq2_xxs, [8, 256], blocks), entry("i", .i32, [2], [1, 0, 0, 0, 2, 0, 0, 0])],
      against: [entry("iq", .f32), entry("i", .f32, [2], encoded([1, 2], as: .f32))])
    #expect(outcome.findings.map(\.rule) == [.notComparable, .notComparable])
    #expect(outcome.findings.map(\.message) == ["IQ2_XXS cannot be decoded", "is I32, and the source F32"])
  }

  // MARK: Values

  @Test("Integers are compared as numbers, whatever their widths")
  func integers() throws {
    let narrow: [UInt8] = [1, 200, 3]
    func wide(_ values: [Int16]) -> [UInt8] {
      values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
    let good = try verify([entry("i", .i16, [3], wide([1, 200, 3]))], against: [entry("i", .u8, [3], narrow)])
    #expect(good.outcome.findings == [] && good.outcome.measurements.count == 1 && good.outcome.measurements[0] == nil)
    let bad = try verify([entry("i", .i16, [3], wide([1, -56, 4]))], against: [entry("i", .u8, [3], narrow)])
    let finding = try #require(bad.outcome.findings.first)
    #expect(finding.rule == .integers && finding.column == 1 && finding.offset == 2)
    #expect(finding.message == "2 integers are not the source's, the first in row 0, column 1 (offset 2)")
  }

  @Test("A scale that is not finite is found, with its block and offset; the others' figures stand")
  func notFinite() throws {
    var blocks = encoded(Self.weights, as: .q8_0)
    // The scale of block 19: infinity.
    (blocks[19 * 34], blocks[19 * 34 + 1]) = (0x00, 0x7C)
    let (outcome, _) = try verify([entry("w", .q8_0, [8, 256], blocks)], against: [entry("w", .f32)])
    let finding = try #require(outcome.findings.first)
    #expect(outcome.findings.count == 1)
    #expect(finding.rule == .notFinite && finding.row == 2 && finding.block == 19 && finding.offset == 19 * 34)
    #expect((finding.column ?? 0) / 32 == 3)
    #expect(outcome.measurements[0]?.loss.sums.isFinite == true)
    #expect(outcome.measurements[0]?.loss.sums.relativeRMSE ?? 1 < 0.01)
  }

  @Test("NaN in the source is a finding, unless the policy of the conversion is given")
  func sourceNotFinite() throws {
    var weights = Self.weights
    weights[700] = .nan
    let source = [entry("w", .f32, [8, 256], encoded(weights, as: .f32))]
    weights[700] = 0
    let file = [entry("w", .q4_0, [8, 256], encoded(weights, as: .q4_0))]
    let (outcome, _) = try verify(file, against: source)
    let finding = try #require(outcome.findings.first)
    #expect(outcome.findings.count == 1)
    #expect(finding.rule == .sourceNotFinite && finding.row == 2 && finding.column == 188)
    let zero = try verify(file, against: source) { options in
      options.checks.nonFinite = .zero
      options.checks.isExact = true
    }
    #expect(zero.outcome.findings == [] && zero.outcome.exact == [true])
  }

  // MARK: Bytes

  @Test("One changed bit is found by comparing bytes, in any type", arguments: encodedTypes)
  func exact(_ type: ElementType) throws {
    var generator = SeededGenerator(seed: 303)
    let right = encoded(Self.weights, as: type)
    for _ in 0..<8 {
      var wrong = right
      let place = Int.random(in: 0..<wrong.count, using: &generator)
      wrong[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      let (outcome, _) = try verify([entry("w", type, [8, 256], wrong)], against: [entry("w", .f32)]) {
        $0.checks.isExact = true
      }
      #expect(outcome.exact == [false], "seed 303")
      let finding = try #require(outcome.findings.first { $0.rule == .exact })
      #expect(finding.offset == place && finding.block == place / type.blockBytes)
    }
  }

  @Test("Of several differences the first is named, on any number of threads")
  func firstDifference() throws {
    let dimensions = [3_000, 256]
    let weights = WeightDistribution.gaussian.weights(3_000 * 256, seed: 304)
    var blocks = encoded(weights, as: .q8_0)
    for place in [700_001, 123_457, 123_456, 800_000] { blocks[place] ^= 0x10 }
    for threads in [1, 5] {
      let (outcome, _) = try verify(
        [entry("w", .q8_0, dimensions, blocks)], against: [entry("w", .f32, dimensions, encoded(weights, as: .f32))],
        threads: threads
      ) { $0.checks.isExact = true }
      #expect(outcome.findings.filter { $0.rule == .exact }.map(\.offset) == [123_456], "seed 304")
    }
  }

  @Test("Blocks that were copied are compared as they are; a type that nobody writes cannot be exact")
  func copied() throws {
    let blocks = encoded(Self.weights, as: .q6_K)
    let same = try verify([entry("w", .q6_K)], against: [entry("w", .q6_K, [8, 256], blocks)]) {
      $0.checks.isExact = true
    }
    #expect(same.outcome.exact == [true] && same.outcome.findings == [])
    let doubles = payload(of: Self.weights, as: .f64)
    let f64 = try verify([entry("w", .f64, [8, 256], doubles)], against: [entry("w", .f32)]) {
      $0.checks.isExact = true
    }
    #expect(f64.outcome.exact == [nil])
    #expect(f64.outcome.findings.map(\.rule) == [.exact])
  }

  // MARK: Bounds

  @Test("A weight that its block's scale does not explain is found without quantizing again", arguments: encodedTypes)
  func bounds(_ type: ElementType) throws {
    var weights = Self.weights
    let file = [entry("w", type)]
    let good = try verify(file, against: [entry("w", .f32)]).outcome
    #expect(good.findings == [], "seed 300")
    // A weight of the source that is another now: no code is near it, and in the ternary types not even its sign is right.
    let place = 5 * 256 + 77
    weights[place] = weights[place] < 0 ? 0.99 : -0.99
    let source = [entry("w", .f32, [8, 256], payload(of: weights, as: .f32))]
    let finding = try #require(try verify(file, against: source).outcome.findings.first)
    #expect(finding.rule == .bound && finding.row == 5, "seed 300")
    #expect(finding.block == place / type.blockLength)
    #expect(finding.offset == place / type.blockLength * type.blockBytes)
    #expect(try verify(file, against: source) { $0.checks.checksBounds = false }.outcome.findings == [])
  }

  @Test("A weight beyond its bound is found beside one that is not finite")
  func besideNonFinite() throws {
    var weights = Self.weights
    (weights[10], weights[300]) = (.nan, 0.99)
    let (outcome, _) = try verify(
      [entry("w", .q8_0)], against: [entry("w", .f32, [8, 256], payload(of: weights, as: .f32))])
    #expect(outcome.findings.map(\.rule) == [.sourceNotFinite, .bound], "seed 300")
    #expect(outcome.findings.map(\.row) == [0, 1] && outcome.findings.map(\.column) == [10, 44])
  }

  @Test("Several blocks beyond their bounds are one finding, on any number of threads")
  func manyBounds() throws {
    let dimensions = [3_000, 256]
    let weights = WeightDistribution.gaussian.weights(3_000 * 256, seed: 305)
    var other = weights
    for block in [4_001, 4_000, 9_000, 20_000] { other[block * 32 + 3] += 1 }
    for threads in [1, 5] {
      let (outcome, _) = try verify(
        [entry("w", .q8_0, dimensions, encoded(weights, as: .q8_0))],
        against: [entry("w", .f32, dimensions, encoded(other, as: .f32))], threads: threads)
      #expect(outcome.findings.map(\.block) == [4_000], "seed 305")
      #expect(
        outcome.findings.first?.message.hasPrefix("4 blocks have lost more than Q8_0 can lose, the first in row 500, ")
          == true)
    }
  }

  @Test("A file that was made through F16 is exact, and within its bounds, if that is said")
  func intermediate() throws {
    // Too long for half precision.
    let source = [entry("w", .f32)]
    let halves = decoded(encoded(Self.weights, as: .f16), of: .f16)
    let file = [
      entry("w", .q4_K, [8, 256], encoded(halves, as: .q4_K)), entry("f", .f32, [8, 256], encoded(halves, as: .f32)),
    ]
    let sources = source + [entry("f", .f32)]
    let plain = try verify(file, against: sources) { $0.checks.isExact = true }.outcome
    #expect(plain.exact == [false, false], "seed 300")
    #expect(plain.findings.contains { $0.rule == .bound && $0.tensor == "f" })
    let said = try verify(file, against: sources) { options in
      options.checks.isExact = true
      options.checks.intermediate = .f16
    }.outcome
    #expect(said.exact == [true, true] && said.findings == [])
    // What was lost is lost of the source all the same.
    #expect(said.measurements == plain.measurements)
  }

  @Test("A file that ends early is an error of its own")
  func short() throws {
    #expect(throws: StreamFailure.self) {
      let source = FailingSource(MemorySource("w", [8, 256], weights: Self.weights))
      let plan = VerificationPlan(file: source, source: source, options: VerificationOptions())
      _ = try Verifier(plan: plan, file: source, source: source, options: VerificationOptions(), threads: 2).run()
    }
  }
}

/// A checkpoint whose files cannot be read.
private struct FailingSource: TensorSource {
  let tensors: [TensorDescription]
  let files: [SourceFile]
  let formatName = "memory"

  init(_ source: MemorySource) { (tensors, files) = (source.tensors, source.files) }

  func read(_ tensor: TensorDescription, from start: Int, into buffer: inout MutableSpan<UInt8>) throws(SourceError) {
    throw .file(FileError(path: "folder/memory.bin", operation: .read, reason: "ends early"))
  }
}
