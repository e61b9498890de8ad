import Safetensors
import TensorCore
import TestSupport
import Testing

/// What a header that is right is read as.
struct TensorListTests {
  private func header(_ builder: SafetensorsBuilder, dataStart: Int = 0) throws -> SafetensorsHeader {
    try SafetensorsHeader(json: builder.json, dataStart: dataStart, dataSize: builder.data.count)
  }

  /// The dtypes of safetensors 0.8.0, with the shape and bytes of a tensor of each.
  @Test(
    arguments: [
      ("BOOL", .bool, [3], 3), ("U8", .u8, [3], 3), ("I8", .i8, [3], 3), ("U16", .u16, [3], 6), ("I16", .i16, [3], 6),
      ("U32", .u32, [3], 12), ("I32", .i32, [3], 12), ("U64", .u64, [3], 24), ("I64", .i64, [3], 24),
      ("F16", .f16, [3], 6), ("BF16", .bf16, [3], 6), ("F32", .f32, [3], 12), ("F64", .f64, [3], 24),
      ("C64", .c64, [3], 24), ("F8_E4M3", .f8_E4M3, [3], 3), ("F8_E5M2", .f8_E5M2, [3], 3),
      ("F8_E8M0", .f8_E8M0, [3], 3), ("F8_E4M3FNUZ", .f8_E4M3FNUZ, [3], 3), ("F8_E5M2FNUZ", .f8_E5M2FNUZ, [3], 3),
      ("F4", .f4, [3, 2], 3), ("F6_E2M3", .f6_E2M3, [2, 4], 6), ("F6_E3M2", .f6_E3M2, [8], 6),
    ] as [(String, ElementType, [UInt64], Int)])
  func everyDtypeIsListed(dtype: String, type: ElementType, shape: [UInt64], byteCount: Int) throws {
    var builder = SafetensorsBuilder()
    builder.add("t", dtype, shape, byteCount: byteCount)
    let expected = TensorDescription(
      name: "t", elementType: type, shape: try #require(Shape(checking: shape)), offset: 100, byteCount: byteCount)
    #expect(try header(builder, dataStart: 100).tensors == [expected])
  }

  @Test func tensorsAreListedInTheOrderOfTheirData() throws {
    var builder = SafetensorsBuilder.small()
    builder.members.reverse()
    let tensors = try header(builder, dataStart: 77).tensors
    #expect(tensors.map(\.name) == ["a", "b", "c"])
    #expect(tensors.map(\.offset) == [77, 93, 98])
    #expect(tensors.map(\.byteCount) == [16, 5, 6])
    #expect(tensors.map(\.shape.dimensions) == [[2, 2], [5], [3, 1]])
    #expect(tensors.allSatisfy { $0.byteOrder == .little })
  }

  @Test func aTensorWithoutDataMayBeginAtAnyBoundary() throws {
    var builder = SafetensorsBuilder()
    builder.add("first", "F32", [0], byteCount: 0)
    builder.add("a", "I8", [4], byteCount: 4)
    builder.add("between", "F64", [3, 0], byteCount: 0)
    builder.add("also", "I64", [0, 0], byteCount: 0)
    builder.add("b", "I8", [4], byteCount: 4)
    builder.add("last", "F16", [0, 5], byteCount: 0)
    #expect(try header(builder).tensors.map(\.name) == ["first", "a", "also", "between", "b", "last"])
  }

  @Test func aTensorWithoutDataMayNotBeginInsideAnother() throws {
    var builder = SafetensorsBuilder.small()
    builder.add("empty", "F32", [0], byteCount: 0)
    builder.set("data_offsets", of: "empty", to: "[2, 2]")
    #expect(
      outcome { _ = try header(builder) }
        == .breaks(SafetensorsError.overlap(tensor: "empty", 2..<2, other: "a", 0..<16)))
  }

  @Test func aScalarHasOneElement() throws {
    var builder = SafetensorsBuilder()
    builder.add("scalar", "F32", [], byteCount: 4)
    let tensor = try #require(try header(builder).tensors.first)
    #expect(tensor.shape.dimensions == [])
    #expect(tensor.shape.elementCount == 1)
  }

  @Test func theSetsFileNumberIsPassedOn() throws {
    let builder = SafetensorsBuilder.small()
    let header = try SafetensorsHeader(json: builder.json, dataStart: 0, dataSize: 27, file: 5)
    #expect(header.tensors.map(\.file) == [5, 5, 5])
  }

  @Test func aHundredThousandTensorsAreRead() throws {
    var builder = SafetensorsBuilder()
    builder.members = (0..<100_000).map { number in
      let fields = [("dtype", "\"U8\""), ("shape", "[1, 2]"), ("data_offsets", "[\(number * 2), \(number * 2 + 2)]")]
      return .init(name: "layer.\(number).weight", fields: fields)
    }
    let header = try SafetensorsHeader(json: builder.json, dataStart: 0, dataSize: 200_000)
    #expect(header.tensors.count == 100_000)
    #expect(header.tensors.last?.name == "layer.99999.weight")
    #expect(header.tensors.last?.offset == 199_998)
  }
}
