import KernelComparison
import TensorCore
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Cases that the fuzzer found, or that are as strange: `make fuzz` writes them, and here they stay.
@Suite("Cases of the fuzzer")
struct FoundCaseTests {
  private static let folder = "Tests/KernelsTests/Cases"

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: Repository.path(folder))) ?? []
    return all.filter { $0.hasSuffix(".case") }.sorted()
  }()

  @Test("Every case that was kept comes out the same in every set", arguments: names)
  func kept(_ name: String) throws {
    let input = try #require(FuzzCase(try Repository.bytes("\(Self.folder)/\(name)")))
    #expect(input.differences() == [])
  }

  @Test("Random bytes are cases too, of any length")
  func randomBytes() throws {
    var random = SeededGenerator(seed: 181)
    for length in 0..<300 {
      let bytes = random.bytes(length)
      let input = try #require(FuzzCase(bytes))
      let (finite, usable) = (
        input.weights.allSatisfy(\.isFinite), input.importance.allSatisfy { $0.isFinite && $0 >= 0 }
      )
      #expect(finite && usable, "seed 181, length \(length)")
      #expect(input.importance.count == input.weights.count, "seed 181, length \(length)")
      #expect(input.weights.count % input.type.blockLength == 0, "seed 181, length \(length)")
      let difference = input.differences().first
      #expect(difference == nil, "seed 181, length \(length)")
    }
  }

  @Test("A type's key stands for that type", arguments: KernelUnderTest.types)
  func keys(_ type: ElementType) {
    #expect(FuzzCase([FuzzCase.key(type)])?.type == type)
    let same = KernelUnderTest.types.filter { FuzzCase.key($0) == FuzzCase.key(type) }
    #expect(same == [type])
  }
}
