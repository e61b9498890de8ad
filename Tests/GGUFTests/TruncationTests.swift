import GGUF
import TensorCore
import TestSupport
import Testing

/// A file that is cut off, at every byte, in every variant of the header.
struct TruncationTests {
  /// A pair of every type of value, then two tensors.
  private static func builder(_ order: ByteOrder) -> GGUFBuilder {
    var builder = GGUFBuilder.small()
    builder.order = order
    builder.add("all.array", .array(of: 9, [.array(of: 8, [.string("ab"), .string("")]), .array(of: 2, [.u16(1)])]))
    builder.add("all.bools", .array(of: 7, [.bool(1), .bool(0)]))
    builder.add("all.f64", .f64(1.5))
    return builder
  }

  @Test(arguments: [ByteOrder.little, .big])
  func aHeaderThatIsCutOffAnywhereIsRefused(order: ByteOrder) throws {
    let folder = try TemporaryFolder()
    let builder = Self.builder(order)
    let (header, _) = builder.parts()
    try folder.write("a.gguf", builder.build())
    // From its end to its start, so that one file serves.
    for size in (0..<header.count).reversed() {
      try folder.resize("a.gguf", to: size)
      let found = Verdict(readingFileAt: folder.file("a.gguf"))
      switch found.outcome {
      case .breaks(.endsEarly(_, let at, let needs, size)):
        #expect(at <= size, "cut at \(size)")
        #expect(UInt64(at) + needs > UInt64(size), "cut at \(size)")
        #expect(size < 24 || size >= 24 + 5 * 13, "cut at \(size)")
      case .breaks(.tensorCountImpossible(2, size)): #expect((24..<(24 + 2 * 24)).contains(size))
      case .breaks(.metadataCountImpossible(5, size)): #expect(((24 + 2 * 24)..<(24 + 5 * 13)).contains(size))
      case .breaks(.arrayCountImpossible(let key, _, let at, size)):
        #expect(key.hasPrefix("all."), "cut at \(size)")
        #expect(at < size, "cut at \(size)")
      default: Issue.record("cut at \(size): \(found)")
      }
    }
  }

  @Test(arguments: 0..<24)
  func theFirst24BytesAreNamedByField(size: Int) throws {
    let (what, at, needs) =
      switch size {
      case 0..<4: ("the magic", 0, 4)
      case 4..<8: ("the version", 4, 4)
      case 8..<16: ("the tensor count", 8, 8)
      default: ("the metadata count", 16, 8)
      }
    #expect(
      try Verdict(reading: Array(GGUFBuilder.small().build().prefix(size)))
        == .refused(.endsEarly(what: what, at: at, needs: UInt64(needs), size: size)))
  }

  /// The header ends at 157, the data starts at 160; `w` ends at 200, `b` at 236, its padding at 256.
  @Test(arguments: 157...256)
  func aFileThatIsCutOffInItsDataCanBeShownButIsNotSound(size: Int) throws {
    let file = try GGUFFile(reading: Array(GGUFBuilder.small().build().prefix(size)))
    let data = max(0, size - 160)
    var expected: [GGUFError] = []
    if size < 200 { expected.append(.extentBeyondEnd(tensor: "w", end: 40, data: data)) }
    if size < 236 { expected.append(.extentBeyondEnd(tensor: "b", end: 76, data: data)) }
    #expect(file.deviations == expected)
    #expect(file.tensors.map(\.name) == ["w", "b"])
    let soundness = outcome(GGUFError.self) { try file.requireSound() }
    #expect(soundness == (expected.first.map { .breaks($0) } ?? .accepted))
  }
}
