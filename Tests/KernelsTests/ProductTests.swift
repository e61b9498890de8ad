import KernelComparison
import Kernels
import Quantization
import TensorCore
import TestSupport
import Testing

/// The kernels of every set that this processor runs multiply to the bits that the scalar code gives.
@Suite("Products of kernels are those of the scalar code")
struct ProductTests {
  static let integerTypes = ElementType.allCases.filter { $0.integerCoded != nil }

  @Test("Every set takes the same types apart as the scalar code", arguments: KernelSet.supported.map(\.name))
  func isComplete(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    for type in KernelUnderTest.types {
      #expect(set.kernel(for: type)?.unpacks == Self.integerTypes.contains(type), "\(type)")
    }
  }

  @Test("Blocks of any bytes are taken apart alike, with zeros behind them", arguments: integerTypes)
  func unpacking(_ type: ElementType) throws {
    let coded = try #require(type.integerCoded)
    var random = SeededGenerator(seed: 431)
    for count in 0...40 {
      let blocks = random.bytes(count * type.blockBytes)
      let expected = Apart(scalar: coded, blocks)
      for kernel in KernelUnderTest.all(of: type) {
        var row = IntegerRow()
        // What another tensor left is gone.
        let before = random.bytes(type.blockBytes * (count + 1))
        kernel.kernel.unpack(before.span, into: &row)
        kernel.kernel.unpack(blocks.span, into: &row)
        #expect(Apart(row) == expected, "seed 431, \(kernel), \(count) blocks")
      }
    }
  }

