import TestSupport
import Testing

@testable import GGUFCommands

@Suite("Which models arguments name")
struct ModelFinderTests {
  /// A folder with models, and what is none, in several depths.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["d", "d/e", "d/.hidden", "x"] { try folder.makeFolder(name) }
    let files = [
      "b.gguf", "a.safetensors", "notes.txt", "model.safetensors.index.json", "pytorch_model.bin.index.json",
      "config.json", "d/c.gguf.zst", "d/e/f.gguf", "d/.hidden/g.gguf", "d/z.zst", "x/[1].gguf",
    ]
    for file in files { try folder.write(file, []) }
    return folder
  }

  /// What is found, from the folder on; what leads to nothing with a question mark.
  private static func find(_ arguments: [String], in folder: TemporaryFolder) -> [String] {
    let prefix = folder.path + "/"
    return ModelFinder(arguments.map { prefix + $0 }).found.map { path, failure in
      (path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path) + (failure == nil ? "" : "?")
    }
  }

  @Test("of a folder all models below it, each once, in the order of names")
  func folders() throws {
    let folder = try Self.folder()
    #expect(
      Self.find([""], in: folder).map { $0.replacing("/", with: " ") } == [
        "a.safetensors", "b.gguf", "model.safetensors.index.json", "d c.gguf.zst", "d .hidden g.gguf", "d e f.gguf",
        "x [1].gguf",
      ])
    #expect(Self.find(["d/e", "d", "d/e/f.gguf"], in: folder) == ["d/e/f.gguf", "d/c.gguf.zst", "d/.hidden/g.gguf"])
  }

  @Test(
    "patterns are expanded as a shell would",
    arguments: [
      ("*.gguf", ["b.gguf"]),
      (
        "*",
        [
          "a.safetensors", "b.gguf", "config.json", "model.safetensors.index.json",
          "notes.txt", "pytorch_model.bin.index.json",
        ]
      ),
      ("**/*.gguf", ["b.gguf", "d/e/f.gguf", "x/[1].gguf"]), ("d/.hidden/*.gguf", ["d/.hidden/g.gguf"]),
      ("d/.h*/*.gguf", ["d/.hidden/g.gguf"]), ("?.gguf", ["b.gguf"]), ("d/*/f.gguf", ["d/e/f.gguf"]),
      ("[ab].*", ["a.safetensors", "b.gguf"]), ("*.onnx", ["*.onnx?"]), ("nowhere/*.gguf", ["nowhere/*.gguf?"]),
      ("x/[1].gguf", ["x/[1].gguf"]),
    ])
  func patterns(_ pattern: String, _ expected: [String]) throws {
    #expect(Self.find([pattern], in: try Self.folder()) == expected)
  }

  @Test("what is named is looked at, whatever it is called; what is not there is left to whoever opens it")
  func named() throws {
    let folder = try Self.folder()
    #expect(
      Self.find(["notes.txt", "gone.gguf", "./b.gguf", "b.gguf"], in: folder) == ["notes.txt", "gone.gguf", "./b.gguf"])
    try folder.makeFolder("empty")
    #expect(Self.find(["empty", "b.gguf"], in: folder) == ["empty?", "b.gguf"])
  }

  @Test("links are not followed out of a folder, nor round in circles")
  func links() throws {
    let folder = try Self.folder()
    try folder.makeLink("d/out.gguf", to: folder.file("b.gguf"))
    try folder.makeLink("d/in.gguf", to: folder.file("d/e/f.gguf"))
    try folder.makeLink("d/e/up", to: folder.file("d"))
    try folder.makeLink("d/broken.gguf", to: folder.file("gone"))
    let finder = ModelFinder([folder.file("d")])
    let prefix = folder.path + "/d/"
    #expect(
      finder.found.map { $0.path.dropFirst(prefix.count) } == [
        "broken.gguf", "c.gguf.zst", "in.gguf", ".hidden/g.gguf", "e/f.gguf",
      ])
    #expect(finder.skippedLinks == [prefix + "out.gguf"])
    #expect(Self.find(["d/out.gguf"], in: folder) == ["d/out.gguf"], "somebody named it")
  }
}
