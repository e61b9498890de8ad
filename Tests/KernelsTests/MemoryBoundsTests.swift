import KernelComparison
import Kernels
import TensorCore
import Testing

/// Reading past a buffer shows in no byte. Here it ends a process of its own.
@Suite("Kernels touch their buffers only")
struct MemoryBoundsTests {
  @Test("Encoding", arguments: KernelUnderTest.encodedTypes)
  func encode(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      for kernel in kernels(name) where kernel.kernel.encodes {
        eachCount { count, place in
          let weights = GuardedPages(KernelWeights.ramps.weights(count * kernel.type.blockLength, seed: 171), place)
          let blocks = GuardedPages([UInt8](repeating: 0, count: count * kernel.type.blockBytes), place)
          var output = blocks.elements.mutableSpan
          kernel.kernel.encode(UnsafeBufferPointer(weights.elements).span, into: &output)
        }
      }
    }
  }

  @Test("Encoding by importance", arguments: KernelUnderTest.weighedTypes)
  func encodeRow(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      for kernel in kernels(name) where kernel.kernel.weighsImportance {
        eachCount { count, place in
          let length = count * kernel.type.blockLength
          let weights = GuardedPages(KernelWeights.ramps.weights(length, seed: 172), place)
          let factors = GuardedPages(Importances.lognormal.factors(length, seed: 172), place)
          let blocks = GuardedPages([UInt8](repeating: 0, count: count * kernel.type.blockBytes), place)
          var output = blocks.elements.mutableSpan
          kernel.kernel.encodeRow(
            UnsafeBufferPointer(weights.elements).span, importance: UnsafeBufferPointer(factors.elements).span,
            into: &output)
        }
      }
    }
  }

  @Test("Searching", arguments: KernelUnderTest.searchedTypes)
  func search(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      for kernel in kernels(name) where kernel.kernel.searches {
        eachCount { count, place in
          let length = count * kernel.type.blockLength
          let weights = GuardedPages(KernelWeights.ramps.weights(length, seed: 174), place)
          let factors = GuardedPages(Importances.lognormal.factors(length, seed: 174), place)
          let blocks = GuardedPages([UInt8](repeating: 0, count: count * kernel.type.blockBytes), place)
          var output = blocks.elements.mutableSpan
          let row = UnsafeBufferPointer(weights.elements).span
          kernel.kernel.search(row, into: &output)
          kernel.kernel.search(row: row, importance: UnsafeBufferPointer(factors.elements).span, into: &output)
        }
      }
    }
  }

  @Test("Decoding", arguments: KernelUnderTest.types)
  func decode(_ type: ElementType) async {
    await #expect(processExitsWith: .success) { [name = type.rawValue as String] in
      for kernel in kernels(name) {
        eachCount { count, place in
          let blocks = GuardedPages([UInt8](repeating: 0x3B, count: count * kernel.type.blockBytes), place)
          let weights = GuardedPages([Float](repeating: 0, count: count * kernel.type.blockLength), place)
          var output = weights.elements.mutableSpan
          kernel.kernel.decode(UnsafeBufferPointer(blocks.elements).span, into: &output)
        }
      }
    }
  }

  @Test("Looking at weights", arguments: KernelSet.supported.map(\.name))
  func wholeArrays(_ name: String) async {
    await #expect(processExitsWith: .success) { [name = name as String] in
      guard let set = KernelSet.named(name) else { return }
      eachCount { count, place in
        let weights = UnsafeBufferPointer(GuardedPages(KernelWeights.ramps.weights(count, seed: 173), place).elements)
        let decoded = UnsafeBufferPointer(GuardedPages([Float](repeating: 1, count: count), place).elements)
        _ = set.allFinite(weights.span)
        var errors = ErrorCounts()
        for length in [0, 32, 256] {
          _ = set.measure(
            original: weights.span, decoded: decoded.span, blockLength: length, errors: &errors)
        }
      }
    }
  }

  @Test("The guards end a process that reads one byte too far, on either side", arguments: [-1, 64])
  func guardsWork(_ index: Int) async {
    await #expect(processExitsWith: .failure) { [index] in
      let pages = GuardedPages([UInt8](repeating: 1, count: 64), index < 0 ? .atFront : .atEnd)
      guard let start = UnsafePointer(pages.elements.baseAddress) else { return }
      // A process that gets this far ends well, and the test fails.
      withExtendedLifetime(start[index]) {}
    }
  }
}

private func kernels(_ name: String) -> [KernelUnderTest] {
  ElementType(rawValue: name).map(KernelUnderTest.all(of:)) ?? []
}

private func eachCount(_ body: (Int, GuardedPlace) -> Void) {
  for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 37] {
    for place in GuardedPlace.allCases { body(count, place) }
  }
}
