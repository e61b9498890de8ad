import Foundation
import Testing
import TestSupport

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Models in several files: all or none of them, whatever happens.
@Suite struct SplitTests {
  /// A model of tensors that are all zeros and take no space.
  private static func writeModel(_ name: String, tensors: Int, rows: UInt64, in folder: TemporaryFolder) throws {
    var builder = GGUFBuilder()
    builder.add("general.architecture", .string("llama"))
    let bytes = rows * 1024
    for index in 0..<tensors {
      builder.addTensor("t\(index)", [256, rows], type: 0, payload: [], offset: UInt64(index) * bytes)
    }
    let header = builder.build()
    try folder.writeSparse(name, header, size: header.count + tensors * Int(bytes))
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func aSignalLeavesNoPart(_ signal: Int32, _ code: Int32) throws {
    let folder = try TemporaryFolder()
    try Self.writeModel("m.gguf", tensors: 4, rows: 1 << 18, in: folder)
    let process = try GGUFProgram.start(["split", "m.gguf", "-o", "out", "--max-tensors", "1"], in: folder)
    while process.isRunning, try folder.names.count(where: { $0.hasSuffix(".partial") }) < 4 { usleep(1000) }
    process.send(signal)
    let result = try process.wait()
    #expect(result.exit == code)
    #expect(result.messages.last == "gguf: interrupted; no output was written", "\(result.standardError)")
    #expect(try folder.names == ["m.gguf"])
  }

  @Test func aSourceThatIsCutOffLeavesNoPartAndNoFile() throws {
    let folder = try TemporaryFolder()
    try Self.writeModel("m.gguf", tensors: 4, rows: 4, in: folder)
    #expect(try GGUFProgram.run(["split", "m.gguf", "-o", "out", "--max-tensors", "2"], in: folder).exit == 0)
    try folder.resize("out-00002-of-00002.gguf", to: 4096)
    let merged = try GGUFProgram.run(["merge", "out-00001-of-00002.gguf", "-o", "merged.gguf"], in: folder)
    #expect(merged.exit == 65 && merged.messages.count == 1, "\(merged.standardError)")
    #expect(merged.standardError.hasPrefix("gguf: out-00002-of-00002.gguf: "))
    try folder.remove("out-00002-of-00002.gguf")
    let without = try GGUFProgram.run(["merge", "out-00001-of-00002.gguf", "-o", "merged.gguf"], in: folder)
    #expect(without.exit == 65 && without.standardError.contains("out-00002-of-00002.gguf"))
    #expect(try folder.names == ["m.gguf", "out-00001-of-00002.gguf"])
  }

  @Test func aDiskWithoutRoomForAllPartsIsAnErrorAtTheStart() throws {
    let folder = try TemporaryFolder()
    let system = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
    let free = try #require(system[.systemFreeSize] as? Int)
    // Each part would fit, all of them do not.
    let rows = UInt64(free / 4 * 3 / 1024)
    try Self.writeModel("m.gguf", tensors: 2, rows: rows, in: folder)
    let result = try GGUFProgram.run(["split", "m.gguf", "-o", "out", "--max-tensors", "1"], in: folder)
    #expect(result.exit == 74 && result.messages.count == 1, "\(result.standardError)")
    #expect(result.standardError.contains("-of-00002.gguf: no room for "))
    #expect(try folder.names == ["m.gguf"])
  }

  /// Shells allow 1,024 files, or fewer; systems mostly many more.
  @Test func moreFilesThanAShellAllowsAreOpen() throws {
    let folder = try TemporaryFolder()
    try Self.writeModel("m.gguf", tensors: 100, rows: 1, in: folder)
    let arguments = ["split", "m.gguf", "-o", "out", "--max-tensors", "1"]
    let result = try GGUFProgram.run(arguments, in: folder, after: "ulimit -S -n 50")
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(try folder.names.count == 101)
    let merged = try GGUFProgram.run(
      ["merge", "out-00050-of-00100.gguf", "-o", "merged.gguf"], in: folder, after: "ulimit -S -n 50")
    #expect(merged.exit == 0, "\(merged.standardError)")
    #expect(try folder.bytes("merged.gguf") == folder.bytes("m.gguf"))
  }

  @Test func moreFilesThanTheSystemAllowsAreAnErrorThatLeavesNothing() throws {
    let folder = try TemporaryFolder()
    try Self.writeModel("m.gguf", tensors: 100, rows: 1, in: folder)
    let result = try GGUFProgram.run(
      ["split", "m.gguf", "-o", "out", "--max-tensors", "1"], in: folder, after: "ulimit -n 50")
    #expect(result.exit == 73 && result.messages.count == 1, "\(result.standardError)")
    #expect(result.standardError.contains("Too many open files"))
    #expect(try folder.names == ["m.gguf"])
  }

  /// The parts of an older set would make two models of one folder.
  @Test func anOlderSetIsNotLeftBeside() throws {
    let folder = try TemporaryFolder()
    try Self.writeModel("m.gguf", tensors: 4, rows: 1, in: folder)
    func split(_ tensors: Int, _ options: String...) throws -> ProcessResult {
      try GGUFProgram.run(["split", "m.gguf", "-o", "out", "--max-tensors", "\(tensors)"] + options, in: folder)
    }
    #expect(try split(1).exit == 0)
    let before = try folder.names
    let refused = try split(2)
    #expect(refused.exit == 73 && refused.standardError.contains("--force removes its 4 files"))
    #expect(try folder.names == before)
    let forced = try split(2, "--force")
    #expect(forced.exit == 0 && forced.standardOutput.contains("removed 4 files of an older set"))
    #expect(try folder.names == ["m.gguf", "out-00001-of-00002.gguf", "out-00002-of-00002.gguf"])
    #expect(try split(2).exit == 73)
    #expect(try split(2, "--force").exit == 0)
    // What is split again is never removed.
    let again = try GGUFProgram.run(
      ["split", "out-00001-of-00002.gguf", "-o", "out", "--max-tensors", "1", "--force"], in: folder)
    #expect(again.exit == 73 && again.standardError.contains("is a file of the source itself"))
    #expect(try folder.names.count == 3)
  }
}

/// Workers that do not know of each other.
@Suite struct ShardWorkerTests {
  private static let sample = "samples/valid/tiny-f32.safetensors"
  private static let conversion = ["--as-is", "--type", "Q4_0", "--quiet"]

