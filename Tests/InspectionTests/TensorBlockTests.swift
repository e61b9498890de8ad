import Inspection
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@Suite("One block of a tensor")
struct TensorBlockTests {
  private static let seed: UInt64 = 612
  private let bytes: [UInt8]
  private let source: MemorySource

  init() {
    var random = SeededGenerator(seed: Self.seed)
    bytes = random.bytes(6 * 144)
    source = MemorySource([
      .init(name: "first", type: .f32, dimensions: [4], payload: payload(of: [1, -2, 0.5, .nan], as: .f32)),
      .init(name: "blocks", type: .q4_K, dimensions: [1, 2, 768], payload: bytes),
      .init(
        name: "big", type: .f16, dimensions: [2, 1], byteOrder: .big, payload: payload(of: [1, -2], as: .f16, .big)),
      .init(name: "bigBlocks", type: .q4_0, dimensions: [32], byteOrder: .big, payload: Array(bytes[..<18])),
      .init(name: "undecoded", type: .iq2_xxs, dimensions: [256], payload: Array(bytes[..<66])),
      .init(name: "integers", type: .u64, dimensions: [2], payload: [UInt8](repeating: 255, count: 16)),
      .init(name: "pairs", type: .f4, dimensions: [2, 3], payload: [1, 2, 3]),
      .init(name: "scalar", type: .bf16, dimensions: [], payload: [0x80, 0x3F]),
      .init(name: "empty", type: .f32, dimensions: [0, 3], payload: []),
    ])
  }

  private func block(_ index: Int, of name: String) throws -> TensorBlock {
    try TensorBlock(index, of: try source.tensor(named: name), in: source)
  }

  @Test("Blocks count through the tensor in the order of its data", arguments: 0..<6)
  func place(_ index: Int) throws {
    let block = try block(index, of: "blocks")
    #expect((block.row, block.column) == (index / 3, index % 3 * 256))
    #expect((block.count, block.offset, block.fileOffset) == (6, index * 144, 16 + index * 144))
    #expect(block.bytes == Array(bytes[(index * 144)..<((index + 1) * 144)]))
    let values = try #require(block.values)
    #expect(values.texts == decoded(block.bytes, of: .q4_K).map { "\($0)" }, "seed \(Self.seed)")
  }

  @Test("A big-endian number is shown as it stands and read as it is meant")
  func bigEndian() throws {
    let block = try block(1, of: "big")
    #expect(block.bytes == [0xC0, 0x00])
    #expect(block.values?.texts == ["-2.0"])
    #expect(block.anatomy?.float?.sign == 1)
  }

  @Test("What is not decoded has only bytes", arguments: ["undecoded", "bigBlocks", "pairs"])
  func undecoded(_ name: String) throws {
    let block = try block(0, of: name)
    #expect(block.anatomy == nil && block.values == nil)
    #expect(block.bytes.count == block.tensor.elementType.blockBytes)
  }

  @Test("A block may begin within a row where elements share bytes")
  func acrossRows() throws {
    let block = try block(1, of: "pairs")
    #expect((block.row, block.column) == (0, 2))
  }

  @Test("Integers are exact")
  func integers() throws { #expect(try block(1, of: "integers").values?.texts == ["18446744073709551615"]) }

  @Test("A scalar is one block")
  func scalar() throws {
    let block = try block(0, of: "scalar")
    #expect((block.count, block.row, block.column) == (1, 0, 0))
    #expect(block.values?.texts == ["1.0"])
  }

  @Test("A block that is not there is refused", arguments: [("blocks", 6, 6), ("empty", 0, 0), ("first", .max, 4)])
  func outOfRange(_ name: String, _ index: Int, _ count: Int) {
    #expect(throws: BlockError.outOfRange(tensor: name, what: "block", index, count: count)) {
      _ = try block(index, of: name)
    }
  }

  @Test("A tensor's name is compared byte by byte, and the nearest is suggested")
  func names() {
    #expect(throws: BlockError.noTensor("block", nearest: "blocks")) { _ = try block(0, of: "block") }
    #expect(throws: BlockError.noTensor("elsewhere", nearest: nil)) { _ = try block(0, of: "elsewhere") }
  }

  @Test("A damaged file that ends before the block is one that ends there")
  func beyondEnd() throws {
    var short = source
    short.files = [SourceFile(path: "short", size: 16 + 144)]
    let tensor = try source.tensor(named: "blocks")
    _ = try TensorBlock(0, of: tensor, in: short)
    #expect(throws: BlockError.beyondEnd(tensor: "blocks", end: 16 + 288, fileSize: 16 + 144)) {
      _ = try TensorBlock(1, of: tensor, in: short)
    }
  }
}
