import Checkpoints
import GGUF
import MemoryCheckpoints
import RawCheckpoint
import Safetensors
import TensorCore
import TestSupport
import Testing
import ZstandardFrames

/// What a path leads to.
@Suite("Opening a file")
struct OpenCheckpointTests {
  private let entry = MemorySource.Entry(
    name: "w", type: .f32, dimensions: [4], payload: payload(of: [1, 2, 3, 4], as: .f32))

  @Test("A GGUF file is known by its magic, whatever its name", arguments: ["m.gguf", "m.safetensors", "m", "m.bin"])
  func gguf(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, try MemoryCheckpoints.gguf([entry]))
    #expect(try openCheckpoint(at: path) is GGUFFile)
  }

  @Test("A safetensors file is known by its header, whatever its name", arguments: ["m.safetensors", "m", "m.bin"])
  func safetensors(name: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(name, MemoryCheckpoints.safetensors([entry]))
    #expect(try openCheckpoint(at: path) is SafetensorsFile)
  }

  /// A header's length is the file's first bytes: 640 looks like a pickle of protocol 2, 35,615 like gzip.
  @Test(
    "A safetensors file is not mistaken for what its header's length looks like",
    arguments: [640, 896, 1_152, 1_408, 66_176, 35_615, 35_616])
  func headerLengths(length: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.safetensors", MemoryCheckpoints.safetensors([entry], headerLength: length))
    #expect(throws: Never.self) { try #require(try openCheckpoint(at: path) is SafetensorsFile) }
  }

  @Test("Raw numbers are what their description says, whatever they begin with")
  func raw() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.gguf", Array("GGUF".utf8))
    let description = RawDescription(tensors: [.init(name: "w", dimensions: [1])])
    #expect(try openCheckpoint(at: path, raw: .description(description)) is RawCheckpointFile)
    let json = try folder.write("d.json", Array(#"{"tensors": [{"name": "w", "shape": [1]}]}"#.utf8))
    #expect(try openCheckpoint(at: path, raw: .file(json)) is RawCheckpointFile)
  }

  @Test("A whole file of another format is no raw file, though its size would fit")
  func notRaw() throws {
    let folder = try TemporaryFolder()
    let files = [
      ("GGUF", try MemoryCheckpoints.gguf([entry])), ("safetensors", MemoryCheckpoints.safetensors([entry])),
    ]
    for (format, bytes) in files {
      let padded = bytes + Array(repeating: 0, count: format == "GGUF" ? (4 - bytes.count % 4) % 4 : 0)
      let path = try folder.write(format, padded)
      let description = RawDescription(tensors: [.init(name: "w", dimensions: [UInt64(padded.count / 4)])])
      #expect(
        refusal { _ = try openCheckpoint(at: path, raw: .description(description)) } as? UnreadableCheckpoint
          == .notRaw(format: format))
    }
  }

  private static let notModels: [(String, [UInt8], UnreadableCheckpoint)] = [
    ("empty", [], .empty),
    ("LFS pointer", Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n".utf8), .gitLFSPointer),
    ("HTML", Array("<!DOCTYPE html>\n<html><body>404".utf8), .htmlPage),
    ("HTML behind blanks", Array("\n\n  <HTML lang=\"en\">".utf8), .htmlPage),
    ("zip", Array("PK\u{3}\u{4}".utf8) + [20, 0, 0, 0, 8, 0], .zipArchive),
    ("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], .gzip),
    ("pickle 2", [0x80, 2, 0x7D, 0x71, 0, 0x28, 0x58, 1, 0, 0], .pickle),
    ("pickle 4", [0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0], .pickle),
    ("GGML", Array("lmgg".utf8) + [0, 0, 0, 0], .legacyGGML(magic: "GGML")),
    ("GGMF", Array("fmgg".utf8) + [1, 0, 0, 0], .legacyGGML(magic: "GGMF")),
    ("GGJT", Array("tjgg".utf8) + [3, 0, 0, 0], .legacyGGML(magic: "GGJT")),
    (
      "floats", [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40],
      .unknown(firstBytes: [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    ),
    ("one byte", [7], .unknown(firstBytes: [7])),
    ("zip, compressed", compressed(Array("PK\u{3}\u{4}".utf8) + [20, 0, 0, 0, 8, 0]), .zipArchive),
    ("nothing, compressed", compressed([]), .empty),
    ("compressed twice", compressed(compressed([1, 2, 3])), .compressedTwice),
    ("floats, compressed", compressed([0, 0, 0x80, 0x3F]), .unknown(firstBytes: [0, 0, 0x80, 0x3F])),
  ]

  @Test("What is mistaken for a model is named", arguments: notModels)
  func notAModel(what: String, bytes: [UInt8], expected: UnreadableCheckpoint) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.bin", bytes)
    #expect(refusal { _ = try openCheckpoint(at: path) } as? UnreadableCheckpoint == expected)
    #expect(!expected.description.isEmpty)
  }

  @Test("It is named whatever its ending", arguments: ["gguf", "safetensors"])
  func ending(_ ending: String) throws {
    let folder = try TemporaryFolder()
    for (index, (what, bytes, expected)) in Self.notModels.enumerated() {
      if case .unknown = expected { continue }
      let path = try folder.write("\(index).\(ending)", bytes)
      #expect(refusal { _ = try openCheckpoint(at: path) } as? UnreadableCheckpoint == expected, "\(what)")
    }
  }

  @Test("A name that promises a format gets that format's error")
  func promised() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("m.gguf", Array("GARBAGE, AND MORE OF IT".utf8))
    #expect(refusal { _ = try openCheckpoint(at: path) } as? GGUFError == .wrongMagic(Array("GARB".utf8)))
    let other = try folder.write("m.safetensors", [1, 2, 3])
    #expect(refusal { _ = try openCheckpoint(at: other) } as? SafetensorsError == .tooShort(size: 3))
  }

  @Test("What is not there, and a pipe, which is not waited for")
  func noFile() throws {
    let folder = try TemporaryFolder()
    _ = try folder.makePipe("pipe")
    for (name, words) in [("missing", "No such file"), ("pipe", "is a pipe")] {
      do {
        _ = try openCheckpoint(at: folder.file(name))
        Issue.record("opened \(name)")
      } catch SourceError.file(let error) {
        #expect(error.operation == .open)
        #expect(error.path == folder.file(name))
        #expect(error.reason.contains(words))
      }
    }
  }

  @Test("A recognised file's error comes with its path")
  func path() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.bin", [0x1F, 0x8B])
    do {
      _ = try openCheckpoint(at: path)
      Issue.record("opened")
    } catch SourceError.invalid(let named, _) {
      #expect(named == path)
    }
  }
}
