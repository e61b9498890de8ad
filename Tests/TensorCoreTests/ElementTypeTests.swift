import TensorCore
import Testing

struct ElementTypeTests {
  @Test(arguments: GGMLType.all)
  func aTypeIsAsGGMLHasIt(fact: GGMLType) throws {
    let type = try #require(ElementType(ggufID: fact.id))
    #expect(type.name == fact.name)
    #expect(type.blockLength == fact.blockLength)
    #expect(type.blockBytes == fact.blockBytes)
    #expect(type.traits.ggufID == fact.id)
    #expect(type.traits.fileType == fact.fileType)
    #expect(type.bitsPerWeight == Double(8 * fact.blockBytes) / Double(fact.blockLength))
  }

  @Test func noTypeButNF4HasAnIDThatIsNotInGGMLsTable() {
    let others = ElementType.allCases.filter { type in
      type.traits.ggufID.map { id in !GGMLType.all.contains { $0.id == id } } ?? false
    }
    #expect(others == [.nf4])
  }

  @Test func theIDOfNF4SpellsItsName() throws {
    let id = try #require(ElementType.nf4.traits.ggufID)
    let bytes = [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: id >> $0) }
    #expect(bytes == Array("NF4\0".utf8))
    #expect(ElementType(ggufID: id) == .nf4)
  }

  @Test(arguments: GGMLType.removedIDs + [43, 1000, 0xFFFF_FFFF])
  func anIDThatWasRemovedOrNeverGivenHasNoType(id: UInt32) {
    #expect(ElementType(ggufID: id) == nil)
  }

  @Test func idsAndNamesAreUnique() {
    let ids = ElementType.allCases.compactMap(\.traits.ggufID)
    #expect(Set(ids).count == ids.count)
    let dtypes = ElementType.allCases.compactMap(\.traits.safetensorsName)
    #expect(Set(dtypes).count == dtypes.count)
    let fileTypes = ElementType.allCases.compactMap(\.traits.fileType)
    #expect(Set(fileTypes).count == fileTypes.count)
    #expect(Set(ElementType.allCases.map { $0.name.lowercased() }).count == ElementType.allCases.count)
  }

  @Test func theSafetensorsTypesAreThoseOfTheFormat() {
    let bits = Dictionary(
      uniqueKeysWithValues: ElementType.allCases.compactMap { type in
        type.traits.safetensorsName.map { ($0, type.blockBytes * 8 / type.blockLength) }
      })
    #expect(bits == safetensorsBits)
    for name in bits.keys { #expect(ElementType(safetensorsName: name)?.traits.safetensorsName == name) }
  }

  @Test(arguments: ["f32", "F31", "", "Q8_0", "float32", " F32"])
  func aDtypeIsKnownInItsExactSpellingOnly(name: String) {
    #expect(ElementType(safetensorsName: name) == nil)
  }

  @Test(arguments: ElementType.allCases)
  func aNameIsReadInAnyCase(type: ElementType) {
    let mixed = String(type.name.enumerated().map { $0 % 2 == 0 ? Character($1.lowercased()) : $1 })
    for name in [type.name, type.name.lowercased(), type.name.uppercased(), mixed] {
      #expect(ElementType(named: name) == type)
    }
  }

  @Test(arguments: ["", "Q4", "Q4_K_M", "Q4-K", " Q4_K", "NF4 "])
  func aNameThatIsNoTypeIsNotRead(name: String) {
    #expect(ElementType(named: name) == nil)
  }

  @Test(arguments: ElementType.allCases)
  func bytesAreCountedInWholeBlocks(type: ElementType) {
    #expect(type.byteCount(elements: 0) == 0)
    #expect(type.byteCount(elements: type.blockLength * 7) == type.blockBytes * 7)
    #expect(type.byteCount(elements: -type.blockLength) == nil)
    if type.blockLength > 1 {
      #expect(type.byteCount(elements: type.blockLength * 7 + 1) == nil)
      #expect(type.byteCount(elements: 1) == nil)
    }
  }

  @Test(arguments: [(ElementType.f64, Int.max / 8), (.f32, Int.max / 4), (.f16, Int.max / 2), (.c64, Int.max / 8)])
  func bytesThatOverflowAreNotCounted(type: ElementType, mostElements: Int) {
    #expect(type.byteCount(elements: mostElements) == mostElements * type.blockBytes)
    #expect(type.byteCount(elements: mostElements + 1) == nil)
  }
}
