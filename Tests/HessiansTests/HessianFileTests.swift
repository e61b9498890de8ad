import Hessians
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@Suite("Files of Hessians")
struct HessianFileTests {
  @Test("Matrices are read by the names of tensors, and of those that have another's")
  func reading() throws {
    var builder = Self.builder()
    builder.add("w", "F32", [2, 2], [2, -1, -1, 3])
    builder.add("experts", "F32", [2, 1, 1], [4, 5])
    builder.metadata = """
      {"hessian_of.v": "w", "hessian.dataset": "wiki.txt", "hessian.samples": "4096", "format": "np"}
      """
    let file = try Self.open(builder)
    #expect(file.entries.map(\.name) == ["w", "experts"] && file.aliases == ["v"])
    #expect(file.dataset == "wiki.txt" && file.samples == "4096")
    let entry = try #require(file.entry("v"))
    #expect(entry.name == "w" && entry.columns == 2 && entry.matrixCount == 1)
    #expect(try file.read(entry, matrix: 0) == [2, -1, -1, 3])
    let experts = try #require(file.entry("experts"))
    #expect(try file.read(experts, matrix: 0) == [4] && file.read(experts, matrix: 1) == [5])
    #expect(file.entry("x") == nil)
  }

  @Test("What is no matrix of second moments is refused when it is read, with its place")
  func numbers() throws {
    func refusal(_ numbers: [Float]) -> HessianError? {
      violation {
        var builder = Self.builder()
        builder.add("w", "F32", [2, 2], numbers)
        let file = try Self.open(builder)
        _ = try file.read(try #require(file.entry("w")), matrix: 0)
      }
    }
    guard case .notFinite("w", let value, 0, 1)? = refusal([1, .nan, 0, 1]), value.isNaN else {
      Issue.record("NaN was not refused")
      return
    }
    #expect(refusal([1, 0, .infinity, 1]) == .notFinite(tensor: "w", value: .infinity, row: 1, column: 0))
    #expect(refusal([1, 0, 0, -1]) == .negative(tensor: "w", value: -1, column: 1))
    #expect(refusal([0, 0, 0, 0]) == .zero(tensor: "w"))
    #expect(refusal([1, 0.5, 0.25, 1]) == .notSymmetric(tensor: "w", row: 1, column: 0, value: 0.25, other: 0.5))
    // What sums in another order make of it.
    #expect(refusal([1, 0.5, 0.50001, 1]) == nil)
  }

  @Test("Shapes and types that are none, and names that lead nowhere, are refused")
  func headers() {
    func refusal(_ change: (inout SafetensorsBuilder) -> Void) -> HessianError? {
      violation {
        var builder = Self.builder()
        change(&builder)
        _ = try Self.open(builder)
      }
    }
    #expect(refusal { _ in } == .noEntries)
    #expect(refusal { $0.add("w", "F32", [4], [1, 2, 3, 4]) } == .notSquare(tensor: "w", shape: Self.shape([4])))
    #expect(refusal { $0.add("w", "F32", [1, 2], [1, 2]) } == .notSquare(tensor: "w", shape: Self.shape([1, 2])))
    #expect(refusal { $0.add("w", "F32", [0, 0], []) } == .notSquare(tensor: "w", shape: Self.shape([0, 0])))
    #expect(refusal { $0.add("w", "F16", [1, 1], byteCount: 2) } == .elementType(tensor: "w", found: .f16))
    func aliased(_ metadata: String) -> HessianError? {
      refusal {
        $0.add("w", "F32", [1, 1], [1])
        $0.metadata = metadata
      }
    }
    #expect(aliased(#"{"hessian_of.v": "x"}"#) == .aliasOfNothing(tensor: "v", entry: "x"))
    #expect(aliased(#"{"hessian_of.w": "w"}"#) == .aliasAndEntry(tensor: "w"))
    // Not one that leads to another's.
    #expect(aliased(#"{"hessian_of.v": "w", "hessian_of.u": "v"}"#) == .aliasOfNothing(tensor: "u", entry: "v"))
  }

  @Test("A matrix that memory would not hold is refused by its header")
  func size() {
    let columns = HessianFile.mostColumns + 1
    let found: HessianError? = violation {
      var builder = Self.builder()
      builder.members.append(
        .init(
          name: "w",
          fields: [
            ("dtype", #""F32""#), ("shape", "[\(columns), \(columns)]"),
            ("data_offsets", "[0, \(4 * columns * columns)]"),
          ]))
      let bytes = builder.build()
      let folder = try TemporaryFolder()
      let path = try folder.writeSparse("h", bytes, size: bytes.count + 4 * columns * columns)
      _ = try HessianFile(path: path)
    }
    #expect(found == .tooLarge(tensor: "w", columns: columns, limit: HessianFile.mostColumns))
  }

  private static func builder() -> SafetensorsBuilder { SafetensorsBuilder() }

  private static func open(_ builder: SafetensorsBuilder) throws -> HessianFile {
    let folder = try TemporaryFolder()
    return try HessianFile(path: try folder.write("hessians.safetensors", builder.build()))
  }

  private static func shape(_ dimensions: [UInt64]) -> Shape {
    guard let shape = Shape(checking: dimensions) else { preconditionFailure("a shape of a test") }
    return shape
  }

  private func violation(_ body: () throws -> Void) -> HessianError? {
    do {
      try body()
    } catch SourceError.invalid(_, let violation) {
      return violation as? HessianError
    } catch {
      return nil
    }
    return nil
  }
}

extension SafetensorsBuilder {
  fileprivate mutating func add(_ name: String, _ type: String, _ shape: [UInt64], _ numbers: [Float]) {
    add(name, type, shape, data: payload(of: numbers, as: .f32))
  }
}
