import GGUF
import TensorCore
import TestSupport
import Testing

@Suite("Where two metadata arrays differ")
struct ArrayDifferenceTests {
  private func array(_ value: GGUFBuilder.Value, _ order: ByteOrder = .little) throws -> GGUFArray? {
    var builder = GGUFBuilder()
    builder.order = order
    builder.add("k", value)
    guard case .array(let array)? = try GGUFFile(reading: builder.build()).metadata["k"] else { return nil }
    return array
  }

  @Test("Equal arrays do not differ, whatever the byte order of their files")
  func equal() throws {
    let value = GGUFBuilder.Value.array(of: 5, [.i32(1), .i32(-2)])
    let (a, b) = (try #require(try array(value)), try #require(try array(value, .big)))
    #expect(a.difference(to: b) == nil)
    #expect(GGUFArray([String]()).difference(to: GGUFArray([String]())) == nil)
  }

  @Test("An array that goes on is different from where the other ends")
  func lengths() throws {
    let (short, long) = (GGUFArray(["a"]), GGUFArray(["a", "b", "c"]))
    let longer = try #require(short.difference(to: long))
    #expect((longer.count, longer.first) == (2, 1))
    #expect((longer.a, longer.b) == (nil, .string("b")))
    let shorter = try #require(long.difference(to: short))
    #expect((shorter.count, shorter.first) == (2, 1))
    #expect((shorter.a, shorter.b) == (.string("b"), nil))
  }

  @Test("An element that differs counts before those that only one has")
  func both() throws {
    let found = try #require(GGUFArray([1, 2, 3] as [UInt64]).difference(to: GGUFArray([1, 9, 3, 4] as [UInt64])))
    #expect((found.count, found.first) == (2, 1))
    #expect((found.a, found.b) == (.uint64(2), .uint64(9)))
  }

  @Test("Strings that are shown alike and are not UTF-8 differ by their bytes")
  func bytes() throws {
    let a = try #require(try array(.array(of: 8, [.bytes([0xFE]), .string("b")])))
    let b = try #require(try array(.array(of: 8, [.bytes([0xFF]), .string("b")])))
    #expect(a.difference(to: b)?.count == 1)
  }

  @Test("Arrays in arrays differ as a whole")
  func nested() throws {
    let a = try #require(try array(.array(of: 9, [.array(of: 4, [.u32(1)]), .array(of: 8, [.string("x")])])))
    let b = try #require(try array(.array(of: 9, [.array(of: 4, [.u32(1)]), .array(of: 8, [.string("y")])])))
    let found = try #require(a.difference(to: b))
    #expect((found.count, found.first) == (1, 1))
    #expect(found.a == .array(GGUFArray(["x"])))
  }

  @Test("Arrays of two element types have no elements to compare")
  func types() { #expect(GGUFArray(["1"]).difference(to: GGUFArray([1 as UInt64])) == nil) }
}
