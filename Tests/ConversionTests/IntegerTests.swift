import Conversion
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

/// Integers and truth values keep their values.
@Suite("Integers")
struct IntegerTests {
  private func bytes<T: FixedWidthInteger>(_ values: [T], _ order: ByteOrder = .little) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: order == .little ? value : value.byteSwapped) }
    return bytes
  }

  private func converted(
    _ type: ElementType, _ payload: [UInt8], count: Int, order: ByteOrder = .little
  ) throws -> [UInt8] {
    let entry = MemorySource.Entry(
      name: "w", type: type, dimensions: [1, count], byteOrder: order, payload: payload)
    return try convert(MemorySource([entry]), ConversionOptions(type: .q8_0)).payload(0)
  }

  @Test("Signed ones are copied")
  func signed() throws {
    let i8: [Int8] = [.min, -1, 0, 1, .max]
    let i16: [Int16] = [.min, -1, 0, 1, .max]
    let i32: [Int32] = [.min, -1, 0, 1, .max]
    let i64: [Int64] = [.min, -1, 0, 1, .max]
    #expect(try converted(.i8, bytes(i8), count: 5) == bytes(i8))
    #expect(try converted(.i16, bytes(i16), count: 5) == bytes(i16))
    #expect(try converted(.i32, bytes(i32), count: 5) == bytes(i32))
    #expect(try converted(.i64, bytes(i64), count: 5) == bytes(i64))
  }

  @Test("Unsigned ones are widened, the largest too", arguments: [ByteOrder.little, .big])
  func unsigned(order: ByteOrder) throws {
    let u8: [UInt8] = [0, 1, 127, 128, .max]
    let u16: [UInt16] = [0, 1, 0x7FFF, 0x8000, .max]
    let u32: [UInt32] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, .max]
    let u64: [UInt64] = [0, 1, 0x8000_0000, 1 << 62, UInt64(Int64.max)]
    #expect(try converted(.u8, bytes(u8, order), count: 5, order: order) == bytes(u8.map(Int16.init)))
    #expect(try converted(.u16, bytes(u16, order), count: 5, order: order) == bytes(u16.map(Int32.init)))
    #expect(try converted(.u32, bytes(u32, order), count: 5, order: order) == bytes(u32.map(Int64.init)))
    #expect(try converted(.u64, bytes(u64, order), count: 5, order: order) == bytes(u64.map(Int64.init)))
  }

  @Test("Every byte of U8")
  func everyByte() throws {
    let all = (0...255).map { UInt8($0) }
    #expect(try converted(.u8, all, count: 256) == bytes(all.map(Int16.init)))
  }

  @Test("Truth values are 0 and 1 of I8")
  func truthValues() throws {
    #expect(try converted(.bool, [0, 1, 1, 0], count: 4) == [0, 1, 1, 0])
  }

  @Test("Big-endian signed ones are turned")
  func bigEndian() throws {
    #expect(
      try converted(.i32, [0xFF, 0xFF, 0xFF, 0xFE, 0, 0, 1, 2], count: 2, order: .big) == bytes([Int32(-2), 258]))
  }

  @Test("A value of U64 that I64 does not hold is named with its place", arguments: [UInt64(1) << 63, .max])
  func tooLarge(value: UInt64) {
    var values = [UInt64](repeating: UInt64(Int64.max), count: 12)
    values[7] = value
    values[9] = value
    let source = MemorySource("w", .u64, [2, 2, 3], payload: bytes(values))
    let reason = refusal { _ = try convert(source, ConversionOptions(type: .f32)) }
    #expect(reason as? ConversionError == .integerOutOfRange(tensor: "w", value: value, row: 2, column: 1))
  }

  @Test("In the second chunk too")
  func secondChunk() {
    var values = [UInt8](repeating: 0, count: 8 * ((1 << 18) + 10))
    values[8 * ((1 << 18) + 5) + 7] = 0x80
    let source = MemorySource("w", .u64, [(1 << 18) + 10], payload: values)
    let reason = refusal { _ = try convert(source, ConversionOptions(type: .f32)) }
    #expect(
      reason as? ConversionError == .integerOutOfRange(tensor: "w", value: 1 << 63, row: 0, column: (1 << 18) + 5))
  }

  @Test("A second chunk is widened to its own place")
  func widenedSecondChunk() throws {
    let count = (1 << 18) + 3
    var values = [UInt8](repeating: 7, count: count)
    values.replaceSubrange((count - 3)..., with: [254, 255, 1])
    let result = try converted(.u8, values, count: count)
    #expect(result.count == 2 * count)
    #expect(result.prefix(4) == [7, 0, 7, 0])
    #expect(result.suffix(8) == [7, 0, 254, 0, 255, 0, 1, 0])
  }

  @Test("What is lost is not measured")
  func figures() throws {
    let source = MemorySource("w", .u16, [4], payload: bytes([UInt16(1), 2, 3, 4]))
    let outcome = try convert(source, ConversionOptions(type: .q8_0)).outcome
    #expect(outcome.measurements == [nil])
    #expect(outcome.replaced == [0])
  }
}
