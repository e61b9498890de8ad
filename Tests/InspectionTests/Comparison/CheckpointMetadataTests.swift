import Checkpoints
import GGUF
import Inspection
import TensorCore
import TestSupport
import Testing

@Suite("Metadata of checkpoints of any format, compared")
struct CheckpointMetadataTests {
  private func shard(_ name: String, _ metadata: String?) -> [UInt8] {
    var builder = SafetensorsBuilder()
    builder.metadata = metadata
    builder.add(name, "F32", [1], byteCount: 4)
    return builder.build()
  }

  private func compare(
    _ a: any TensorSource, _ b: any TensorSource
  ) throws -> (comparison: MetadataComparison?, outcome: CheckpointComparison.Metadata) {
    let outcome = CheckpointComparison.metadata(a, b, ignores: { _ in false })
    if case .compared(let comparison) = outcome { return (comparison, outcome) }
    return (nil, outcome)
  }

  @Test("What all shards say is said once; what they do not agree about is a list")
  func shards() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("set")
    try folder.write("set/m-00001-of-00002.safetensors", shard("a", #"{"format": "pt", "shard": "1"}"#))
    try folder.write("set/m-00002-of-00002.safetensors", shard("b", #"{"shard": "2", "format": "pt", "more": "x"}"#))
    try folder.write("one.safetensors", shard("a", #"{"format": "pt", "shard": "1"}"#))
    let (set, one) = (
      try openCheckpoint(at: folder.file("set")), try openCheckpoint(at: folder.file("one.safetensors"))
    )
    let comparison = try #require(try compare(one, set).comparison)
    #expect(comparison.same == 1)
    #expect(comparison.added.map(\.key) == ["more"])
    #expect(comparison.changed.map(\.key) == ["shard"])
    #expect(comparison.changed.first?.a == .string("1"))
    #expect(comparison.changed.first?.b == .array(GGUFArray(["1", "2"])))
    #expect(try compare(set, set).comparison?.isDifferent == false)
  }

  @Test("Between two formats nothing is compared, and it is said how many keys each has")
  func formats() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.safetensors", shard("a", #"{"format": "pt"}"#))
    try folder.write("b.gguf", GGUFBuilder.small().build())
    let (a, b) = (try openCheckpoint(at: folder.file("a.safetensors")), try openCheckpoint(at: folder.file("b.gguf")))
    guard case .formatsDiffer(1, 2) = try compare(a, b).outcome else {
      Issue.record("\(try compare(a, b).outcome)")
      return
    }
    #expect(try compare(a, a).comparison?.same == 1)
  }
}
