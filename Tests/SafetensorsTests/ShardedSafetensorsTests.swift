import Safetensors
import TensorCore
import TestSupport
import Testing

/// Index and shards together.
struct ShardedSafetensorsTests {
  /// Two shards, `s1` with the tensors `a` and `b`, `s2` with `c`, and an index that agrees with them.
  private struct ShardSet {
    let folder: TemporaryFolder
    var map = [("a", "s1"), ("b", "s1"), ("c", "s2")]
    var shards: [String: SafetensorsBuilder] = [:]

    init() throws {
      folder = try TemporaryFolder()
      var first = SafetensorsBuilder()
      first.add("a", "F32", [2], data: [1, 2, 3, 4, 5, 6, 7, 8])
      first.add("b", "I8", [3], data: [9, 10, 11])
      var second = SafetensorsBuilder()
      second.add("c", "F16", [2], data: [12, 13, 14, 15])
      shards = ["s1": first, "s2": second]
    }

    func write() throws -> String {
      for (name, builder) in shards { try folder.write(name, builder.build()) }
      let entries = map.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ")
      return try folder.write("model.index.json", Array("{\"weight_map\": {\(entries)}}".utf8))
    }

    func judge() throws -> Outcome<ShardIndexError> {
      let path = try write()
      return outcome { _ = try ShardedSafetensors(indexPath: path) }
    }
  }

  @Test func shardsAreOneSource() throws {
    let set = try ShardSet()
    let source = try ShardedSafetensors(indexPath: set.write())
    #expect(source.tensors.map(\.name) == ["a", "b", "c"])
    #expect(source.tensors.map(\.file) == [0, 0, 1])
    #expect(source.files.map(\.path) == [set.folder.file("s1"), set.folder.file("s2")])
    var bytes: [UInt8] = []
    for tensor in source.tensors {
      var payload = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = payload.mutableSpan
      try source.read(tensor, from: 0, into: &span)
      bytes += payload
    }
    #expect(bytes == Array(1...15))
  }

  @Test func theSampleIsRead() throws {
    let source = try ShardedSafetensors(
      indexPath: Repository.path("samples/valid/sharded/model.safetensors.index.json"))
    #expect(source.files.count == 3)
    #expect(Set(source.tensors.map(\.file)) == [0, 1, 2])
  }

  @Test func aShardThatIsNotThereIsNamedWithATensor() throws {
    var set = try ShardSet()
    set.map += [("z", "s3"), ("y", "s3")]
    #expect(try set.judge() == .breaks(.shardMissing(tensor: "y", shard: "s3")))
  }

  @Test func aTensorThatItsShardDoesNotHaveIsRefused() throws {
    var set = try ShardSet()
    set.map.append(("d", "s2"))
    #expect(try set.judge() == .breaks(.tensorNotInShard(tensor: "d", shard: "s2")))
  }

  @Test func aTensorThatAnotherShardHasIsRefused() throws {
    var set = try ShardSet()
    set.map[1].1 = "s2"
    #expect(try set.judge() == .breaks(.tensorNotInShard(tensor: "b", shard: "s2")))
  }

  @Test func aTensorThatTheIndexDoesNotNameIsRefused() throws {
    var set = try ShardSet()
    set.map.remove(at: 1)
    #expect(try set.judge() == .breaks(.tensorNotInIndex(tensor: "b", shard: "s1")))
  }

  @Test func aTensorInTwoShardsIsRefused() throws {
    var set = try ShardSet()
    set.shards["s2"]?.add("a", "I8", [1], byteCount: 1)
    #expect(try set.judge() == .breaks(.tensorInTwoShards(tensor: "a", first: "s1", second: "s2")))
  }

  #if os(Linux)
    /// Swift takes the two names for equal; to the file systems of Linux they are two.
    @Test func aTensorInAShardWhoseNameOnlyLooksEqualIsRefused() throws {
      var set = try ShardSet()
      let (composed, decomposed) = ("s\u{E9}", "se\u{301}")
      try set.folder.write(composed, try #require(set.shards["s1"]).build())
      try set.folder.write(decomposed, try #require(set.shards["s2"]).build())
      set.map = [("a", composed), ("b", composed), ("c", composed), ("d", decomposed)]
      #expect(try set.judge() == .breaks(.tensorNotInShard(tensor: "c", shard: composed)))
    }
  #endif

  @Test func aBrokenShardIsRefusedByItsOwnRuleUnderItsOwnPath() throws {
    var set = try ShardSet()
    set.shards["s2"]?.data.append(0)
    let path = try set.write()
    do throws(SourceError) {
      _ = try ShardedSafetensors(indexPath: path)
      Issue.record("accepted")
    } catch {
      guard case .invalid(let file, let rule as SafetensorsError) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(file == set.folder.file("s2"))
      #expect(rule == .dataLeftOver(from: 4, to: 5))
    }
  }

  @Test func aShardThatIsNoFileIsRefused() throws {
    var set = try ShardSet()
    try set.folder.makeFolder("s3")
    set.map.append(("z", "s3"))
    guard case .fails(let error) = try set.judge() else {
      Issue.record("\(try set.judge())")
      return
    }
    #expect(error.path == set.folder.file("s3"))
  }

  @Test func anIndexThatNamesItselfIsRefused() throws {
    var set = try ShardSet()
    set.map.append(("z", "model.index.json"))
    #expect(try set.judge() == .breaks(.shardIsIndex("model.index.json")))
  }

  @Test func anIndexOfMoreThanTheLimitIsRefusedUnread() throws {
    let folder = try TemporaryFolder()
    let path = try folder.writeSparse("index.json", Array("{}".utf8), size: 100_000_001)
    #expect(
      outcome { _ = try ShardedSafetensors(indexPath: path) }
        == .breaks(ShardIndexError.tooLarge(size: 100_000_001, limit: 100_000_000)))
  }

  @Test func shardsWithoutAnIndexAreReadInTheOrderGiven() throws {
    let set = try ShardSet()
    _ = try set.write()
    let source = try ShardedSafetensors(paths: [set.folder.file("s2"), set.folder.file("s1")], named: "set")
    #expect(source.tensors.map(\.name) == ["c", "a", "b"])
    #expect(source.tensors.map(\.file) == [0, 1, 1])
    #expect(
      outcome { _ = try ShardedSafetensors(paths: [set.folder.file("s1"), set.folder.file("s1")], named: "set") }
        == .breaks(ShardIndexError.tensorInTwoShards(tensor: "a", first: "s1", second: "s1")))
  }
}
