import GGUF
import TensorCore
import TestSupport
import Testing

/// The files in samples/valid, and those that formats/gguf.md shows.
struct ValidSampleTests {
  private func open(_ name: String) throws -> GGUFFile {
    try GGUFFile(path: Repository.path("samples/valid/" + name))
  }

  @Test(arguments: [
    "v3-little", "v3-big", "v2-little", "alignment-64", "no-tensors", "no-tensors-no-metadata", "missing-architecture",
    "missing-quantization-version", "name-64-bytes", "no-final-padding", "tensors-out-of-order",
  ])
  func aValidSampleIsSound(name: String) throws {
    let file = try open(name + ".gguf")
    try file.requireSound()
    try file.requireZeroPadding()
    for tensor in file.tensors { #expect(try file.payload(tensor).count == tensor.byteCount) }
  }

  @Test func versionTwoHasTheContentsOfVersionThree() throws {
    let (three, two) = (try open("v3-little.gguf"), try open("v2-little.gguf"))
    #expect((three.version, two.version) == (3, 2))
    #expect(two.metadata == three.metadata)
    #expect(two.tensors == three.tensors)
    for tensor in two.tensors { #expect(try two.payload(tensor) == three.payload(tensor)) }
  }

  @Test func theBigEndianFileHasTheContentsOfTheLittleEndianOne() throws {
    let (little, big) = (try open("v3-little.gguf"), try open("v3-big.gguf"))
    #expect((little.byteOrder, big.byteOrder) == (.little, .big))
    #expect(big.metadata == little.metadata)
    #expect(big.metadata.entries.count == 29)
    #expect(big.tensors.count == 15)
    for (one, other) in zip(little.tensors, big.tensors) {
      #expect(one.name == other.name)
      #expect(one.elementType == other.elementType)
      #expect(one.shape == other.shape)
      #expect(one.offset == other.offset)
      guard one.elementType.blockLength == 1 else { continue }
      var swapped = try big.payload(other)
      var span = swapped.mutableSpan
      span.reverseBytes(ofElements: one.elementType.blockBytes)
      #expect(try little.payload(one) == swapped, "\(one.name)")
    }
  }

  @Test func theSampleHasEveryTypeOfValue() throws {
    let metadata = try open("v3-big.gguf").metadata
    #expect(metadata["test.u8"] == .uint8(200))
    #expect(metadata["test.i32"] == .int32(-2_000_000_000))
    #expect(metadata["test.string"] == .string("größe: 重み"))
    #expect(metadata["test.u64"] == .uint64(1 << 63 + 1))
    #expect(metadata["test.i64"] == .int64(-(1 << 62)))
    #expect(metadata["test.f64"] == .float64(0.1))
    #expect(metadata["test.array.string"] == .array(GGUFArray(["", "a", "zwölf"])))
    #expect(metadata["test.array.u64"] == .array(GGUFArray([0, 1, UInt64.max])))
    var scalars = Set(metadata.entries.map(\.value.type))
    #expect(scalars == Set(GGUFValueType.allCases))
    scalars = Set(
      metadata.entries.compactMap { entry in
        if case .array(let array) = entry.value { array.elementType } else { nil }
      })
    #expect(scalars == Set(GGUFValueType.allCases))
  }

  @Test func tensorsOutOfOrderAreListedInTheOrderOfTheirData() throws {
    let file = try open("tensors-out-of-order.gguf")
    #expect(file.tensors.map(\.name) == ["blk.0.attn_q.bias", "blk.0.attn_q.weight"])
    #expect(file.tensors.map(\.offset) == file.tensors.map(\.offset).sorted())
  }

  /// What a block of formats/gguf.md says, in its own notation.
  @Test(arguments: 0..<4)
  func anExampleOfTheFormatsPageIsRead(index: Int) throws {
    let blocks = try FormatPage("gguf.md").blocks("gguf-file-example")
    #expect(blocks.count == 4)
    let block = blocks[index]
    let file = try GGUFFile(reading: block.bytes("hex"))
    #expect(file.deviations == [])
    #expect(file.metadata.entries.map { "\($0.key) = \(Self.json($0.value))" } == block.values("metadata"))
    let tensors = file.tensors.map { tensor in
      "\"\(tensor.name)\" \(tensor.elementType.name) \(tensor.shape) offset \(tensor.offset - file.dataStart)"
    }
    #expect(tensors == block.values("tensor"))
  }

  private static func json(_ value: GGUFValue) -> String {
    switch value {
    case .string(let text): "\"\(text)\""
    case .array(let array): "[" + array.elements.map(json).joined(separator: ", ") + "]"
    default: value.integer.map(String.init) ?? "\(value)"
    }
  }
}
