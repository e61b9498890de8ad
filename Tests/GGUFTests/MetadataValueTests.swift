import GGUF
import TensorCore
import TestSupport
import Testing

/// Every type of metadata value, in both byte orders.
struct MetadataValueTests {
  static let values: [(GGUFBuilder.Value, GGUFValue)] = [
    (.u8(200), .uint8(200)), (.i8(-100), .int8(-100)), (.u16(60_000), .uint16(60_000)),
    (.i16(-30_000), .int16(-30_000)), (.u32(4_000_000_000), .uint32(4_000_000_000)),
    (.i32(-2_000_000_000), .int32(-2_000_000_000)), (.u64(1 << 63 + 1), .uint64(1 << 63 + 1)),
    (.i64(.min), .int64(.min)), (.f32(0.15625), .float32(0.15625)), (.f32(-.infinity), .float32(-.infinity)),
    (.f64(0.1), .float64(0.1)), (.bool(0), .bool(false)), (.bool(1), .bool(true)), (.string(""), .string("")),
    (.string("größe: 重み 🦙\n\0"), .string("größe: 重み 🦙\n\0")),
  ]

  private static let types: [(UInt32, GGUFValueType, String)] = [
    (0, .uint8, "u8"), (1, .int8, "i8"), (2, .uint16, "u16"), (3, .int16, "i16"), (4, .uint32, "u32"),
    (5, .int32, "i32"), (6, .float32, "f32"), (7, .bool, "bool"), (8, .string, "str"), (9, .array, "arr"),
    (10, .uint64, "u64"), (11, .int64, "i64"), (12, .float64, "f64"),
  ]

  @Test func theTypesIDsAreThoseOfTheFormat() {
    #expect(GGUFValueType.allCases.count == Self.types.count)
    for (id, type, name) in Self.types {
      #expect(GGUFValueType(rawValue: id) == type)
      #expect(type.name == name)
    }
  }

  @Test(arguments: values.indices, [ByteOrder.little, .big])
  func aValueIsReadInBothByteOrders(index: Int, order: ByteOrder) throws {
    var builder = GGUFBuilder()
    builder.order = order
    builder.add("before", .u8(1))
    builder.add("k", Self.values[index].0)
    builder.add("after", .u16(0x0102))
    let file = try GGUFFile(reading: builder.build())
    #expect(file.metadata["k"] == Self.values[index].1)
    #expect(file.metadata["k"]?.type.rawValue == Self.values[index].0.type)
    #expect(file.metadata["after"] == .uint16(0x0102))
    #expect(file.metadata.entries.map(\.key) == ["before", "k", "after"])
  }

  @Test(arguments: [0x7FC0_0001, 0xFFFF_FFFF, 0x7F80_0001] as [UInt32])
  func theBitsOfANaNAreKept(bits: UInt32) throws {
    var builder = GGUFBuilder()
    builder.add("k", .f32(Float(bitPattern: bits)))
    guard case .float32(let value) = try GGUFFile(reading: builder.build()).metadata["k"] else {
      Issue.record("no f32")
      return
    }
    #expect(value.bitPattern == bits)
  }

  @Test(
    arguments: [
      (.uint8(7), 7), (.int8(-7), -7), (.uint16(7), 7), (.int16(-7), -7), (.uint32(.max), 0xFFFF_FFFF),
      (.int32(.min), Int(Int32.min)), (.uint64(1 << 63 - 1), Int.max), (.uint64(1 << 63), nil), (.int64(.min), Int.min),
      (.float32(1), nil), (.float64(1), nil), (.bool(true), nil), (.string("1"), nil), (.array(GGUFArray(["1"])), nil),
    ] as [(GGUFValue, Int?)])
  func anIntegerOfAnyTypeIsAnInt(value: GGUFValue, expected: Int?) {
    #expect(value.integer == expected)
  }

  /// A header larger than the window through which it is read, with values on the window's edges.
  @Test(arguments: [ByteOrder.little, .big])
  func aLongHeaderIsReadWhole(order: ByteOrder) throws {
    var builder = GGUFBuilder()
    builder.order = order
    let tokens = (0..<60_000).map { "token \($0)" }
    builder.add("tokens", .array(of: 8, tokens.map { .string($0) }))
    builder.add("scores", .array(of: 6, (0..<60_000).map { .f32(Float($0)) }))
    builder.add("text", .string(String(repeating: "ä", count: 400_000)))
    for number in 0..<20_000 { builder.add("k\(number)", .u32(UInt32(number))) }
    let file = try GGUFFile(reading: builder.build())
    #expect(file.deviations == [])
    guard case .array(let array)? = file.metadata["tokens"], case .array(let scores)? = file.metadata["scores"] else {
      Issue.record("no arrays")
      return
    }
    #expect(array.elements == tokens.map { .string($0) })
    #expect(scores.elements == (0..<60_000).map { .float32(Float($0)) })
    #expect(file.metadata.string("text")?.utf8.count == 800_000)
    #expect((0..<20_000).allSatisfy { file.metadata["k\($0)"] == .uint32(UInt32($0)) })
  }
}
