import GGUF
import TensorCore
import TestSupport
import Testing

/// Random files, made by a builder that shares no code with the writer: what is read of them is written again to the
/// byte, and what was put into them is what is read.
struct WriteReadTests {
  private static let types: [ElementType] = [
    .f32, .f16, .bf16, .f64, .i8, .i16, .i32, .i64, .q4_0, .q8_0, .q4_K, .q6_K, .tq1_0, .tq2_0, .iq4_nl, .mxfp4, .nf4,
  ]

  private static func text(_ generator: inout SeededGenerator) -> String {
    let count = Int.random(in: 0...12, using: &generator)
    return String((0..<count).map { _ in generator.pick(Array("abc .äé重🦙\n\0\"")) })
  }

  private static func scalar(_ generator: inout SeededGenerator, type: UInt32) -> GGUFBuilder.Value {
    let bits = generator.next()
    return switch type {
    case 0: .u8(UInt8(truncatingIfNeeded: bits))
    case 1: .i8(Int8(truncatingIfNeeded: bits))
    case 2: .u16(UInt16(truncatingIfNeeded: bits))
    case 3: .i16(Int16(truncatingIfNeeded: bits))
    case 4: .u32(UInt32(truncatingIfNeeded: bits))
    case 5: .i32(Int32(truncatingIfNeeded: bits))
    case 6: .f32(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case 7: .bool(UInt8(bits & 1))
    case 8: .string(text(&generator))
    case 10: .u64(bits)
    case 11: .i64(Int64(bitPattern: bits))
    default: .f64(Double(bitPattern: bits))
    }
  }

  private static func value(_ generator: inout SeededGenerator, depth: Int = 0) -> GGUFBuilder.Value {
    let scalars: [UInt32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]
    let isArray = depth < 4 && Int.random(in: 0..<3, using: &generator) == 0
    guard isArray || depth > 0 else { return scalar(&generator, type: generator.pick(scalars)) }
    let count = Int.random(in: 0...5, using: &generator)
    if depth < 3, Bool.random(using: &generator) {
      return .array(of: 9, (0..<count).map { _ in value(&generator, depth: depth + 1) })
    }
    let type = generator.pick(scalars)
    return .array(of: type, (0..<count).map { _ in scalar(&generator, type: type) })
  }

  private static func builder(_ generator: inout SeededGenerator) throws -> GGUFBuilder {
    var builder = GGUFBuilder()
    if Bool.random(using: &generator) {
      builder.alignment = generator.pick([8, 32, 64, 256])
      builder.add("general.alignment", .u32(UInt32(builder.alignment)))
    }
    for number in 0..<Int.random(in: 0...8, using: &generator) { builder.add("key.\(number)", value(&generator)) }
    for number in 0..<Int.random(in: 0...6, using: &generator) {
      let type = generator.pick(types)
      var dimensions = [UInt64(type.blockLength * Int.random(in: 1...3, using: &generator))]
      for _ in 0..<Int.random(in: 0...3, using: &generator) { dimensions.append(.random(in: 1...4, using: &generator)) }
      let byteCount = Int(dimensions.reduce(1, *)) / type.blockLength * type.blockBytes
      builder.addTensor(
        "tensor.\(number)", dimensions, type: try #require(type.traits.ggufID), payload: generator.bytes(byteCount))
    }
    return builder
  }

  /// What the writer makes of a file that was read.
  private func rewritten(_ file: GGUFFile) throws -> [UInt8] {
    let layout = try GGUFLayout(
      metadata: file.metadata,
      tensors: file.tensors.map { .init(name: $0.name, elementType: $0.elementType, shape: $0.shape) })
    var bytes = layout.header
    for (tensor, place) in zip(file.tensors, layout.places) {
      bytes += try file.payload(tensor) + [UInt8](repeating: 0, count: place.padding)
    }
    #expect(bytes.count == layout.fileSize)
    return bytes
  }

  @Test(arguments: 500..<600 as Range<UInt64>)
  func aFileThatIsReadAndWrittenAgainIsTheSameToTheByte(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let builder = try Self.builder(&generator)
    let bytes = builder.build()
    let file = try GGUFFile(reading: bytes)
    #expect(file.deviations == [], "seed \(seed)")
    #expect(file.tensors.map(\.shape.dimensions) == builder.tensors.map { $0.dimensions.reversed().map(Int.init) })
    for (tensor, built) in zip(file.tensors, builder.tensors) {
      #expect(try file.payload(tensor) == built.payload, "seed \(seed)")
    }
    let again = try rewritten(file)
    // A file without tensors ends with its header; the writer pads that.
    let padding = builder.tensors.isEmpty ? [UInt8](repeating: 0, count: again.count - bytes.count) : []
    #expect(again == bytes + padding, "seed \(seed)")
  }

  @Test(arguments: 600..<650 as Range<UInt64>)
  func theByteOrderMakesNoDifferenceToMetadata(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var builder = try Self.builder(&generator)
    let little = try GGUFFile(reading: builder.build())
    builder.order = .big
    let big = try GGUFFile(reading: builder.build())
    #expect(big.deviations == [], "seed \(seed)")
    #expect(big.byteOrder == .big)
    // Bytes are compared, since a NaN is not equal to itself.
    #expect(try rewritten(big) == rewritten(little), "seed \(seed)")
  }
}
