import GGUF
import TensorCore
import TestSupport
import Testing

@Suite("The layout of a split model")
struct SplitLayoutTests {
  private typealias Tensor = GGUFLayout.Tensor

  /// Tensors of bytes.
  private static func tensors(_ sizes: [Int]) throws -> [Tensor] {
    try sizes.enumerated().map { index, size in
      Tensor(name: "t\(index)", elementType: .i8, shape: try #require(Shape(checking: [UInt64(size)])))
    }
  }

  private static let model = {
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string("llama")
    return metadata
  }()

  private func sizes(_ layout: SplitLayout) -> [Int] { layout.ranges.map(\.count) }

  private func refusal(_ tensors: [Tensor], _ split: SplitLayout.Split) -> SplitLayoutError? {
    do throws(SplitLayoutError) {
      _ = try SplitLayout(metadata: Self.model, tensors: tensors, split: split)
      return nil
    } catch {
      return error
    }
  }

  @Test("A limit of bytes counts tensors with their padding, and not the header")
  func bytes() throws {
    // 32, 64, 64, 32, 32 with padding.
    let tensors = try Self.tensors([32, 33, 64, 1, 31])
    func counts(_ limit: Int) throws -> [Int] {
      sizes(try SplitLayout(metadata: Self.model, tensors: tensors, split: .init(.bytes(limit))))
    }
    #expect(try counts(224) == [5])
    #expect(try counts(223) == [4, 1])
    #expect(try counts(96) == [2, 2, 1])
    #expect(try counts(95) == [1, 1, 1, 2])
    // A tensor that is larger than the limit stands alone, the first one too.
    #expect(try counts(63) == [1, 1, 1, 1, 1])
    #expect(try counts(1) == [1, 1, 1, 1, 1])
    #expect(try counts(.max) == [5])
  }

  @Test("A limit of tensors fills every part but the last")
  func tensorCount() throws {
    let tensors = try Self.tensors(Array(repeating: 8, count: 7))
    func counts(_ split: SplitLayout.Split) throws -> [Int] {
      sizes(try SplitLayout(metadata: Self.model, tensors: tensors, split: split))
    }
    #expect(try counts(.init(.tensors(3))) == [3, 3, 1])
    #expect(try counts(.init(.tensors(7))) == [7])
    #expect(try counts(.init(.tensors(100))) == [7])
    #expect(try counts(.init(.tensors(1))) == [1, 1, 1, 1, 1, 1, 1])
    #expect(try counts(.init(.tensors(3), firstHasNoTensors: true)) == [0, 3, 3, 1])
  }

  @Test("A number of parts is met exactly, and no cut has a smaller largest part")
  func balanced() throws {
    var random = SeededGenerator(seed: 20_260_704)
    for _ in 0..<300 {
      let count = Int.random(in: 1...9, using: &random)
      let work = (0..<count).map { _ in Int.random(in: 0...40, using: &random) }
      let parts = Int.random(in: 1...count, using: &random)
      let layout = try SplitLayout(
        metadata: Self.model, tensors: Self.tensors(Array(repeating: 1, count: count)), split: .init(.parts(parts)),
        work: work)
      let ranges = layout.ranges
      let note = Comment(rawValue: "seed \(random.seed): \(work) in \(parts)")
      #expect(ranges.count == parts && ranges.allSatisfy { !$0.isEmpty }, note)
      #expect(ranges.flatMap { Array($0) } == Array(0..<count), note)
      #expect(ranges.map { work[$0].reduce(0, +) }.max() == Self.best(work[...], parts), note)
    }
  }

  /// The largest part of the best cut, by trying every one.
  private static func best(_ work: ArraySlice<Int>, _ parts: Int) -> Int {
    if parts == 1 { return work.reduce(0, +) }
    return (1...(work.count - parts + 1)).map { first in
      max(work.prefix(first).reduce(0, +), best(work.dropFirst(first), parts - 1))
    }.min() ?? .max
  }

  @Test("Work beyond what an Int counts is cut all the same")
  func hugeWork() throws {
    let layout = try SplitLayout(
      metadata: Self.model, tensors: Self.tensors([1, 1, 1]), split: .init(.parts(2)), work: [.max, .max, .max])
    #expect(layout.ranges.count == 2)
  }

  @Test("The first part has the model's metadata, and each says how the parts belong together")
  func keys() throws {
    var metadata = Self.model
    // What an earlier split has left is replaced, and stands behind the others.
    metadata["split.count"] = .uint16(0)
    metadata["general.name"] = .string("x")
    let layout = try SplitLayout(metadata: metadata, tensors: Self.tensors([1, 2, 3]), split: .init(.tensors(1)))
    let parts = try read(layout)
    #expect(
      parts[0].metadata.entries.map(\.key) == [
        "general.architecture", "general.name", "split.no", "split.tensors.count", "split.count",
      ])
    #expect(parts[1].metadata.entries.map(\.key) == ["split.no", "split.tensors.count", "split.count"])
    for (number, part) in parts.enumerated() {
      #expect(part.metadata["split.no"] == .uint16(UInt16(number)))
      #expect(part.metadata["split.count"] == .uint16(3))
      #expect(part.metadata["split.tensors.count"] == .int32(3))
      #expect(part.deviations == [])
    }
    let set = try SplitGGUF(parts)
    #expect(set.tensors.map(\.name) == ["t0", "t1", "t2"])
    #expect(set.tensors.map(\.file) == [0, 1, 2])
    #expect(layout.isSplit && layout.fileSize == parts.map { $0.files[0].size }.reduce(0, +))
  }

