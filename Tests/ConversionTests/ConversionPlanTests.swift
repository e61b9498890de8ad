import Conversion
import GGUF
import MemoryCheckpoints
import TensorCore
import Testing

/// What a plan says before a weight is read.
@Suite("The plan of a conversion")
struct ConversionPlanTests {
  private func plan(
    _ source: MemorySource, _ options: ConversionOptions = ConversionOptions(type: .q8_0)
  ) throws -> ConversionPlan {
    try ConversionPlan(source: source, name: "source", options: options)
  }

  @Test("Tensors stand in the order of the source, each at the next multiple of the alignment")
  func order() throws {
    let source = MemorySource([
      .init(name: "z", type: .f32, dimensions: [3, 32]), .init(name: "a", type: .f16, dimensions: [5]),
      .init(name: "m", type: .i8, dimensions: [7]), .init(name: "b", type: .bf16, dimensions: [2, 2, 64]),
    ])
    let plan = try plan(source)
    #expect(plan.tensors.map(\.source.name) == ["z", "a", "m", "b"])
    #expect(plan.tensors.map(\.name) == ["z", "a", "m", "b"])
    #expect(plan.tensors.map(\.target) == [.q8_0, .f32, .i8, .q8_0])
    #expect(plan.tensors.map(\.place.byteCount) == [102, 20, 7, 272])
    var end = plan.layout.parts[0].header.count
    for tensor in plan.tensors {
      #expect(tensor.place.offset == end, "\(tensor.name)")
      #expect(tensor.place.offset % 32 == 0)
      end += (tensor.place.byteCount + 31) / 32 * 32
      #expect(tensor.place.offset + tensor.place.byteCount + tensor.place.padding == end)
    }
    #expect(plan.layout.fileSize == end)
    #expect(plan.layout.alignment == 32)
  }

  @Test("A scalar becomes a vector of one")
  func scalar() throws {
    let tensor = try plan(MemorySource("w", .f16, [])).tensors[0]
    #expect(tensor.shape == shape([1]))
    #expect(tensor.source.shape == shape([]))
    #expect(tensor.place.byteCount == 4)
  }

  @Test("Other shapes stay as they are", arguments: [[1], [7], [2, 32], [2, 3, 32], [2, 3, 4, 32]])
  func shapes(dimensions: [Int]) throws {
    #expect(try plan(MemorySource("w", dimensions)).tensors[0].shape == shape(dimensions))
  }

  @Test("Tensors without elements are left out, and named")
  func empty() throws {
    let source = MemorySource([
      .init(name: "e", type: .f32, dimensions: [0, 256]), .init(name: "w", type: .f32, dimensions: [1]),
      // Neither its type, nor its name, nor its dimensions matter.
      .init(name: "", type: .c64, dimensions: [2, 2, 2, 2, 0]),
    ])
    let plan = try plan(source)
    #expect(plan.tensors.map(\.name) == ["w"])
    #expect(plan.emptyTensors == ["e", ""])
  }

  @Test("Tensors that are left out are named, and nothing about them matters")
  func excluded() throws {
    var options = ConversionOptions(type: .q8_0)
    options.excludes = { $0 != "w" }
    let source = MemorySource([
      .init(name: "c64", type: .c64, dimensions: [4]), .init(name: "w", type: .f32, dimensions: [1]),
      .init(name: String(repeating: "n", count: 80), type: .q6_K, dimensions: [1, 1, 1, 1, 256], byteOrder: .big),
      .init(name: "e", type: .f32, dimensions: [0]),
    ])
    let plan = try plan(source, options)
    #expect(plan.tensors.map(\.name) == ["w"])
    #expect(plan.excludedTensors == ["c64", String(repeating: "n", count: 80), "e"])
    #expect(plan.emptyTensors.isEmpty)
  }

