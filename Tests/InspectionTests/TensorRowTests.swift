import Inspection
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@Suite("Weights of a row")
struct TensorRowTests {
  private static let seed: UInt64 = 613

  @Test("Any columns of any row are those of the whole tensor", arguments: [ElementType.f32, .q8_0, .q6_K, .i16])
  func columns(_ type: ElementType) throws {
    var random = SeededGenerator(seed: Self.seed)
    let bytes = random.bytes(3 * 512 / type.blockLength * type.blockBytes)
    let source = MemorySource("t", type, [3, 512], payload: bytes)
    let tensor = source.tensors[0]
    let all =
      type == .i16
      ? (0..<(3 * 512)).map { "\(Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8))" }
      : decoded(bytes, of: type).map { "\($0)" }
    for _ in 0..<100 {
      let row = Int.random(in: 0..<3, using: &random)
      let first = Int.random(in: 0..<512, using: &random)
      let columns = first..<Int.random(in: (first + 1)...512, using: &random)
      let found = try TensorRow(row, columns: columns, of: tensor, in: source)
      let expected = all[(row * 512 + columns.lowerBound)..<(row * 512 + columns.upperBound)]
      #expect(found.values.texts == Array(expected), "seed \(Self.seed), row \(row), columns \(columns)")
    }
    #expect(try TensorRow(2, of: tensor, in: source).values.texts == Array(all[1024...]))
  }

  @Test("A big-endian row is read as it is meant")
  func bigEndian() throws {
    let source = MemorySource([
      .init(
        name: "t", type: .f32, dimensions: [2, 2], byteOrder: .big, payload: payload(of: [1, 2, 3, 4], as: .f32, .big))
    ])
    #expect(try TensorRow(1, of: source.tensors[0], in: source).values.texts == ["3.0", "4.0"])
  }

  @Test("A row or column that is not there is refused")
  func outOfRange() {
    let source = MemorySource("t", [2, 3], weights: [1, 2, 3, 4, 5, 6])
    func refused(_ row: Int, _ columns: Range<Int>?, _ what: String, _ number: Int, _ count: Int) {
      #expect(throws: BlockError.outOfRange(tensor: "t", what: what, number, count: count)) {
        _ = try TensorRow(row, columns: columns, of: source.tensors[0], in: source)
      }
    }
    refused(2, nil, "row", 2, 2)
    refused(0, 0..<4, "column", 3, 3)
    refused(0, 5..<7, "column", 5, 3)
    refused(1, (Int.max - 1)..<Int.max, "column", .max - 1, 3)
  }

  @Test("Only so many weights are read at a time")
  func longRow() throws {
    let source = MemorySource("t", [1, TensorRow.longest + 1])
    #expect(
      throws: BlockError.tooManyWeights(tensor: "t", count: TensorRow.longest + 1, limit: TensorRow.longest)
    ) { _ = try TensorRow(0, of: source.tensors[0], in: source) }
  }

  @Test("Types that are not decoded have no weights to show")
  func undecoded() {
    let source = MemorySource("t", .iq1_s, [256], payload: [UInt8](repeating: 0, count: 50))
    #expect(throws: BlockError.notDecoded(tensor: "t", type: .iq1_s, byteOrder: .little)) {
      _ = try TensorRow(0, of: source.tensors[0], in: source)
    }
  }
}
