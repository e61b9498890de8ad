import GGUF
import TensorCore
import TestSupport
import Testing

struct GGUFArrayTests {
  /// An array as a file has it, read.
  private func read(_ value: GGUFBuilder.Value, _ order: ByteOrder = .little) throws -> GGUFArray {
    var builder = GGUFBuilder()
    builder.order = order
    builder.add("k", value)
    guard case .array(let array)? = try GGUFFile(reading: builder.build()).metadata["k"] else {
      throw NotAnArray()
    }
    return array
  }

  private struct NotAnArray: Error {}

  private static let arrays: [(GGUFBuilder.Value, GGUFValueType, [GGUFValue])] = [
    (.array(of: 0, [.u8(0), .u8(255)]), .uint8, [.uint8(0), .uint8(255)]),
    (.array(of: 1, [.i8(-128), .i8(127)]), .int8, [.int8(-128), .int8(127)]),
    (.array(of: 2, [.u16(1), .u16(65_535)]), .uint16, [.uint16(1), .uint16(65_535)]),
    (.array(of: 3, [.i16(-32_768), .i16(1)]), .int16, [.int16(-32_768), .int16(1)]),
    (.array(of: 4, [.u32(1), .u32(.max)]), .uint32, [.uint32(1), .uint32(.max)]),
    (.array(of: 5, [.i32(.min), .i32(1)]), .int32, [.int32(.min), .int32(1)]),
    (.array(of: 6, [.f32(-1.5), .f32(0)]), .float32, [.float32(-1.5), .float32(0)]),
    (.array(of: 7, [.bool(1), .bool(0)]), .bool, [.bool(true), .bool(false)]),
    (.array(of: 8, [.string(""), .string("zwölf")]), .string, [.string(""), .string("zwölf")]),
    (.array(of: 10, [.u64(1), .u64(.max)]), .uint64, [.uint64(1), .uint64(.max)]),
    (.array(of: 11, [.i64(.min), .i64(1)]), .int64, [.int64(.min), .int64(1)]),
    (.array(of: 12, [.f64(0.1), .f64(-0.0)]), .float64, [.float64(0.1), .float64(-0.0)]),
    (.array(of: 4, []), .uint32, []), (.array(of: 8, []), .string, []), (.array(of: 9, []), .array, []),
  ]

  @Test(arguments: arrays.indices, [ByteOrder.little, .big])
  func elementsOfEveryTypeAreRead(index: Int, order: ByteOrder) throws {
    let (value, type, elements) = Self.arrays[index]
    let array = try read(value, order)
    #expect(array.elementType == type)
    #expect(array.count == elements.count)
    #expect(array.elements == elements)
    #expect(array == (try read(value, order == .little ? .big : .little)))
  }

  @Test(arguments: [ByteOrder.little, .big])
  func arraysOfArraysAreRead(order: ByteOrder) throws {
    let array = try read(
      .array(
        of: 9,
        [
          .array(of: 4, [.u32(1), .u32(2)]), .array(of: 8, [.string("three"), .string("")]), .array(of: 2, []),
          .array(of: 9, [.array(of: 9, [.array(of: 1, [.i8(-4)])])]),
        ]), order)
    #expect(array.elementType == .array)
    #expect(array.count == 4)
    let inner = array.elements.compactMap { element in
      if case .array(let inner) = element { inner } else { nil }
    }
    #expect(inner.map(\.elementType) == [.uint32, .string, .uint16, .array])
    #expect(inner.map(\.count) == [2, 2, 0, 1])
    #expect(inner[0].elements == [.uint32(1), .uint32(2)])
    #expect(inner[1] == GGUFArray(["three", ""]))
    guard case .array(let third)? = inner[3].elements.first, case .array(let fourth)? = third.elements.first else {
      Issue.record("no inner arrays")
      return
    }
    #expect(fourth.elements == [.int8(-4)])
  }

  @Test(arguments: [(-1, 0), (0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (Int.max, 3)])
  func aPrefixIsNoLongerThanTheArray(limit: Int, count: Int) {
    let array = GGUFArray(["a", "b", "c"])
    #expect(array.prefix(limit) == ["a", "b", "c"].prefix(count).map { .string($0) })
  }

  @Test func anArrayMadeHereEqualsOneThatWasRead() throws {
    #expect(try read(.array(of: 8, [.string("a"), .string("größe")])) == GGUFArray(["a", "größe"]))
    #expect(try read(.array(of: 10, [.u64(5), .u64(.max)]), .big) == GGUFArray([5, UInt64.max]))
    #expect(GGUFArray([UInt64]()) != GGUFArray([String]()))
    #expect(GGUFArray(["a"]) != GGUFArray(["b"]))
  }

  @Test func aStringThatIsNotUTF8IsShownWithReplacements() throws {
    let array = try read(.array(of: 8, [.bytes([0x61, 0xFF]), .string("b")]))
    #expect(array.elements == [.string("a\u{FFFD}"), .string("b")])
  }
}
