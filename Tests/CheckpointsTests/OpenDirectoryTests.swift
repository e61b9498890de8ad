import Checkpoints
import MemoryCheckpoints
import Safetensors
import TensorCore
import TestSupport
import Testing

/// A folder, as Hugging Face lays it out, and the index of shards.
@Suite("Opening a folder or an index")
struct OpenDirectoryTests {
  /// A folder with safetensors files of one tensor each, which is called as its file.
  private func folder(_ names: [String], texts: [(String, String)] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in names {
      let entry = MemorySource.Entry(name: name, type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
      try folder.write(name, safetensors([entry]))
    }
    for (name, text) in texts { try folder.write(name, Array(text.utf8)) }
    return folder
  }

  private func tensors(_ folder: TemporaryFolder) throws -> [String] {
    try openCheckpoint(at: folder.path).tensors.map(\.name)
  }

  @Test("The only safetensors file in it", arguments: ["model.safetensors", "other-name.safetensors"])
  func single(name: String) throws {
    #expect(try tensors(folder([name], texts: [("config.json", "{}"), ("README.md", "")])) == [name])
  }

  @Test("model.safetensors before others")
  func preferred() throws {
    #expect(try tensors(folder(["adapter.safetensors", "model.safetensors"])) == ["model.safetensors"])
  }

  @Test("Shards that are all there, without an index, in the order of their numbers")
  func shards() throws {
    let names = (1...11).map { "model-\($0 < 10 ? "0000" : "000")\($0)-of-00011.safetensors" }
    #expect(try tensors(folder(names.reversed())) == names)
  }

  @Test("A shard that is missing is named", arguments: [1, 2, 3])
  func incomplete(missing: Int) throws {
    let names = (1...3).map { "a-b-0000\($0)-of-00003.safetensors" }
    let folder = try folder(names.filter { $0 != names[missing - 1] })
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? ShardIndexError
        == .shardSetIncomplete(missing: names[missing - 1]))
  }

  @Test("A shard that is alone is no checkpoint")
  func alone() throws {
    let folder = try folder(["model-00001-of-00002.safetensors"])
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? ShardIndexError
        == .shardSetIncomplete(missing: "model-00002-of-00002.safetensors"))
    #expect(try tensors(self.folder(["model-00001-of-00001.safetensors"])) == ["model-00001-of-00001.safetensors"])
  }

  @Test(
    "Files that do not belong together are not guessed at",
    arguments: [
      ["a.safetensors", "b.safetensors"], ["a-00001-of-00002.safetensors", "b-00002-of-00002.safetensors"],
      ["a-00001-of-00002.safetensors", "a-00002-of-00003.safetensors"],
      ["a-00001-of-00001.safetensors", "extra.safetensors"],
    ])
  func ambiguous(names: [String]) throws {
    let folder = try folder(names)
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? UnreadableCheckpoint == .directoryAmbiguous(names))
  }

  @Test(
    "No safetensors and no GGUF file",
    arguments: [[], [("model.bin", "GGUF")], [("pytorch_model.bin.index.json", "{}")]])
  func none(texts: [(String, String)]) throws {
    let folder = try folder([], texts: texts)
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? UnreadableCheckpoint == .directoryWithoutCheckpoint)
  }

  private let index = #"{"weight_map": {"one": "x.safetensors", "two": "y.safetensors"}}"#

  private func indexed(_ name: String) throws -> TemporaryFolder {
    let folder = try folder(["unlisted.safetensors", "model.safetensors"], texts: [(name, index)])
    for (file, tensor) in [("x", "one"), ("y", "two")] {
      let entry = MemorySource.Entry(name: tensor, type: .f32, dimensions: [1], payload: payload(of: [1], as: .f32))
      try folder.write("\(file).safetensors", safetensors([entry]))
    }
    return folder
  }

  @Test(
    "The index decides, whatever else is there",
    arguments: ["model.safetensors.index.json", "a.safetensors.index.json"])
  func index(name: String) throws {
    let folder = try indexed(name)
    #expect(try tensors(folder) == ["one", "two"])
    #expect(try openCheckpoint(at: folder.file(name)).tensors.map(\.name) == ["one", "two"])
    #expect(
      try openCheckpoint(at: folder.path).files.map(\.path) == [
        folder.file("x.safetensors"), folder.file("y.safetensors"),
      ])
  }

  @Test("Two indices are not guessed at")
  func twoIndices() throws {
    let folder = try indexed("a.safetensors.index.json")
    try folder.write("b.safetensors.index.json", Array(index.utf8))
    #expect(
      refusal { _ = try openCheckpoint(at: folder.path) } as? UnreadableCheckpoint
        == .directoryAmbiguous(["a.safetensors.index.json", "b.safetensors.index.json"]))
  }

  @Test("An index of PyTorch files")
  func pickles() throws {
    let folder = try folder([], texts: [("pytorch_model.bin.index.json", index)])
    #expect(
      refusal { _ = try openCheckpoint(at: folder.file("pytorch_model.bin.index.json")) } as? UnreadableCheckpoint
        == .indexOfPickles)
  }

  @Test("A folder whose name looks like a file's is a folder still")
  func nameOfFolder() throws {
    let folder = try folder(["model.safetensors"])
    #expect(try openCheckpoint(at: folder.path + "/").tensors.count == 1)
    #expect(try openCheckpoint(at: Repository.path("samples/valid/sharded")).files.count == 3)
  }
}
