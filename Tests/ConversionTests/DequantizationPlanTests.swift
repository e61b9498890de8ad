import Checkpoints
import Conversion
import GGUF
import MemoryCheckpoints
import Quantization
import Safetensors
import TensorCore
import TestSupport
import Testing

@Suite("The plan of a dequantization")
struct DequantizationPlanTests {
  private func plan(_ source: any TensorSource, _ options: DequantizationOptions = .init()) throws -> DequantizationPlan
  {
    try DequantizationPlan(source: source, name: "source", fileName: "model.safetensors", options: options)
  }

  private func refused(_ entries: [MemorySource.Entry], _ options: DequantizationOptions = .init()) -> (
    any FormatViolation
  )? {
    refusal { _ = try plan(MemorySource(entries), options) }
  }

  @Test("Types that are not decoded, and big-endian blocks, are refused")
  func types() {
    for type in ElementType.allCases where type.kind != .integer {
      let reason = refused([.init(name: "t", type: type, dimensions: [256])]) as? ConversionError
      #expect(
        reason == (type.decoder != nil ? nil : .typeNotDequantizable(tensor: "t", type: type)), "\(type)")
    }
    let big = refused([.init(name: "t", type: .q8_0, dimensions: [32], byteOrder: .big)]) as? ConversionError
    #expect(big == .byteOrderNotSupported(tensor: "t", type: .q8_0))
    #expect(refused([.init(name: "t", type: .f16, dimensions: [32], byteOrder: .big)]) == nil)
  }

  @Test("Names are the user's, and each is taken once")
  func names() throws {
    let entries = ["a", "b", "c"].map { MemorySource.Entry(name: $0, type: .f32, dimensions: [1]) }
    var options = DequantizationOptions()
    options.excludes = { $0 == "b" }
    options.outputName = { $0 + ".weight" }
    let plan = try plan(MemorySource(entries), options)
    #expect(plan.tensors.map(\.name) == ["a.weight", "c.weight"] && plan.excludedTensors == ["b"])
    options.outputName = { _ in "x" }
    #expect(refused(entries, options) as? ConversionError == .nameTaken(tensor: "c", other: "a", name: "x"))
    options.excludes = { _ in true }
    #expect(refused(entries, options) as? ConversionError == .allTensorsLeftOut(count: 3))
    #expect(refused([]) as? ConversionError == .noTensors)
    options.excludes = { $0 != "a" }
    options.outputName = { _ in "__metadata__" }
    #expect(refused(entries, options) as? SafetensorsLayoutError == .nameReserved("__metadata__"))
  }

  @Test("What a GGUF file says of its model in strings is kept, and the format that loaders ask for added")
  func metadata() throws {
    let folder = try TemporaryFolder()
    let entries = [MemorySource.Entry(name: "w", type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))]
    let bytes = try gguf(
      metadata: MemoryCheckpoints.metadata([
        ("general.architecture", .string("llama")), ("general.file_type", .uint32(1)),
        ("tokenizer.chat_template", .string("{{ x }}")), ("general.name", .string("a \"model\"")),
      ]), entries)
    let file = try openCheckpoint(at: try folder.write("m.gguf", bytes))
    let metadata = try plan(file).metadata
    #expect(metadata.map(\.key) == ["format", "general.architecture", "general.name"])
    #expect(metadata.map(\.value) == ["pt", "llama", "a \"model\""])
    #expect(try plan(MemorySource(entries)).metadata.map(\.value) == ["pt"])
  }

  @Test("The metadata of a safetensors file stays")
  func inherited() throws {
    let source = try openCheckpoint(at: Repository.path("samples/valid/header-escapes-and-blanks.safetensors"))
    let own = try #require(source as? SafetensorsFile).metadata
    let metadata = try plan(source).metadata
    #expect(metadata.filter { $0.key != "format" }.map(\.value) == own.filter { $0.key != "format" }.map(\.value))
    #expect(metadata.count { $0.key == "format" } == 1)
  }
}
