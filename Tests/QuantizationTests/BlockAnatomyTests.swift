import Quantization
import TensorCore
import TestSupport
import Testing

private let decodedTypes = ElementType.allCases.filter { $0.decoder != nil }

@Suite("Blocks taken apart for people")
struct BlockAnatomyTests {
  private static let seed: UInt64 = 611

  /// Random blocks, and blocks of equal bytes: all of them for floats, among whose bytes are many that stand for
  /// something of their own, and those of special scales for the others.
  private static func blocks(of type: ElementType) -> [[UInt8]] {
    var random = SeededGenerator(seed: seed)
    let special: [UInt8] = type.kind == .float ? Array(0...255) : [0, 1, 0x7E, 0x7F, 0x80, 0xFD, 0xFE, 0xFF]
    return special.map { [UInt8](repeating: $0, count: type.blockBytes) }
      + (0..<40).map { _ in random.bytes(type.blockBytes) }
  }

  @Test("Every type that is decoded can be taken apart", arguments: decodedTypes)
  func isComplete(_ type: ElementType) { #expect(type.dissector != nil) }

  @Test("Each byte of a block belongs to one field, in the order of the bytes", arguments: decodedTypes)
  func fields(_ type: ElementType) throws {
    for block in Self.blocks(of: type) {
      let fields = try anatomy(of: block, type).fields
      #expect(fields.flatMap { Array($0.bytes) } == Array(0..<type.blockBytes), "seed \(Self.seed)")
      #expect(Set(fields.map(\.name)).count == fields.count)
    }
  }

  @Test("Each weight has a code, and belongs to one sub-block where there are any", arguments: decodedTypes)
  func weights(_ type: ElementType) throws {
    for block in Self.blocks(of: type) {
      let anatomy = try anatomy(of: block, type)
      #expect(anatomy.codes.count == (type.kind == .float ? 0 : type.blockLength))
      if anatomy.groups.isEmpty { continue }
      #expect(anatomy.groups.flatMap { Array($0.weights) } == Array(0..<type.blockLength))
    }
  }

  @Test(
    "The stated formulas, evaluated in binary32, give the decoder's weights bit for bit",
    arguments: decodedTypes.filter { $0.kind != .float })
  func formulas(_ type: ElementType) throws {
    for block in Self.blocks(of: type) {
      let anatomy = try anatomy(of: block, type)
      let weights = try #require(type.decoder).weights(of: block)
      for (index, weight) in weights.enumerated() {
        let values = try evaluated(anatomy, index)
        expectEqual(values["weight"], weight, "seed \(Self.seed), \(type), weight \(index) of \(block.hex)")
        guard let group = anatomy.groups.first(where: { $0.weights.contains(index) }) else { continue }
        expectEqual(values["step"], group.step, "seed \(Self.seed), step of weight \(index)")
        if let shift = group.shift {
          expectEqual(values["shift"], shift, "seed \(Self.seed), shift of weight \(index)")
        }
      }
    }
  }

  @Test(
    "Sign, exponent and fraction give the float by the stated formula",
    arguments: decodedTypes.filter { $0.kind == .float })
  func floats(_ type: ElementType) throws {
    for block in Self.blocks(of: type) {
      let anatomy = try anatomy(of: block, type)
      let parts = try #require(anatomy.float)
      let weight = try #require(type.decoder).weights(of: block)[0]
      let names = [
        "sign": Double(parts.sign), "exponent": Double(parts.exponent), "fraction": Double(parts.fraction),
      ]
      switch parts.kind {
      case .nan: #expect(weight.isNaN && anatomy.formulas.isEmpty)
      case .infinite: #expect(weight == (parts.sign == 1 ? -.infinity : .infinity) && anatomy.formulas.isEmpty)
      case .zero, .subnormal, .normal:
        let (name, value) = try StatedFormula<Double>.evaluate(try #require(anatomy.formulas.first), names)
        #expect(name == "weight" && anatomy.formulas.count == 1)
        expectEqual(Float(value), weight, "seed \(Self.seed), \(type) of \(block.hex)")
        #expect((value == 0) == (parts.kind == .zero), "\(block.hex)")
      }
    }
  }

  private func anatomy(of block: [UInt8], _ type: ElementType) throws -> BlockAnatomy {
    let dissector = try #require(type.dissector)
    return dissected(block, dissector)
  }

  /// Every name that the formulas define for a weight.
  private func evaluated(_ anatomy: BlockAnatomy, _ index: Int) throws -> [String: Float] {
    var names = Dictionary(
      uniqueKeysWithValues: anatomy.fields.compactMap { field in field.value.map { (field.name, $0) } })
    names["code"] = Float(anatomy.codes[index])
    if let group = anatomy.groups.first(where: { $0.weights.contains(index) }) {
      names["scale"] = Float(group.scale)
      names["minimum"] = group.minimum.map { Float($0) }
    }
    for formula in anatomy.formulas {
      let (name, value) = try StatedFormula<Float>.evaluate(formula, names, table: anatomy.values)
      names[name] = value
    }
    return names
  }

  /// -0 is not 0; one NaN is as good as another.
  private func expectEqual(_ found: Float?, _ expected: Float, _ comment: @autoclosure () -> String) {
    let isEqual = found?.bitPattern == expected.bitPattern || found?.isNaN == true && expected.isNaN
    if !isEqual { Issue.record("found \(found.map { "\($0)" } ?? "nothing"), expected \(expected): \(comment())") }
  }
}

private func dissected(_ block: [UInt8], _ type: any BlockDissector.Type) -> BlockAnatomy {
  type.anatomy(of: block.span)
}
