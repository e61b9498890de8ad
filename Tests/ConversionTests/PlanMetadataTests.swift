import Conversion
import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

/// The key-value pairs of the output, as formats/gguf.md lists them.
@Suite("The metadata of the output")
struct PlanMetadataTests {
  private func plan(
    ofGGUF pairs: [(String, GGUFValue)], type: ElementType = .q8_0
  ) throws -> ConversionPlan {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(
      name: "w", type: .f32, dimensions: [32], payload: payload(of: Array(repeating: 1, count: 32), as: .f32))
    let path = try folder.write("in.gguf", try gguf(metadata: metadata(pairs), [entry]))
    return try ConversionPlan(source: GGUFFile(path: path), name: path, options: ConversionOptions(type: type))
  }

  @Test("The keys of a source that is no GGUF, in their order")
  func plain() throws {
    var source = MemorySource("w", [4, 32])
    source.files = [SourceFile(path: "/a/b/one.safetensors", size: 77), SourceFile(path: "two", size: 1 << 40)]
    let plan = try ConversionPlan(source: source, name: "source", options: ConversionOptions(type: .q4_0))
    #expect(
      plan.metadata
        == metadata([
          ("general.architecture", .string("unknown")), ("general.quantization_version", .uint32(2)),
          ("general.file_type", .uint32(2)), ("general.alignment", .uint32(32)),
          ("swift_gguf.source.names", .array(GGUFArray(["one.safetensors", "two"]))),
          ("swift_gguf.source.sizes", .array(GGUFArray([UInt64(77), 1 << 40]))),
        ]))
  }

  @Test(
    "The file type is llama.cpp's number",
    arguments: [
      (ElementType.f32, UInt32(0)), (.f16, 1), (.q4_0, 2), (.q4_1, 3), (.q8_0, 7), (.q5_0, 8), (.q5_1, 9), (.q2_K, 10),
      (.q3_K, 11), (.q4_K, 14), (.q5_K, 16), (.q6_K, 18), (.iq4_nl, 25), (.iq4_xs, 30), (.bf16, 32), (.tq1_0, 36),
      (.tq2_0, 37), (.mxfp4, 38), (.nvfp4, 39), (.q1_0, 40), (.q2_0, 41),
    ])
  func fileType(type: ElementType, number: UInt32) throws {
    let plan = try ConversionPlan(
      source: MemorySource("w", [256]), name: "source", options: ConversionOptions(type: type))
    #expect(plan.metadata["general.file_type"] == .uint32(number))
  }

  @Test("NF4 has no file type, not even that of the source")
  func noFileType() throws {
    let plan = try plan(ofGGUF: [("general.file_type", .uint32(1))], type: .nf4)
    #expect(plan.metadata["general.file_type"] == nil)
  }

  @Test("What a GGUF source says is carried over, behind the general keys, in its order")
  func inherited() throws {
    let pairs: [(String, GGUFValue)] = [
      ("z.float", .float32(0.1)), ("general.file_type", .uint32(1)), ("general.quantization_version", .uint32(1)),
      ("general.name", .string("größe")), ("general.architecture", .string("llama")),
      ("tokenizer.ggml.tokens", .array(GGUFArray(["a", "", "\u{2581}b"]))), ("a.bool", .bool(true)),
      ("a.u8", .uint8(255)), ("a.i8", .int8(-1)), ("a.u16", .uint16(7)), ("a.i16", .int16(-7)), ("a.i32", .int32(-9)),
      ("a.u64", .uint64(.max)), ("a.i64", .int64(.min)), ("a.f64", .float64(-0.0)),
    ]
    let plan = try plan(ofGGUF: pairs)
    #expect(
      plan.metadata.entries.map(\.key) == [
        "general.architecture", "general.quantization_version", "general.file_type", "general.alignment", "z.float",
        "general.name", "tokenizer.ggml.tokens", "a.bool", "a.u8", "a.i8", "a.u16", "a.i16", "a.i32", "a.u64", "a.i64",
        "a.f64", "swift_gguf.source.names", "swift_gguf.source.sizes",
      ])
    #expect(plan.metadata["general.architecture"] == .string("llama"))
    #expect(plan.metadata["general.quantization_version"] == .uint32(2))
    #expect(plan.metadata["general.file_type"] == .uint32(7))
    for (key, value) in pairs where !key.hasPrefix("general.") { #expect(plan.metadata[key] == value, "\(key)") }
    #expect(plan.metadata["general.name"] == .string("größe"))
  }

  @Test("Keys about splits are left out: the output is one file")
  func splits() throws {
    let plan = try plan(ofGGUF: [
      ("split.no", .uint16(0)), ("split.count", .uint16(3)), ("split.tensors.count", .int32(9)),
      ("splitting", .uint8(1)),
    ])
    #expect(!plan.metadata.entries.contains { $0.key.hasPrefix("split.") })
    #expect(plan.metadata["splitting"] == .uint8(1))
  }

  @Test("The alignment of a GGUF source is kept, and the layout follows it", arguments: [UInt32(8), 64, 4_096])
  func alignment(_ alignment: UInt32) throws {
    let plan = try plan(ofGGUF: [("general.alignment", .uint32(alignment))])
    #expect(plan.metadata["general.alignment"] == .uint32(alignment))
    #expect(plan.layout.alignment == Int(alignment))
    #expect(plan.tensors[0].place.offset % Int(alignment) == 0)
    #expect(plan.layout.fileSize % Int(alignment) == 0)
  }

  @Test("Where an output of ours is converted again, the last keys name the file that was read now")
  func ownOutput() throws {
    let plan = try plan(ofGGUF: [
      ("swift_gguf.source.names", .array(GGUFArray(["first.safetensors"]))),
      ("swift_gguf.source.sizes", .array(GGUFArray([UInt64(5)]))), ("added.later", .bool(true)),
    ])
    #expect(plan.metadata["swift_gguf.source.names"] == .array(GGUFArray(["in.gguf"])))
    #expect(
      plan.metadata.entries.suffix(3).map(\.key)
        == ["added.later", "swift_gguf.source.names", "swift_gguf.source.sizes"])
  }
}
