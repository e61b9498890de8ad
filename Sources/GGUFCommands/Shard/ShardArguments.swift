internal import ArgumentParser
internal import GGUF
internal import TensorCore
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Whether the output of a conversion is split, and which part of it this process writes.
struct ShardArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write parts as gguf split does, none with more bytes of tensors than this: 2G, 500MiB. --output is then the prefix \
      of their names.
      """, valueName: "bytes"), transform: PartLimit.bytes)
  var splitMaxSize: Int?

  @Option(
    help: ArgumentHelp("Write parts, none with more tensors than this.", valueName: "count"),
    transform: PartLimit.count)
  var splitMaxTensors: Int?

  @Option(
    help: ArgumentHelp("Write so many parts, balanced by the bytes read and written.", valueName: "count"),
    transform: PartLimit.count)
  var splitParts: Int?

  @Flag(help: "With --split-max-size and the like: no tensors in the first part.")
  var noTensorFirstSplit = false

  @Option(
    help: ArgumentHelp(
      """
      Write part I of the N that --split-parts N writes, and read nothing but what it needs; other machines write the \
      others. auto takes I and N from the environment of a task in an array of Slurm or AWS Batch.
      """, valueName: "i/n"))
  var shard: String?

  @Option(
    help: ArgumentHelp(
      """
      There are N shards; which one this is, the environment says: SLURM_ARRAY_TASK_ID (an array from 1 to N), \
      JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX (from 0).
      """, valueName: "n"), transform: PartLimit.count)
  var shards: Int?

  private var cuts: [SplitCut] { PartLimit.cuts(bytes: splitMaxSize, tensors: splitMaxTensors, parts: splitParts) }

  /// Whether parts are written, and `--output` is a prefix.
  var areGiven: Bool { !cuts.isEmpty || shard != nil || shards != nil }

  func validate() throws {
    if cuts.count > 1 {
      throw ValidationError("give one of --split-max-size, --split-max-tensors and --split-parts, not several")
    }
    if noTensorFirstSplit && cuts.isEmpty {
      throw ValidationError("--no-tensor-first-split needs --split-max-size, --split-max-tensors or --split-parts")
    }
    if (shard != nil || shards != nil) && !cuts.isEmpty {
      throw ValidationError("--shard I/N says how the output is split; leave out the options of --split")
    }
    if let shard, shard != "auto" {
      if ShardNumber(parsing: shard) == nil {
        throw ValidationError("expected --shard I/N with I from 1 to N, or auto, found \(shard.quoted())")
      }
      if shards != nil { throw ValidationError("--shard \(shard) says already how many shards there are") }
    }
  }

  /// The shard that this process writes; nil where it writes everything.
  func number() throws(Failure) -> ShardNumber? {
    guard shard != nil || shards != nil else { return nil }
    if let given = shard.flatMap(ShardNumber.init(parsing:)) { return given }
    do throws(ShardNumber.Unknown) {
      return try ShardNumber.ofArrayTask(in: ProcessInfo.processInfo.environment, count: shards)
    } catch {
      throw Failure(error.message, .usage)
    }
  }

  /// How the output is split; nil for one file.
  func split(_ shard: ShardNumber?) -> SplitLayout.Split? {
    if let shard { return .init(.parts(shard.count)) }
    return cuts.first.map { .init($0, firstHasNoTensors: noTensorFirstSplit) }
  }
}
