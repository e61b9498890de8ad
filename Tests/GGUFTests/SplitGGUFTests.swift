import GGUF
import TensorCore
import TestSupport
import Testing

/// Models in several files.
@Suite("Split GGUF files")
struct SplitGGUFTests {
  /// Three parts of two F32 tensors each; `w` of the second has another alignment and byte order than the others.
  private func builders() -> [GGUFBuilder] {
    (0..<3).map { number in
      var builder = GGUFBuilder()
      if number == 0 { builder.add("general.architecture", .string("llama")) }
      if number == 1 {
        builder.order = .big
        builder.alignment = 64
        builder.add("general.alignment", .u32(64))
      }
      builder.add("split.no", .u16(UInt16(number)))
      builder.add("split.count", .u16(3))
      builder.add("split.tensors.count", .i32(6))
      builder.addTensor("w\(number)", [5, 2], type: 0, payload: (1...40).map { UInt8($0 + number * 50) })
      builder.addTensor("b\(number)", [3], type: 0, payload: (101...112).map { UInt8($0 + number * 20) })
      return builder
    }
  }

  private func open(_ builders: [GGUFBuilder]) throws -> SplitGGUF {
    try SplitGGUF(builders.map { try GGUFFile(reading: $0.build()) })
  }

  private func refusal(_ builders: [GGUFBuilder]) -> Outcome<SplitError> { outcome { _ = try open(builders) } }

  @Test("The parts are one model, with the metadata of the first and the tensors of all")
  func whole() throws {
    let model = try open(builders())
    #expect(model.metadata.string("general.architecture") == "llama")
    #expect(model.tensors.map(\.name) == ["w0", "b0", "w1", "b1", "w2", "b2"])
    #expect(model.tensors.map(\.file) == [0, 0, 1, 1, 2, 2])
    #expect(model.tensors.map(\.byteOrder) == [.little, .little, .big, .big, .little, .little])
    #expect(model.files == model.parts.flatMap(\.files))
    #expect(model.files.count == 3)
    for (number, tensor) in model.tensors.enumerated() where number % 2 == 0 {
      var bytes = [UInt8](repeating: 0, count: 30)
      var span = bytes.mutableSpan
      try model.read(tensor, from: 10, into: &span)
      #expect(bytes == (11...40).map { UInt8($0 + number / 2 * 50) })
    }
    try model.requireSound()
    try model.requireZeroPadding()
  }

  @Test("A rule that one part breaks is the model's", arguments: 0..<3)
  func unsound(number: Int) throws {
    var builders = builders()
    builders[number].add("UPPER", .u8(1))
    #expect(outcome(GGUFError.self) { try open(builders).requireSound() } == .breaks(.keyNotLowerSnakeCase("UPPER")))
    builders = self.builders()
    builders[number].dataPadding = 1
    let model = try open(builders)
    try model.requireSound()
    #expect(throws: SourceError.self) { try model.requireZeroPadding() }
  }

  private func changed(_ number: Int, _ key: String, _ value: GGUFBuilder.Value?) -> [GGUFBuilder] {
    var builders = builders()
    builders[number].pairs.removeAll { $0.key == Array(key.utf8) }
    if let value { builders[number].add(key, value) }
    return builders
  }

  @Test("The numbers of the parts are those of a set, of any integer type")
  func numbers() throws {
    #expect(refusal(changed(2, "split.no", .i64(2))) == .accepted)
    #expect(refusal(changed(0, "split.count", .u8(3))) == .accepted)
    #expect(refusal(changed(2, "split.no", .u16(1))) == .breaks(.numberDiffers(number: 2, expected: 3)))
    #expect(refusal(changed(2, "split.no", .u16(3))) == .breaks(.numberOutOfRange(count: 3)))
    #expect(refusal(changed(0, "split.no", .i16(-1))) == .breaks(.numberOutOfRange(count: 3)))
    #expect(refusal(changed(1, "split.no", nil)) == .breaks(.numberOutOfRange(count: 3)))
    #expect(refusal(changed(1, "split.no", .string("1"))) == .breaks(.numberOutOfRange(count: 3)))
    #expect(refusal(changed(1, "split.count", .u16(4))) == .breaks(.countDiffers(count: 4, expected: 3)))
    #expect(refusal(changed(1, "split.count", nil)) == .breaks(.countDiffers(count: nil, expected: 3)))
    #expect(refusal(Array(builders().prefix(2))) == .breaks(.countDiffers(count: 3, expected: 2)))
  }

  @Test("The tensors are as many as every part says", arguments: 0..<3)
  func tensorCount(number: Int) {
    let expected = Outcome<SplitError>.breaks(.tensorCountDiffers(found: 6, expected: 7))
    #expect(refusal(changed(number, "split.tensors.count", .i32(7))) == expected)
    #expect(refusal(changed(number, "split.tensors.count", nil)) == .accepted)
  }

  @Test("A tensor is in one part only")
  func tensorTwice() {
    var builders = builders()
    builders[2].tensors[0].name = Array("b0".utf8)
    #expect(
      refusal(builders) == .breaks(.tensorInTwoParts(tensor: "b0", first: "a.gguf", second: "a.gguf")))
  }

  @Test("The first part may have no tensor")
  func noTensors() throws {
    var builders = builders()
    builders[0].tensors = []
    for number in 0..<3 {
      builders[number].pairs.removeAll { $0.key == Array("split.tensors.count".utf8) }
      builders[number].add("split.tensors.count", .i32(4))
    }
    let model = try open(builders)
    #expect(model.tensors.map(\.file) == [1, 1, 2, 2])
    try model.requireSound()
  }

  @Test("Every error says which part is meant")
  func descriptions() {
    let errors: [SplitError] = [
      .numberOutOfRange(count: 3), .countTooLarge(count: 100_000, limit: 99_999), .notNamedAsPart(number: 2, count: 30),
      .partMissing(number: 1, count: 2, missing: "x"), .numberDiffers(number: 1, expected: 2),
      .countDiffers(count: nil, expected: 3), .tensorInTwoParts(tensor: "t", first: "a", second: "b"),
      .tensorCountDiffers(found: 1, expected: 2),
    ]
    #expect(Set(errors.map(\.description)).count == errors.count)
    #expect(errors[2].description.contains("NAME-00002-of-00030.gguf"))
  }
}
