import Safetensors
import TensorCore
import TestSupport
import Testing

/// How tensors are divided among files.
struct ShardedLayoutTests {
  private static let seed: UInt64 = 622

  /// Tensors of so many bytes.
  private func tensors(_ sizes: [Int]) throws -> [SafetensorsLayout.Tensor] {
    try sizes.enumerated().map { index, size in
      .init(name: "t\(index)", elementType: .u8, shape: try #require(Shape(checking: [UInt64(size)])))
    }
  }

  private func layout(_ sizes: [Int], _ maximum: Int?, name: String = "model.safetensors") throws -> ShardedLayout {
    try ShardedLayout(name: name, maximumShardSize: maximum, metadata: [], tensors: try tensors(sizes))
  }

  @Test func oneFileHasTheNameItselfAndNoIndex() throws {
    for maximum in [nil, 10, 1000] {
      let layout = try layout([4, 6], maximum)
      #expect(layout.files.map(\.name) == ["model.safetensors"] && layout.index == nil)
    }
    #expect(try layout([], 1).files.count == 1)
  }

  @Test(arguments: [
    ([4, 6, 1], 10, [0, 0, 1]), ([4, 7, 1], 10, [0, 1, 1]), ([11, 1], 10, [0, 1]), ([1, 11, 1], 10, [0, 1, 2]),
    ([0, 5, 0, 5, 0, 5], 10, [0, 0, 0, 0, 0, 1]), ([1, 1, 1], 1, [0, 1, 2]),
  ])
  func tensorsFillFilesInTheirOrder(_ sizes: [Int], _ maximum: Int, _ files: [Int]) throws {
    #expect(try layout(sizes, maximum).places.map(\.file) == files)
  }

  @Test func namesAreThoseOfHuggingFace() throws {
    let layout = try layout([1, 2, 3], 3, name: "my.model.safetensors")
    #expect(
      layout.files.map(\.name) == ["my.model-00001-of-00002.safetensors", "my.model-00002-of-00002.safetensors"])
    let index = try #require(layout.index)
    #expect(index.name == "my.model.safetensors.index.json")
    #expect(
      String(decoding: index.bytes, as: UTF8.self) == """
        {
          "metadata": {
            "total_size": 6
          },
          "weight_map": {
            "t0": "my.model-00001-of-00002.safetensors",
            "t1": "my.model-00001-of-00002.safetensors",
            "t2": "my.model-00002-of-00002.safetensors"
          }
        }

        """)
  }

  @Test func theReaderOpensTheSet() throws {
    var random = SeededGenerator(seed: Self.seed)
    for run in 0..<20 {
      let sizes = (0..<10).map { _ in Int.random(in: 0...20, using: &random) }
      let layout = try layout(sizes, 25)
      let folder = try TemporaryFolder()
      for file in layout.files {
        let data = [UInt8](repeating: 0, count: file.layout.fileSize - file.layout.header.count)
        try folder.write(file.name, file.layout.header + data)
      }
      guard let index = layout.index else { continue }
      try folder.write(index.name, index.bytes)
      let source = try ShardedSafetensors(indexPath: folder.file(index.name))
      let found = Dictionary(uniqueKeysWithValues: source.tensors.map { ($0.name, $0) })
      for (number, place) in layout.places.enumerated() {
        let tensor = try #require(found["t\(number)"], "seed \(Self.seed), run \(run)")
        #expect(tensor.offset == place.offset && tensor.byteCount == place.byteCount, "seed \(Self.seed), run \(run)")
        #expect(
          source.files[tensor.file].path.hasSuffix(layout.files[place.file].name), "seed \(Self.seed), run \(run)")
      }
    }
  }

  @Test func aNameIsTakenOnceInAllFiles() throws {
    let twice = try tensors([5, 5]).map { SafetensorsLayout.Tensor(name: "t", elementType: .u8, shape: $0.shape) }
    #expect(throws: SafetensorsLayoutError.nameTwice("t")) {
      _ = try ShardedLayout(name: "m.safetensors", maximumShardSize: 5, metadata: [], tensors: twice)
    }
  }

  @Test func moreFilesThanFiveDigitsNumberAreRefused() throws {
    #expect(throws: SafetensorsLayoutError.tooManyShards(count: 100_000, limit: 99_999)) {
      _ = try layout([Int](repeating: 1, count: 100_000), 1)
    }
  }
}