  @Test("Nothing left is an error", arguments: [[Int](), [0]])
  func nothing(dimensions: [Int]) {
    var options = ConversionOptions(type: .q8_0)
    options.excludes = { _ in dimensions.isEmpty }
    let reason = refusal { _ = try plan(MemorySource("w", dimensions), options) }
    #expect(reason as? ConversionError == .allTensorsLeftOut(count: 1))
    #expect(refusal { _ = try plan(MemorySource([])) } as? ConversionError == .noTensors)
  }

  @Test("Names have 1 to 63 bytes of UTF-8 without NUL")
  func names() throws {
    let fits = String(repeating: "é", count: 31) + "x"
    #expect(try plan(MemorySource(fits, [1])).tensors[0].name == fits)
    let long = String(repeating: "é", count: 32)
    #expect(
      refusal { _ = try plan(MemorySource(long, [1])) } as? ConversionError
        == .nameTooLong(tensor: long, bytes: 64, limit: 63))
    #expect(refusal { _ = try plan(MemorySource("", [1])) } as? ConversionError == .nameEmpty(index: 0))
    #expect(
      refusal { _ = try plan(MemorySource("a\0b", [1])) } as? ConversionError == .nameHoldsNUL(tensor: "a\0b"))
  }

  @Test("More than four dimensions are an error")
  func dimensions() {
    let reason = refusal { _ = try plan(MemorySource("w", [1, 1, 1, 1, 32])) }
    #expect(reason as? ConversionError == .tooManyDimensions(tensor: "w", count: 5, limit: 4))
  }

  @Test("Names in the output may be others; types and exclusions go by those of the source")
  func renamed() throws {
    var options = ConversionOptions(type: .q8_0)
    options.outputName = { "new." + $0 }
    options.excludes = { $0 == "b" || $0 == "new.a" }
    options.rules = [.init(type: .q4_0) { $0 == "a" }]
    let source = MemorySource([
      .init(name: "a", type: .f32, dimensions: [2, 32]), .init(name: "b", type: .f32, dimensions: [2, 32]),
      .init(name: "c", type: .f32, dimensions: [2, 32]),
    ])
    let plan = try plan(source, options)
    #expect(plan.tensors.map(\.name) == ["new.a", "new.c"])
    #expect(plan.tensors.map(\.source.name) == ["a", "c"])
    #expect(plan.tensors.map(\.target) == [.q4_0, .q8_0])
    #expect(plan.excludedTensors == ["b"])
  }

  @Test("A long name may become a short one, and two must not become the same")
  func renamedToFit() throws {
    var options = ConversionOptions(type: .q8_0)
    options.outputName = { String($0.prefix(10)) }
    let long = String(repeating: "n", count: 80)
    #expect(try plan(MemorySource(long, [1]), options).tensors[0].name == String(repeating: "n", count: 10))
    let two = MemorySource([
      .init(name: long, type: .f32, dimensions: [1]), .init(name: long + "x", type: .f32, dimensions: [1]),
    ])
    #expect(
      refusal { _ = try plan(two, options) } as? ConversionError
        == .nameTaken(tensor: long + "x", other: long, name: String(repeating: "n", count: 10)))
  }

  @Test("Names that only look the same are two names")
  func canonicalEquivalence() throws {
    let source = MemorySource([
      .init(name: "\u{e9}", type: .f32, dimensions: [1]), .init(name: "e\u{301}", type: .f32, dimensions: [1]),
    ])
    #expect(try plan(source).tensors.count == 2)
  }

  @Test("An error is about the path that the user gave")
  func path() {
    do {
      _ = try ConversionPlan(source: MemorySource("", [1]), name: "the/path", options: ConversionOptions(type: .f32))
      Issue.record("no error")
    } catch SourceError.invalid(let path, _) {
      #expect(path == "the/path")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("A type that cannot be written is refused in the plan", arguments: [ElementType.q8_1, .f64, .q8_K])
  func targetWithoutCodec(_ type: ElementType) {
    #expect(refusal { _ = try plan(MemorySource("w", [4, 256]), ConversionOptions(type: type)) } is ConversionError)
  }
}
