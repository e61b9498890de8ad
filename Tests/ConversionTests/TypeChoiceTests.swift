import Conversion
import MemoryCheckpoints
import TensorCore
import Testing

/// Which type a tensor gets.
@Suite("The choice of a type")
struct TypeChoiceTests {
  private func choice(
    _ name: String = "layers.0.weight", _ type: ElementType = .f32, _ dimensions: [Int] = [4, 256],
    byteOrder: ByteOrder = .little, _ options: ConversionOptions = ConversionOptions(type: .q4_K)
  ) throws -> TypeChoice {
    let entry = MemorySource.Entry(name: name, type: type, dimensions: dimensions, byteOrder: byteOrder)
    let plan = try ConversionPlan(source: MemorySource([entry]), name: "source", options: options)
    return plan.tensors[0].choice
  }

  private func options(
    _ type: ElementType, rules: [(String, ElementType)] = [], requantize: Bool = false
  ) -> ConversionOptions {
    var options = ConversionOptions(type: type)
    options.rules = rules.map { part, type in .init(type: type) { $0.contains(part) } }
    options.allowsRequantizing = requantize
    return options
  }

  @Test(
    "A matrix gets the type asked for, from every float type",
    arguments: [ElementType.f32, .f16, .bf16, .f64, .f8_E4M3, .f8_E5M2, .f8_E8M0],
    encodedTypes)
  func matrix(source: ElementType, target: ElementType) throws {
    let choice = try choice("w", source, [2, 3, 256], options(target))
    #expect(choice.target == target)
    #expect(choice.reason == nil)
  }

  @Test("Tensors of one dimension and scalars are not quantized", arguments: [[256], [1024], []])
  func oneDimensional(dimensions: [Int]) throws {
    let choice = try choice("w", .f16, dimensions)
    #expect(choice.target == .f32)
    #expect(choice.reason == .oneDimensional)
  }

  @Test("One row of two dimensions is quantized")
  func oneRow() throws {
    #expect(try choice("w", .f32, [1, 256]).target == .q4_K)
  }

  @Test(
    "Norms go by the part of the name before the last",
    arguments: [
      ("model.layers.0.input_layernorm.weight", true), ("blk.0.attn_norm.weight", true), ("a.LayerNorm.weight", true),
      ("a.finalNORMALIZE.gamma", true), ("norm.weight", true), ("norm", false), ("blk.0.weight_norm", false),
      ("norm.blk.weight", false), ("blk.0.attn_q.weight", false),
    ])
  func norms(name: String, isNorm: Bool) throws {
    let choice = try choice(name)
    #expect(choice.target == (isNorm ? .f32 : .q4_K))
    #expect(choice.reason == (isNorm ? .norm : nil))
  }

  @Test(
    "Rows that do not divide into blocks are not quantized",
    arguments: [
      (ElementType.q8_0, 33), (.q4_0, 48), (.nf4, 96), (.q4_K, 255), (.q4_K, 128), (.tq1_0, 384), (.tq2_0, 1),
    ])
  func rowsDoNotDivide(type: ElementType, row: Int) throws {
    let choice = try choice("w", .f32, [256, row], options(type))
    #expect(choice.target == .f32)
    #expect(choice.reason == .rowsDoNotDivide(into: type))
    // One block length more or less, and they do.
    #expect(try self.choice("w", .f32, [row, type.blockLength], options(type)).target == type)
  }

  @Test(
    "Integers become the smallest signed type that holds them, whatever is asked for",
    arguments: [
      (ElementType.i8, ElementType.i8), (.i16, .i16), (.i32, .i32), (.i64, .i64), (.bool, .i8), (.u8, .i16),
      (.u16, .i32), (.u32, .i64), (.u64, .i64),
    ])
  func integers(source: ElementType, target: ElementType) throws {
    let choice = try choice("w", source, [4, 256], options(.q8_0, rules: [("w", .q4_0)]))
    #expect(choice.target == target)
    #expect(choice.reason == .integers)
  }

  @Test("The first rule that matches decides, over dimensions and norms too")
  func rules() throws {
    let options = options(.q8_0, rules: [("attn_q", .q4_0), ("attn", .tq2_0), ("norm", .f16), ("bias", .nf4)])
    #expect(try choice("attn_q.weight", .f32, [4, 256], options).target == .q4_0)
    #expect(try choice("attn_k.weight", .f32, [4, 256], options).target == .tq2_0)
    #expect(try choice("a.norm.weight", .f32, [256], options).target == .f16)
    #expect(try choice("bias", .f32, [64], options).target == .nf4)
    #expect(try choice("other", .f32, [4, 256], options).target == .q8_0)
  }

