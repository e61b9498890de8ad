import Testing
import TensorCore

@testable import GGUFCommands

@Suite("The order of the table of tensors")
struct TensorOrderTests {
  private static func tensor(_ name: String, _ type: ElementType, _ dimensions: [UInt64], _ offset: Int) throws
    -> TensorDescription
  {
    let shape = try #require(Shape(checking: dimensions))
    let bytes = try #require(type.byteCount(elements: shape.elementCount))
    return TensorDescription(name: name, elementType: type, shape: shape, offset: offset, byteCount: bytes)
  }

  @Test(
    "Each column, the largest first where sizes are compared; what is equal keeps its order",
    arguments: [
      (TensorOrder.name, ["blk.2.b", "blk.10.a", "blk.10.b"]), (.type, ["blk.10.b", "blk.2.b", "blk.10.a"]),
      (.shape, ["blk.10.a", "blk.10.b", "blk.2.b"]), (.parameters, ["blk.10.b", "blk.2.b", "blk.10.a"]),
      (.offset, ["blk.10.a", "blk.10.b", "blk.2.b"]), (.bytes, ["blk.10.b", "blk.2.b", "blk.10.a"]),
      (.bpw, ["blk.10.b", "blk.10.a", "blk.2.b"]),
    ])
  func columns(order: TensorOrder, expected: [String]) throws {
    let tensors = [
      try Self.tensor("blk.10.a", .q8_0, [32], 0), try Self.tensor("blk.10.b", .f32, [32, 2], 34),
      try Self.tensor("blk.2.b", .q4_0, [32, 2], 290),
    ]
    #expect(order.sorted(tensors, isReversed: false).map(\.name) == expected)
  }

  @Test("The other way round", arguments: [TensorOrder.name, .offset, .bytes, .bpw])
  func reversed(order: TensorOrder) throws {
    let tensors = [
      try Self.tensor("blk.10.a", .q8_0, [32], 0), try Self.tensor("blk.9.b", .f32, [32, 2], 34),
      try Self.tensor("blk.2.b", .q4_0, [96], 290),
    ]
    let sorted = order.sorted(tensors, isReversed: false).map(\.name)
    #expect(order.sorted(tensors, isReversed: true).map(\.name) == sorted.reversed())
  }

  @Test("What is equal keeps the order of the file, also the other way round")
  func equal() throws {
    let tensors = try ["c", "a", "b"].map { try Self.tensor($0, .f32, [4], 0) }
    #expect(TensorOrder.bytes.sorted(tensors, isReversed: false).map(\.name) == ["c", "a", "b"])
    #expect(TensorOrder.bytes.sorted(tensors, isReversed: true).map(\.name) == ["c", "a", "b"])
  }

  @Test(
    "Numbers in names count as numbers",
    arguments: [
      ("blk.2", "blk.10", true), ("blk.10", "blk.2", false), ("a", "b", true), ("a", "a", false), ("a", "a1", true),
      ("a01", "a1", false), ("a1", "a01", false), ("a9", "aa", true), ("", "a", true),
      ("99999999999999999999999", "100000000000000000000000", true),
    ])
  func natural(a: String, b: String, precedes: Bool) { #expect(NaturalOrder.precedes(a, b) == precedes) }
}