  private static func worker(_ options: [String], in folder: TemporaryFolder, _ environment: String = ":") throws
    -> ChildProcess
  {
    try GGUFProgram.start(
      ["convert", sample, "-o", "set/model.gguf"] + conversion + options, in: folder, after: environment)
  }

  @Test func workersAtTheSameTimeWriteOneModel() throws {
    let folder = try TemporaryFolder.withSamples()
    try folder.makeFolder("set")
    let workers = try (1...4).map { try Self.worker(["--shard", "\($0)/4"], in: folder) }
    for worker in workers {
      let result = try worker.wait()
      #expect(result.exit == 0, "\(result.standardError)")
    }
    try Self.requireWhole(in: folder, count: 4)

    // A lost worker is run again.
    try folder.remove("set/model-00003-of-00004.gguf")
    let incomplete = try GGUFProgram.run(["validate", "set", "--quiet"], in: folder)
    #expect(incomplete.exit == 1 && incomplete.standardOutput.contains("GGUF-S004"), "\(incomplete.standardOutput)")
    #expect(try Self.worker(["--shard", "3/4"], in: folder).wait().exit == 0)
    try Self.requireWhole(in: folder, count: 4)

    // One that is there already is not replaced unless that is said, and other workers' parts never are.
    let again = try Self.worker(["--shard", "3/4"], in: folder).wait()
    #expect(again.exit == 73 && again.standardError.contains("exists already"))
    #expect(try Self.worker(["--shard", "3/4", "--force"], in: folder).wait().exit == 0)
    let other = try Self.worker(["--shard", "1/3", "--force"], in: folder).wait()
    #expect(other.exit == 73 && other.standardError.contains("is a part of another set with this prefix"))
    try Self.requireWhole(in: folder, count: 4)
  }

  /// The set is valid, and it is the conversion that one machine does.
  private static func requireWhole(in folder: TemporaryFolder, count: Int) throws {
    let validated = try GGUFProgram.run(["validate", "set", "--quiet"], in: folder)
    #expect(validated.exit == 0, "\(validated.standardOutput)")
    let first = "set/model-00001-of-0000\(count).gguf"
    let merged = try GGUFProgram.run(["merge", first, "-o", "merged.gguf", "--force"], in: folder)
    #expect(merged.exit == 0, "\(merged.standardError)")
    let single = try GGUFProgram.run(["convert", sample, "-o", "single.gguf", "--force"] + conversion, in: folder)
    #expect(single.exit == 0)
    #expect(try folder.bytes("merged.gguf") == folder.bytes("single.gguf"))
    let split = try GGUFProgram.run(
      ["convert", sample, "-o", "together.gguf", "--force", "--split-parts", "\(count)"] + conversion, in: folder)
    #expect(split.exit == 0)
    for number in 1...count {
      let name = "-0000\(number)-of-0000\(count).gguf"
      #expect(try folder.bytes("set/model" + name) == folder.bytes("together" + name))
    }
  }

  @Test(arguments: [
    (
      "export SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=3",
      ["--shard", "auto"]
    ),
    (
      "export SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=2 SLURM_ARRAY_TASK_MAX=2 SLURM_ARRAY_TASK_COUNT=1",
      ["--shards", "3"]
    ),
    ("export JOB_COMPLETION_INDEX=1", ["--shards", "3"]),
    ("export AWS_BATCH_JOB_ARRAY_INDEX=1", ["--shard", "auto", "--shards", "3"]),
  ]) func schedulersSayWhichShardItIs(_ environment: String, _ options: [String]) throws {
    let folder = try TemporaryFolder.withSamples()
    try folder.makeFolder("set")
    let result = try Self.worker(options, in: folder, environment).wait()
    #expect(result.exit == 0, "\(result.standardError)")
    #expect(FileManager.default.fileExists(atPath: folder.file("set/model-00002-of-00003.gguf")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("set")).count == 1)
  }

  /// A task of an array that converts a model of its own must not become a shard of it.
  @Test func withoutBeingAskedNothingIsSplit() throws {
    let folder = try TemporaryFolder.withSamples()
    try folder.makeFolder("set")
    let environment =
      "export SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=3"
    #expect(try Self.worker([], in: folder, environment).wait().exit == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("set")) == ["model.gguf"])
  }

  @Test func aSignalLeavesNothingOfAPart() throws {
    let folder = try TemporaryFolder()
    try folder.writeSparse("zeros.f32", [], size: 2 << 30)
    let tensors = (0..<4).flatMap { ["--raw-tensor", "zeros\($0):524288x256"] }
    let process = try GGUFProgram.start(
      ["convert", "zeros.f32"] + tensors + ["--as-is", "--type", "Q4_K", "--shard", "2/4", "-o", "out"], in: folder)
    while process.isRunning, try !folder.names.contains(where: { $0.hasSuffix(".partial") }) { usleep(1000) }
    process.send(SIGTERM)
    let result = try process.wait()
    #expect(result.exit == 143)
    #expect(try folder.names == ["zeros.f32"])
  }
}