  @Test("Products of integers, of blocks of ordinary weights and of any bytes", arguments: integerTypes)
  func integers(_ type: ElementType) throws {
    let (coded, codec) = (try #require(type.integerCoded), try #require(type.codec))
    var random = SeededGenerator(seed: 432)
    let unit = max(type.blockLength, coded.activationType.blockLength)
    for count in [1, 2, 3, 7, 8, 9, 16, 17, 33] {
      let columns = count * unit
      for samples in 1...3 {
        let x = KernelWeights.gaussian.weights(samples * columns, seed: random.next())
        let weights = WeightDistribution.gaussian.weights(columns, seed: random.next())
        let anyBytes = random.bytes(columns / type.blockLength * type.blockBytes)
        for blocks in [Scalar.blocks(codec, of: weights), anyBytes] {
          let difference = Self.difference(type, coded, blocks, x, columns: columns, samples: samples)
          #expect(difference == nil, "seed 432, \(columns) columns, \(samples) vectors")
        }
      }
    }
  }

  /// Where the largest sums are: every code -128 or 127 on both sides.
  @Test("Products of the largest integers do not overflow", arguments: [UInt8(0x80), 0x7F, 0xFF, 0x00])
  func extremes(_ byte: UInt8) throws {
    for type in Self.integerTypes {
      let coded = try #require(type.integerCoded)
      // A scale of 1 wherever there may be one.
      var block = [UInt8](repeating: byte, count: type.blockBytes)
      if type == .q8_0 { (block[0], block[1]) = (0x00, 0x3C) }
      let blocks = Array(repeatElement(block, count: 1024 / type.blockLength).joined())
      for sign in [Float(1), -1] {
        let x = [Float](repeating: sign * 1000, count: 1024)
        let difference = Self.difference(type, coded, blocks, x, columns: 1024, samples: 1)
        #expect(difference == nil, "\(type)")
      }
    }
  }

  /// The first product that is not the scalar code's.
  private static func difference(
    _ type: ElementType, _ coded: any IntegerCoded.Type, _ blocks: [UInt8], _ x: [Float], columns: Int, samples: Int
  ) -> String? {
    guard let activations = QuantizedActivations(x.span, columns: columns, type: coded.activationType) else {
      return "no activations"
    }
    for kernel in KernelUnderTest.all(of: type) {
      guard let set = KernelSet.named(kernel.set) else { return "no set" }
      var row = IntegerRow()
      kernel.kernel.unpack(blocks.span, into: &row)
      var products = [Double](repeating: 12_345, count: samples)
      let (codes, scales, sums) = (activations.codes.span, activations.scales.span, activations.sums.span)
      var span = products.mutableSpan
      set.multiply(row, codes: codes, scales: scales, sums: sums, into: &span)
      for sample in 0..<samples {
        let expected = RowProduct.integers(blocks.span, of: coded, activations, sample: sample)
        if products[sample].bitPattern == expected.bitPattern || products[sample].isNaN && expected.isNaN { continue }
        return "\(kernel), vector \(sample): \(products[sample]), expected \(expected)"
      }
    }
    return nil
  }

  @Test("Products of floats, in rows of every length", arguments: KernelSet.supported.map(\.name))
  func floats(_ name: String) throws {
    let set = try #require(KernelSet.named(name))
    for kind in KernelWeights.allCases {
      for columns in Array(1...50) + [255, 256, 257, 1_000] {
        let samples = 1 + columns % 5
        let stride = (columns + 15) / 16 * 16
        let weights = kind.weights(columns, seed: 433)
        var activations = [Double](repeating: 0, count: samples * stride)
        let vectors = (0..<samples).map { KernelWeights.gaussianOfAllScales.weights(columns, seed: 434 + UInt64($0)) }
        for (sample, x) in vectors.enumerated() {
          for i in 0..<columns { activations[sample * stride + i] = Double(x[i]) }
        }
        var products = [Double](repeating: 12_345, count: samples)
        var span = products.mutableSpan
        set.multiply(weights.span, activations.span, into: &span)
        for (sample, x) in vectors.enumerated() {
          let expected = RowProduct.floats(weights.span, x.span)
          #expect(products[sample].bitPattern == expected.bitPattern, "\(kind), \(columns) columns, vector \(sample)")
        }
      }
    }
  }

  @Test("Only the buffers are read", arguments: KernelSet.supported.map(\.name))
  func bounds(_ name: String) async {
    await #expect(processExitsWith: .success) { [name = name as String] in
      guard let set = KernelSet.named(name) else { return }
      for place in GuardedPlace.allCases {
        for type in ProductTests.integerTypes {
          guard let kernel = set.kernel(for: type) else { continue }
          for count in 1...9 {
            let blocks = GuardedPages([UInt8](repeating: 0x3B, count: count * type.blockBytes), place)
            var row = IntegerRow()
            kernel.unpack(UnsafeBufferPointer(blocks.elements).span, into: &row)
          }
        }
        for columns in 1...40 {
          let stride = (columns + 15) / 16 * 16
          let weights = GuardedPages([Float](repeating: 1, count: columns), place)
          let activations = GuardedPages([Double](repeating: 1, count: 3 * stride), place)
          let products = GuardedPages([Double](repeating: 0, count: 3), place)
          var span = products.elements.mutableSpan
          set.multiply(
            UnsafeBufferPointer(weights.elements).span, UnsafeBufferPointer(activations.elements).span, into: &span)
        }
      }
    }
  }
}

/// A row of blocks, taken apart; numbers by their bits, and NaN as one.
private struct Apart: Equatable {
  private var codes: [Int8]
  private var steps: [UInt32]
  private var offsets: [UInt32]

  init(_ row: IntegerRow) {
    codes = row.codes
    steps = row.steps.map(Self.bits)
    offsets = row.offsets.map(Self.bits)
  }

  init(scalar coded: any IntegerCoded.Type, _ blocks: [UInt8]) {
    let (length, size) = (coded.elementType.blockLength, coded.elementType.blockBytes)
    let count = (blocks.count / size * length + 255) / 256 * 256
    codes = Array(repeating: 0, count: count)
    steps = Array(repeating: 0, count: count / 16)
    offsets = steps
    for number in 0..<(blocks.count / size) {
      let block = coded.unpack(blocks.span.extracting((number * size)..<((number + 1) * size)))
      for i in 0..<length { codes[number * length + i] = block.codes[i] }
      for sub in 0..<(length / 16) {
        steps[number * (length / 16) + sub] = Self.bits(block.steps[sub])
        offsets[number * (length / 16) + sub] = Self.bits(block.offsets[sub])
      }
    }
  }

  private static func bits(_ value: Float) -> UInt32 { value.isNaN ? 0x7FC0_0000 : value.bitPattern }
}
