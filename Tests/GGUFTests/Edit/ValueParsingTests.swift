import GGUF
import TensorCore
import TestSupport
import Testing

@Suite("Metadata values written by people")
struct ValueParsingTests {
  private static func parse(_ text: String, _ kind: String) throws -> GGUFValue {
    try GGUFValue(parsing: text, as: try #require(GGUFValueKind(name: kind)))
  }

  private static func violation(_ text: String, _ kind: String) throws -> GGUFValueTextError? {
    let kind = try #require(GGUFValueKind(name: kind))
    do throws(GGUFValueTextError) {
      _ = try GGUFValue(parsing: text, as: kind)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "Values of every type",
    arguments: [
      ("0", "u8", .uint8(0)), ("255", "u8", .uint8(255)), ("-128", "i8", .int8(-128)), ("65535", "u16", .uint16(65535)),
      ("-32768", "i16", .int16(-32768)), ("4294967295", "u32", .uint32(.max)), ("-2147483648", "i32", .int32(.min)),
      ("18446744073709551615", "u64", .uint64(.max)), ("-9223372036854775808", "i64", .int64(.min)),
      ("0.1", "f32", .float32(0.1)), ("1e-5", "f32", .float32(1e-5)), ("-0", "f64", .float64(-0.0)),
      ("10000", "f32", .float32(10000)), ("true", "bool", .bool(true)), ("false", "bool", .bool(false)),
      ("", "str", .string("")), ("[1, 2]", "str", .string("[1, 2]")), ("größe\n", "str", .string("größe\n")),
    ] as [(String, String, GGUFValue)])
  func values(text: String, kind: String, expected: GGUFValue) throws {
    #expect(try Self.parse(text, kind) == expected)
    #expect(try Self.parse(text, kind).kind.description == kind)
  }

  @Test("Arrays are JSON")
  func arrays() throws {
    #expect(try Self.parse(#"["a", "\u00e4\"", ""]"#, "[str]") == .array(GGUFArray(["a", "ä\"", ""])))
    #expect(try Self.parse(" [ 1 ,2,\n18446744073709551615 ] ", "[u64]") == .array(GGUFArray([1, 2, UInt64.max])))
    guard case .array(let floats) = try Self.parse("[1, -2.5e1, 0.1]", "[f32]") else { throw Mistake() }
    #expect(floats.elements == [.float32(1), .float32(-25), .float32(0.1)])
    guard case .array(let bools) = try Self.parse("[true,false]", "[bool]") else { throw Mistake() }
    #expect(bools.elements == [.bool(true), .bool(false)])
    guard case .array(let empty) = try Self.parse("[]", "[i16]") else { throw Mistake() }
    #expect(empty.elements.isEmpty && empty.elementType == .int16)
  }

  private struct Mistake: Error {}

  @Test(
    "A value beyond the range of its type is named with the range",
    arguments: [
      ("256", "u8", "0 to 255"), ("-1", "u32", "0 to 4294967295"), ("128", "i8", "-128 to 127"),
      ("18446744073709551616", "u64", "0 to 18446744073709551615"), ("99999999999999999999999", "i64", nil),
      ("1e39", "f32", nil), ("-1e309", "f64", nil),
    ] as [(String, String, String?)])
  func ranges(text: String, kind: String, range: String?) throws {
    guard case .outOfRange(let found, _, let stated)? = try Self.violation(text, kind) else { throw Mistake() }
    #expect(found == text)
    if let range { #expect(stated == range) }
  }

  @Test(
    "What is no value of the type is refused",
    arguments: [
      ("", "u32"), ("+5", "u32"), ("5.0", "u32"), ("0x10", "u32"), (" 5", "u32"), ("5 ", "i64"), ("-", "i8"),
      ("٣", "u8"), ("", "f32"), ("nan", "f32"), ("inf", "f64"), ("0x1p3", "f32"), ("1,5", "f32"), ("True", "bool"),
      ("1", "bool"), ("a\0b", "str"), ("a", "[str]"), ("[\"a\"", "[str]"), ("[\"a\"] x", "[str]"), ("[1]", "[str]"),
      ("[\"1\"]", "[u32]"), ("[1, 300]", "[u8]"), ("[1.5]", "[i32]"), ("[[1]]", "[u32]"), ("[null]", "[f32]"),
      ("{}", "[u32]"), ("[\"\\u0000\"]", "[str]"), ("[1] [2]", "[u32]"), ("[01]", "[u32]"),
    ])
  func refusals(text: String, kind: String) throws {
    #expect(try Self.violation(text, kind) != nil)
  }

  @Test("Types have the names that inspect prints, and no others")
  func names() {
    for type in GGUFValueType.allCases where type != .array {
      #expect(GGUFValueKind(name: type.name) == .single(type))
      #expect(GGUFValueKind(name: "[\(type.name)]") == .array(of: type))
    }
    for name in ["", "[]", "arr", "[arr]", "[[u8]]", "string", "U32", "[u8", "u8]", "u8 "] {
      #expect(GGUFValueKind(name: name) == nil, "\(name)")
    }
  }

  @Test("Any text is a value or breaks a rule")
  func hostileTexts() throws {
    var generator = SeededGenerator(seed: 5)
    let pieces = ["[", "]", ",", "\"", "1", "-", ".", "e", "true", "\\", "u", "{", " ", "9999999999", "\0", "ä"]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...8, using: &generator)).map { _ in generator.pick(pieces) }.joined()
      for kind in ["u8", "i64", "f32", "bool", "str", "[str]", "[i32]", "[f64]", "[bool]"] {
        guard try Self.violation(text, kind) == nil else { continue }
        #expect(try Self.parse(text, kind).kind.description == kind, "seed \(generator.seed)")
      }
    }
  }
}
