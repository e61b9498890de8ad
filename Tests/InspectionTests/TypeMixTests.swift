import Inspection
import TensorCore
import Testing

@Suite("The types of a checkpoint's tensors")
struct TypeMixTests {
  @Test("Tensors, weights and bytes are added up by type, the type with the most bytes first")
  func sums() {
    let mix = TypeMix([(ElementType.f32, 10, 40), (.q8_0, 320, 340), (.f32, 5, 20)])
    #expect(mix.shares.map(\.type) == ["Q8_0", "F32"])
    #expect(mix.shares.map(\.tensors) == [1, 2])
    #expect(mix.shares.map(\.parameters) == [320, 15])
    #expect(mix.shares.map(\.bytes) == [340, 60])
    #expect((mix.tensors, mix.parameters, mix.bytes) == (3, 335, 400))
    #expect(mix.bitsPerWeight == 400.0 * 8 / 335)
  }

  @Test("What a file claims does not overflow")
  func clamps() {
    let mix = TypeMix([(ElementType.i8, Int.max, Int.max), (.i8, Int.max, Int.max)])
    #expect((mix.parameters, mix.bytes) == (Int.max, Int.max))
  }

  @Test("Nothing has no bits a weight")
  func nothing() { #expect(TypeMix([(type: ElementType, elements: Int, bytes: Int)]()).bitsPerWeight == 0) }
}
