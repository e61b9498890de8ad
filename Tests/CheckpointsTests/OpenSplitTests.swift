import Checkpoints
import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// A part of a split GGUF file, or the folder that holds the parts.
@Suite("Opening split GGUF files")
struct OpenSplitTests {
  /// One tensor a part, called as its part is numbered.
  private func part(_ number: Int, of count: Int) throws -> [UInt8] {
    let pairs: [(String, GGUFValue)] = [
      ("split.no", .uint16(UInt16(number - 1))), ("split.count", .uint16(UInt16(count))),
      ("split.tensors.count", .int32(Int32(count))),
    ]
    let entry = MemorySource.Entry(
      name: "t\(number)", type: .f32, dimensions: [1], payload: payload(of: [Float(number)], as: .f32))
    return try gguf(metadata: metadata(pairs), [entry])
  }

  private func name(_ number: Int, of count: Int) -> String { "a-b-0000\(number)-of-0000\(count).gguf" }

  /// - Parameter compressed: The numbers of the parts that are compressed.
  private func folder(_ count: Int, without: Int? = nil, compressed parts: Set<Int> = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for number in 1...count where number != without {
      let bytes = try part(number, of: count)
      if parts.contains(number) {
        try folder.write(name(number, of: count) + ".zst", compressed(bytes))
      } else {
        try folder.write(name(number, of: count), bytes)
      }
    }
    return folder
  }

  private func refused(_ path: String) -> SplitError? { refusal { _ = try openCheckpoint(at: path) } as? SplitError }

  @Test("Any part opens the whole set, and so does the folder", arguments: ["1", "2", "3", ""])
  func whole(named: String) throws {
    let folder = try folder(3)
    let path = named.isEmpty ? folder.path : folder.file(name(Int(named) ?? 0, of: 3))
    let model = try openCheckpoint(at: path)
    #expect(model.tensors.map(\.name) == ["t1", "t2", "t3"])
    #expect(model.files.map(\.path) == (1...3).map { folder.file(name($0, of: 3)) })
    for (number, tensor) in model.tensors.enumerated() {
      var bytes = [UInt8](repeating: 0, count: 4)
      var span = bytes.mutableSpan
      try model.read(tensor, from: 0, into: &span)
      #expect(bytes == payload(of: [Float(number + 1)], as: .f32))
    }
  }

  @Test("Parts may be compressed, each for itself", arguments: [[1, 2, 3], [2], [1, 3]] as [Set<Int>])
  func compressedParts(parts: Set<Int>) throws {
    let folder = try folder(3, compressed: parts)
    #expect(try openCheckpoint(at: folder.path).files.map { $0.unpackedSize != nil } == (1...3).map(parts.contains))
    let second = name(2, of: 3) + (parts.contains(2) ? ".zst" : "")
    #expect(try openCheckpoint(at: folder.file(second)).tensors.count == 3)
  }

  @Test("A part that is missing is named", arguments: [1, 3])
  func missing(number: Int) throws {
    let folder = try folder(3, without: number)
    #expect(
      refused(folder.file(name(2, of: 3))) == .partMissing(number: 2, count: 3, missing: name(number, of: 3)))
    #expect(
      refused(folder.path)
        == .partMissing(number: number == 1 ? 2 : 1, count: 3, missing: name(number, of: 3)))
  }

  @Test("A part that is not called as one is no model by itself", arguments: ["m.gguf", "a-00001-of-00002.gguf"])
  func renamed(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, try part(2, of: 2))
    #expect(refused(path) == .notNamedAsPart(number: 2, count: 2))
  }

  @Test("A giant number of parts is not looked for", arguments: [100_000, UInt64.max, 1 << 40])
  func giantCount(count: UInt64) throws {
    let folder = try TemporaryFolder()
    let pairs: [(String, GGUFValue)] = [("split.no", .uint16(0)), ("split.count", .uint64(count))]
    let entry = MemorySource.Entry(
      name: "t", type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
    let path = try folder.write("a-00001-of-00002.gguf", try gguf(metadata: metadata(pairs), [entry]))
    if count == .max {
      // No number that fits is no number of parts.
      #expect(try openCheckpoint(at: path) is GGUFFile)
    } else {
      #expect(refused(path) == .countTooLarge(count: Int(count), limit: 99_999))
    }
  }

  @Test("A file that says it has one part, or none, is a model of its own", arguments: [0, 1])
  func single(count: UInt16) throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(
      name: "t", type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
    let bytes = try gguf(metadata: metadata([("split.no", .uint16(0)), ("split.count", .uint16(count))]), [entry])
    #expect(try openCheckpoint(at: folder.write("m.gguf", bytes)) is GGUFFile)
    #expect(try openCheckpoint(at: folder.path) is GGUFFile)
  }

  @Test("Files that are called as parts and are none are not guessed at")
  func namesOnly() throws {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(
      name: "t", type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
    let names = ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf"]
    for name in names { try folder.write(name, try gguf([entry])) }
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? UnreadableCheckpoint == .directoryAmbiguous(names))
    #expect(try openCheckpoint(at: folder.file(names[1])) is GGUFFile)
  }

  @Test("Of several models in a folder none is guessed at")
  func ambiguous() throws {
    let folder = try folder(2)
    try folder.write("mmproj.gguf", try part(1, of: 1))
    let names = [name(1, of: 2), name(2, of: 2), "mmproj.gguf"]
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? UnreadableCheckpoint == .directoryAmbiguous(names))
  }
}
