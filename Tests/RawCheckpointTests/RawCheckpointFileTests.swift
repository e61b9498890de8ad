import RawCheckpoint
import TensorCore
import TestSupport
import Testing

struct RawCheckpointFileTests {
  private func payload(_ tensor: TensorDescription, of source: some TensorSource) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    var span = bytes.mutableSpan
    try source.read(tensor, from: 0, into: &span)
    return bytes
  }

  /// The worked example of formats/raw-fp32.md.
  @Test(arguments: [
    (ByteOrder.little, "00 00 80 3f 00 00 00 40 00 00 40 40 00 00 80 bf 00 00 00 3f 00 00 00 00"),
    (.big, "3f 80 00 00 40 00 00 00 40 40 00 00 bf 80 00 00 3f 00 00 00 00 00 00 00"),
  ])
  func theBytesAreAsTheFileHasThem(order: ByteOrder, hex: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("w.f32", [UInt8](hex: hex))
    let description = try folder.write(
      "w.json",
      Array("{\"byte_order\": \"\(order.rawValue)\", \"tensors\": [{\"name\": \"w\", \"shape\": [2, 3]}]}".utf8))
    let file = try RawCheckpointFile(path: path, descriptionPath: description)
    let tensor = try #require(file.tensors.first)
    #expect(tensor.byteOrder == order)
    #expect(file.files == [SourceFile(path: path, size: 24)])
    let bytes = try payload(tensor, of: file)
    #expect(bytes == [UInt8](hex: hex))
    let values = (0..<6).map { Float(bitPattern: bytes.span.load(UInt32.self, at: $0 * 4, order)) }
    #expect(values == [1, 2, 3, -1, 0.5, 0])
  }

  @Test func theBigEndianSampleHasTheValuesOfTheLittleEndianOne() throws {
    let little = try RawCheckpointFile(
      path: Repository.path("samples/valid/raw/weights.f32"),
      descriptionPath: Repository.path("samples/valid/raw/weights.json"))
    let big = try RawCheckpointFile(
      path: Repository.path("samples/valid/raw/weights-be.f32"),
      descriptionPath: Repository.path("samples/valid/raw/weights-be.json"))
    #expect(little.tensors.map(\.name) == big.tensors.map(\.name))
    #expect(!little.tensors.isEmpty)
    for (one, other) in zip(little.tensors, big.tensors) {
      #expect(one.byteOrder == .little)
      #expect(other.byteOrder == .big)
      #expect(one.shape == other.shape)
      var swapped = try payload(other, of: big)
      var span = swapped.mutableSpan
      span.reverseBytes(ofElements: 4)
      #expect(try payload(one, of: little) == swapped)
    }
  }

  @Test func theSampleWithoutOffsetsHasTheSameTensors() throws {
    let path = Repository.path("samples/valid/raw/weights.f32")
    let with = try RawCheckpointFile(
      path: path, descriptionPath: Repository.path("samples/valid/raw/weights.json"))
    let without = try RawCheckpointFile(
      path: path, descriptionPath: Repository.path("samples/valid/raw/weights-no-offsets.json"))
    #expect(with.tensors == without.tensors)
  }

  @Test func aDescriptionAboveTheLimitIsRefusedUnread() throws {
    let folder = try TemporaryFolder()
    let data = try folder.write("w.f32", [0, 0, 0, 0])
    let description = try folder.writeSparse("w.json", Array("{}".utf8), size: 100_000_001)
    #expect(
      outcome { _ = try RawCheckpointFile(path: data, descriptionPath: description) }
        == .breaks(RawCheckpointError.descriptionTooLarge(size: 100_000_001, limit: 100_000_000)))
  }

  @Test func anErrorNamesTheFileThatHasIt() throws {
    let folder = try TemporaryFolder()
    let data = try folder.write("w.f32", [0, 0, 0, 0])
    let wrong = try folder.write("wrong.json", Array("{".utf8))
    let large = try folder.write("large.json", Array("{\"tensors\": [{\"name\": \"w\", \"shape\": [2]}]}".utf8))
    for (description, culprit) in [(wrong, wrong), (large, data)] {
      do throws(SourceError) {
        _ = try RawCheckpointFile(path: data, descriptionPath: description)
        Issue.record("accepted \(description)")
      } catch {
        guard case .invalid(let path, _) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(path == culprit)
      }
    }
  }

  @Test(arguments: [301, 302] as [UInt64])
  func aDescriptionWithRandomChangesIsReadOrRefusedByARule(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = Array("{\"byte_order\":\"big\",\"tensors\":[{\"name\":\"a\",\"shape\":[2,3],\"offset\":0}]}".utf8)
    for round in 0..<3000 {
      var changed = text
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let at = Int.random(in: 0..<changed.count, using: &generator)
        if Bool.random(using: &generator) {
          changed[at] = generator.pick(Array("{}[],:\"\\0919e.- ".utf8))
        } else {
          changed.insert(generator.pick(Array("0123456789,[]{}\"".utf8)), at: at)
        }
      }
      let found = outcome(RawCheckpointError.self) {
        let layout = try RawDescription(json: changed).layout(size: 24)
        #expect(layout.reduce(0) { $0 + $1.byteCount } == 24, "seed \(seed), round \(round)")
      }
      #expect(found.isForeseen, "seed \(seed), round \(round): \(found)")
    }
  }
}