  @Test("An alignment that is not the usual one is said by every part", arguments: [8, 32, 64, 4096] as [UInt32])
  func alignment(_ bytes: UInt32) throws {
    var metadata = Self.model
    metadata["general.alignment"] = .uint32(bytes)
    let layout = try SplitLayout(metadata: metadata, tensors: Self.tensors([5, 5, 5, 5]), split: .init(.tensors(2)))
    for (number, part) in try read(layout).enumerated() {
      #expect(part.alignment == Int(bytes) && part.deviations == [])
      #expect((part.metadata["general.alignment"] != nil) == (number == 0 || bytes != 32))
    }
    for place in layout.places { #expect(place.offset % Int(bytes) == 0) }
  }

  /// The files of a layout, read again.
  private func read(_ layout: SplitLayout) throws -> [GGUFFile] {
    let folder = try TemporaryFolder()
    return try layout.parts.enumerated().map { number, part in
      let bytes = part.header + [UInt8](repeating: 0, count: part.fileSize - part.header.count)
      return try GGUFFile(path: folder.write("\(number).gguf", bytes))
    }
  }

  @Test("A model without tensors is one part")
  func nothing() throws {
    for split in [SplitLayout.Split(.bytes(1)), .init(.tensors(1), firstHasNoTensors: true), .init(.parts(1))] {
      #expect(sizes(try SplitLayout(metadata: Self.model, tensors: [], split: split)) == [0])
    }
  }

  @Test("What cannot be is refused")
  func refusals() throws {
    let two = try Self.tensors([1, 1])
    #expect(refusal(two, .init(.parts(3))) == .fewerTensorsThanParts(tensors: 2, parts: 3))
    for cut in [SplitCut.parts(0), .bytes(0), .tensors(-1)] { #expect(refusal(two, .init(cut)) == .limitNotPositive) }
    #expect(refusal(two + two, .init(.parts(1))) == .file(.tensorTwice("t0")))
    let many = try Self.tensors(Array(repeating: 1, count: SplitLayout.mostParts))
    #expect(refusal(many, .init(.tensors(1))) == nil)
    #expect(
      refusal(many, .init(.tensors(1), firstHasNoTensors: true))
        == .tooManyParts(count: SplitLayout.mostParts + 1, limit: SplitLayout.mostParts))
  }
}
