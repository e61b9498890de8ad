import KernelComparison
import Kernels
import Quantization
import TensorCore
import Testing

/// What the table of kernels has to have.
@Suite("The kernel sets")
struct KernelTableTests {
  /// Types that are hardly ever met: the scalar code is good enough.
  static let scalarOnly: Set<ElementType> = [.f64, .f8_E8M0]

  @Test("Every type that is decoded has a kernel in every set that this processor runs")
  func isComplete() {
    let needed = ElementType.allCases.filter { $0.decoder != nil && !Self.scalarOnly.contains($0) }
    for set in KernelSet.supported {
      let lacking = needed.filter { set.kernel(for: $0) == nil }
      #expect(lacking.isEmpty, "\(set.name)")
    }
  }

  @Test("Every set has the same types, and encodes and weighs the same ones")
  func setsAgree() throws {
    let first = try #require(KernelSet.supported.first)
    for set in KernelSet.supported {
      for type in ElementType.allCases {
        let (kernel, other) = (set.kernel(for: type), first.kernel(for: type))
        #expect((kernel == nil) == (other == nil), "\(set.name), \(type)")
        #expect(kernel?.encodes == other?.encodes, "\(set.name), \(type)")
        #expect(kernel?.weighsImportance == other?.weighsImportance, "\(set.name), \(type)")
      }
    }
  }

  @Test("A kernel has its type's block, and encodes what the scalar code encodes", arguments: KernelUnderTest.types)
  func fitsTheCodec(_ type: ElementType) {
    for kernel in KernelUnderTest.all(of: type) {
      #expect(kernel.kernel.blockLength == type.blockLength, "\(kernel)")
      #expect(kernel.kernel.blockBytes == type.blockBytes, "\(kernel)")
      #expect(kernel.kernel.encodes == (kernel.codec != nil), "\(kernel)")
      #expect(kernel.kernel.weighsImportance == (kernel.importanceCodec != nil), "\(kernel)")
    }
  }

  @Test("A kernel without scalar code beside it cannot be tested, so there is none")
  func allAreTested() {
    for set in KernelSet.supported {
      for type in ElementType.allCases where set.kernel(for: type) != nil {
        #expect(type.decoder != nil, "\(set.name), \(type)")
      }
    }
  }

  @Test("Sets run from generic to the fastest, and are found by name")
  func names() {
    #expect(KernelSet.compiledNames.first == "generic")
    #expect(KernelSet.supported.first?.name == "generic")
    #expect(KernelSet.generic.name == "generic")
    #expect(KernelSet.fastest.name == KernelSet.supported.last?.name)
    #expect(Set(KernelSet.compiledNames).count == KernelSet.compiledNames.count)
    #expect(KernelSet.supported.map(\.name) == KernelSet.compiledNames.filter { KernelSet.named($0) != nil })
    #expect(KernelSet.named("none") == nil)
  }
}