  @Test("A rule's type that does not fit is not replaced by the general one")
  func ruleDoesNotFit() throws {
    let choice = try choice("w", .f32, [4, 64], options(.q8_0, rules: [("w", .q4_K)]))
    #expect(choice.target == .f32)
    #expect(choice.reason == .rowsDoNotDivide(into: .q4_K))
  }

  @Test("What is not quantized gets the type asked for that", arguments: [ElementType.f32, .f16, .bf16])
  func unquantizedType(_ type: ElementType) throws {
    var options = options(.q4_K)
    options.unquantizedType = type
    #expect(try choice("w", .f32, [256], options).target == type)
    #expect(try choice("a.norm.w", .f32, [4, 256], options).target == type)
    #expect(try choice("w", .f32, [4, 33], options).target == type)
    #expect(try choice("w", .f32, [4, 256], options).target == .q4_K)
  }

  @Test("A quantized tensor of the type asked for keeps its blocks, of types that are not decoded too")
  func keptBlocks() throws {
    #expect(try choice("w", .q4_K, [4, 256]).target == .q4_K)
    #expect(try choice("w", .q8_K, [4, 256], options(.q4_K, rules: [("w", .q8_K)])).target == .q8_K)
  }

  @Test("A quantized tensor that is not to be quantized keeps its type")
  func quantizedUnquantized() throws {
    #expect(try choice("a.norm.w", .q8_0, [4, 256]).target == .q8_0)
    #expect(try choice("w", .q8_0, [256]).target == .q8_0)
    #expect(try choice("w", .q8_0, [4, 32]).target == .q8_0)
    #expect(try choice("w", .q8_0, [4, 32]).reason == .rowsDoNotDivide(into: .q4_K))
  }

  @Test(
    "A quantized tensor is not quantized again unless that is allowed", arguments: [ElementType.q4_K, .q8_0, .tq1_0])
  func requantizing(target: ElementType) throws {
    let reason = refusal { _ = try choice("w", .q4_0, [4, 256], options(target)) }
    #expect(reason as? ConversionError == .quantizedAlready(tensor: "w", type: .q4_0, target: target))
    #expect(try choice("w", .q4_0, [4, 256], options(target, requantize: true)).target == target)
  }

  @Test("To F32 it is: that loses nothing", arguments: encodedTypes.filter { $0.kind == .quantized })
  func widening(source: ElementType) throws {
    #expect(try choice("w", source, [4, 256], options(.f32)).target == .f32)
    let reason = refusal { _ = try choice("w", source, [4, 256], options(.f16)) }
    #expect(reason as? ConversionError == .quantizedAlready(tensor: "w", type: source, target: .f16))
  }

  @Test("Where the type asked for is the unquantized one, there is no reason to give", arguments: [[256], [4, 33]])
  func noReason(dimensions: [Int]) throws {
    let choice = try choice("a.norm.w", .f16, dimensions, options(.f32))
    #expect(choice.target == .f32)
    #expect(choice.reason == nil)
  }

  @Test("A type without a decoder cannot become another", arguments: [ElementType.q8_1, .q8_K])
  func notDecodable(_ type: ElementType) {
    let reason = refusal { _ = try choice("w", type, [4, 256], options(.q8_0, requantize: true)) }
    #expect(reason as? ConversionError == .typeNotDecodable(tensor: "w", type: type))
  }

  @Test("Big-endian blocks are refused, even where their type would stay", arguments: [ElementType.q8_0, .q4_K])
  func bigEndianBlocks(target: ElementType) {
    let reason = refusal {
      _ = try choice("w", .q8_0, [4, 256], byteOrder: .big, options(target, requantize: true))
    }
    #expect(reason as? ConversionError == .byteOrderNotSupported(tensor: "w", type: .q8_0))
  }

  @Test(
    "Packed types have no counterpart, whatever the rules say",
    arguments: [ElementType.f4, .f6_E2M3, .f6_E3M2, .c64, .f8_E4M3FNUZ, .f8_E5M2FNUZ])
  func packed(_ type: ElementType) {
    let reason = refusal { _ = try choice("w", type, [4, 256], options(.q8_0, rules: [("w", .f32)])) }
    #expect(reason as? ConversionError == .typeHasNoCounterpart(tensor: "w", type: type))
  }
}
