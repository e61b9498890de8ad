import Safetensors
import TensorCore
import TestSupport
import Testing

/// A file that is laid out, and what the reader makes of it.
struct SafetensorsLayoutTests {
  private static let seed: UInt64 = 621

  private func shape(_ dimensions: [Int]) throws -> Shape { try #require(Shape(checking: dimensions.map(UInt64.init))) }

  private func tensor(_ name: String, _ type: ElementType, _ dimensions: [Int]) throws -> SafetensorsLayout.Tensor {
    .init(name: name, elementType: type, shape: try shape(dimensions))
  }

  private func read(_ layout: SafetensorsLayout) throws -> SafetensorsHeader {
    let header = layout.header
    try #require(header.span.load(UInt64.self, at: 0) == UInt64(header.count - 8))
    return try SafetensorsHeader(
      json: Array(header[8...]), dataStart: header.count, dataSize: layout.fileSize - header.count)
  }

  @Test func theHeaderIsThatOfTheReferenceImplementation() throws {
    let layout = try SafetensorsLayout(
      metadata: [("format", "pt")], tensors: [try tensor("b", .i8, [3]), try tensor("a", .f32, [2, 1])])
    let json =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"I8","shape":[3],"data_offsets":[8,11]}}"#
    let spaces = (8 - json.utf8.count % 8) % 8
    #expect(String(decoding: layout.header[8...], as: UTF8.self) == json + String(repeating: " ", count: spaces))
    #expect(layout.header.count % 8 == 0)
    #expect(layout.places.map(\.offset) == [layout.header.count + 8, layout.header.count])
    #expect(layout.fileSize == layout.header.count + 11)
  }

  @Test func theReaderFindsEveryTensorWhereTheLayoutHasIt() throws {
    let types = ElementType.allCases.filter { $0.traits.safetensorsName != nil && $0.blockLength == 1 }
    var random = SeededGenerator(seed: Self.seed)
    for run in 0..<200 {
      let tensors = try (0..<Int.random(in: 0..<8, using: &random)).map { index in
        let dimensions = (0..<Int.random(in: 0...4, using: &random)).map { _ in Int.random(in: 0...5, using: &random) }
        return try tensor("t\(index)", random.pick(types), dimensions)
      }
      let layout = try SafetensorsLayout(metadata: [], tensors: tensors)
      let found = Dictionary(uniqueKeysWithValues: try read(layout).tensors.map { ($0.name, $0) })
      #expect(found.count == tensors.count)
      for (tensor, place) in zip(tensors, layout.places) {
        let same = try #require(found[tensor.name], "seed \(Self.seed), run \(run)")
        #expect(same.elementType == tensor.elementType && same.shape == tensor.shape)
        #expect(same.offset == place.offset && same.byteCount == place.byteCount, "seed \(Self.seed), run \(run)")
        #expect(place.offset % tensor.elementType.blockBytes == 0, "seed \(Self.seed), run \(run)")
      }
    }
  }

  @Test func anyNamesAndMetadataComeBack() throws {
    let names = ["", "\"", "\\", "\u{0}\u{1F}\n\u{7F}", "größe.重み", "a\u{301}", "\u{E1}", "\u{2028}", "👩‍👩‍👧", " "]
    let layout = try SafetensorsLayout(
      metadata: names.map { ("key " + $0, $0) }, tensors: try names.map { try tensor($0, .bf16, [1]) })
    let header = try read(layout)
    #expect(Set(header.tensors.map { ExactString($0.name) }) == Set(names.map(ExactString.init)))
    #expect(header.metadata.map { ExactString($0.key) } == names.map { ExactString("key " + $0) })
    #expect(header.metadata.map { ExactString($0.value) } == names.map(ExactString.init))
  }

  @Test func whatTheFormatCannotHoldIsRefused() throws {
    func refused(_ tensors: [SafetensorsLayout.Tensor], _ error: SafetensorsLayoutError) {
      #expect(throws: error) { _ = try SafetensorsLayout(metadata: [], tensors: tensors) }
    }
    refused([try tensor("__metadata__", .f32, [1])], .nameReserved("__metadata__"))
    refused([try tensor("a", .f32, [1]), try tensor("a", .i8, [1])], .nameTwice("a"))
    refused([try tensor("a", .q4_0, [32])], .typeNotInSafetensors(tensor: "a", type: .q4_0))
    refused(
      [try tensor("a", .i8, Array(repeating: 1, count: 65))], .tooManyDimensions(tensor: "a", count: 65, limit: 64))
    refused([try tensor("a", .f64, [Int.max])], .tooLarge(tensor: "a"))
    let half = try tensor("a", .u8, [Int.max / 2])
    refused([half], .tooLarge(tensor: "a"))
    let name = String(repeating: "n", count: 100_000_000)
    let long = try tensor(name, .u8, [1])
    #expect(throws: SafetensorsLayoutError.self) { _ = try SafetensorsLayout(metadata: [], tensors: [long]) }
  }
}
