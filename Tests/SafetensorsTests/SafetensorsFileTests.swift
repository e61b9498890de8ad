import Safetensors
import TensorCore
import TestSupport
import Testing

/// Whole files: the header's length, what is read of the data, and files that end early.
struct SafetensorsFileTests {
  private func judge(_ folder: TemporaryFolder, _ bytes: [UInt8]) throws -> Outcome<SafetensorsError> {
    let path = try folder.write("a.safetensors", bytes)
    return outcome { _ = try SafetensorsFile(path: path) }
  }

  private func payload(_ tensor: TensorDescription, of source: some TensorSource) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    var span = bytes.mutableSpan
    try source.read(tensor, from: 0, into: &span)
    return bytes
  }

  @Test func aTensorsBytesAreThoseOfItsOffsets() throws {
    let folder = try TemporaryFolder()
    let builder = SafetensorsBuilder.small()
    let path = try folder.write("a.safetensors", builder.build())
    let file = try SafetensorsFile(path: path)
    #expect(file.dataStart == 8 + builder.json.count)
    #expect(file.files == [SourceFile(path: path, size: builder.build().count)])
    #expect(try file.tensors.flatMap { try payload($0, of: file) } == builder.data)
    var middle: [UInt8] = [0, 0, 0]
    var span = middle.mutableSpan
    try file.read(file.tensors[0], from: 5, into: &span)
    #expect(middle == [5, 6, 7])
  }

  /// The format asks for no alignment.
  @Test(arguments: 0...8)
  func theDataMayStartAtAnyOffset(spaces: Int) throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder.small()
    builder.behindJSON = String(repeating: " ", count: spaces)
    let file = try SafetensorsFile(path: folder.write("a.safetensors", builder.build()))
    #expect(try file.tensors.flatMap { try payload($0, of: file) } == builder.data)
  }

  @Test func aHeaderLengthAboveTheLimitIsRefusedWhateverTheFilesSize() throws {
    let folder = try TemporaryFolder()
    for length in [100_000_001, 1 << 63, UInt64.max] {
      var builder = SafetensorsBuilder.small()
      builder.declaredLength = length
      #expect(
        try judge(folder, builder.build()) == .breaks(.headerTooLong(length: length, limit: 100_000_000)))
    }
  }

  @Test(arguments: [100_000_000, 0])
  func aHeaderThatRunsPastTheEndIsRefused(length: UInt64) throws {
    let folder = try TemporaryFolder()
    var builder = SafetensorsBuilder.small()
    let size = builder.build().count
    builder.declaredLength = length == 0 ? UInt64(size - 8 + 1) : length
    let declared = try #require(builder.declaredLength)
    #expect(try judge(folder, builder.build()) == .breaks(.headerBeyondEnd(length: declared, size: size)))
  }

  @Test func aHeaderLengthOfZeroIsRefused() throws {
    var builder = SafetensorsBuilder.small()
    builder.declaredLength = 0
    #expect(try judge(TemporaryFolder(), builder.build()) == .breaks(.headerEmpty))
  }

  @Test(arguments: 0..<8)
  func aFileWithoutRoomForALengthIsRefused(size: Int) throws {
    let bytes = Array(SafetensorsBuilder.small().build().prefix(size))
    #expect(try judge(TemporaryFolder(), bytes) == .breaks(.tooShort(size: size)))
  }

  @Test func aFileThatIsCutOffAnywhereIsRefusedByTheRuleForThatPlace() throws {
    let folder = try TemporaryFolder()
    let builder = SafetensorsBuilder.small()
    let whole = builder.build()
    let length = builder.json.count
    for size in 8..<whole.count {
      let found = try judge(folder, Array(whole.prefix(size)))
      if size < 8 + length {
        #expect(found == .breaks(.headerBeyondEnd(length: UInt64(length), size: size)))
      } else {
        // The first tensor, in the header's order, that ends behind what is left.
        let data = size - 8 - length
        let (tensor, end) = [("a", 16), ("b", 21), ("c", 27)].first { $0.1 > data } ?? ("", 0)
        #expect(found == .breaks(.offsetsBeyondEnd(tensor: tensor, end: UInt64(end), data: data)))
      }
    }
  }

  @Test func aMissingFileIsTheSystemsError() throws {
    let path = try TemporaryFolder().file("missing")
    guard case .fails(let error) = outcome(SafetensorsError.self, of: { _ = try SafetensorsFile(path: path) }) else {
      Issue.record("no file error")
      return
    }
    #expect(error.operation == .open)
    #expect(error.path == path)
  }

  @Test(arguments: [
    ("tiny-f32", 0), ("dtypes", 0), ("dtypes-subbyte", 0), ("dtypes-fnuz", 0), ("empty-and-scalar", 0), ("names", 0),
    ("unaligned", 0), ("header-escapes-and-blanks", 0), ("header-trailing-spaces", 0), ("no-tensors", 1),
    ("null-metadata", 0), ("unknown-field", 0),
  ])
  func aValidSampleIsReadToItsLastByte(name: String, metadataCount: Int) throws {
    let file = try SafetensorsFile(path: Repository.path("samples/valid/\(name).safetensors"))
    #expect(file.tensors.reduce(file.dataStart) { $0 + $1.byteCount } == file.files[0].size)
    #expect(try file.tensors.allSatisfy { try payload($0, of: file).count == $0.byteCount })
    if metadataCount > 0 {
      #expect(file.metadata.count == metadataCount)
      #expect(file.tensors.isEmpty)
    } else {
      #expect(!file.tensors.isEmpty)
    }
  }

  @Test func theExampleOfTheFormatsPageIsRead() throws {
    let block = try #require(try FormatPage("safetensors.md").blocks("safetensors-file-example").first)
    let folder = try TemporaryFolder()
    let file = try SafetensorsFile(path: folder.write("a.safetensors", block.bytes("hex")))
    let tensors = file.tensors.map { tensor in
      let begin = tensor.offset - file.dataStart
      return
        "\"\(tensor.name)\" \(tensor.elementType.name) \(tensor.shape) offsets \(begin) \(begin + tensor.byteCount)"
    }
    #expect(tensors == block.values("tensor"))
  }
}
