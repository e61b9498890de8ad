import Testing

@testable import GGUFCommands

@Suite("Which shard a worker is")
struct ShardNumberTests {
  private func shard(_ environment: [String: String], _ count: Int? = nil) -> ShardNumber? {
    try? ShardNumber.ofArrayTask(in: environment, count: count)
  }

  private func message(_ environment: [String: String], _ count: Int? = nil) -> String {
    do throws(ShardNumber.Unknown) {
      return "shard \(try ShardNumber.ofArrayTask(in: environment, count: count))"
    } catch {
      return error.message
    }
  }

  private func slurm(_ id: Int, _ lowest: Int, _ highest: Int, count: Int) -> [String: String] {
    [
      "SLURM_ARRAY_TASK_ID": "\(id)", "SLURM_ARRAY_TASK_MIN": "\(lowest)", "SLURM_ARRAY_TASK_MAX": "\(highest)",
      "SLURM_ARRAY_TASK_COUNT": "\(count)",
    ]
  }

  @Test("As it is written: I/N", arguments: ["1/1", "1/3", "3/3", "65535/65535"])
  func written(_ text: String) {
    let shard = ShardNumber(parsing: text)
    #expect(shard.map { "\($0.number)/\($0.count)" } == text)
  }

  @Test(
    "What is no I/N is nothing",
    arguments: ["", "/", "1", "0/3", "4/3", "-1/3", "1/0", "1/3/5", "1 /3", "a/b", "1.0/2", "99999999999999999999/3"])
  func notWritten(_ text: String) { #expect(ShardNumber(parsing: text) == nil) }

  @Test("A Slurm array says number and count, from whatever number on it counts")
  func slurmArray() {
    #expect(shard(slurm(1, 1, 16, count: 16)) == ShardNumber(1, of: 16))
    #expect(shard(slurm(16, 1, 16, count: 16)) == ShardNumber(16, of: 16))
    #expect(shard(slurm(0, 0, 15, count: 16)) == ShardNumber(1, of: 16))
    #expect(shard(slurm(105, 101, 110, count: 10)) == ShardNumber(5, of: 10))
  }

  @Test("Some tasks of an array, run again, are the same shards where the number of all is given")
  func slurmAgain() {
    #expect(shard(slurm(7, 7, 7, count: 1), 16) == ShardNumber(7, of: 16))
    #expect(shard(slurm(12, 3, 12, count: 2), 16) == ShardNumber(12, of: 16))
    // Without it a lost worker that runs again would take itself for the only one.
    #expect(message(slurm(7, 7, 7, count: 1)).contains("add --shards N"))
    #expect(message(slurm(12, 3, 12, count: 2)).contains("not one of consecutive numbers"))
    #expect(message(["SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "16"]).contains("consecutive"))
  }

  @Test("An array from 0 is no array of N shards, in none of its tasks", arguments: [0, 1, 15])
  func slurmFromZero(id: Int) {
    #expect(message(slurm(id, 0, 15, count: 16), 16).contains("say --array=1-16"))
  }

  @Test("An array that is longer than there are shards is a mistake, in each of its tasks", arguments: [1, 17])
  func slurmTooLong(id: Int) { #expect(message(slurm(id, 1, 17, count: 17), 16).contains("say --array=1-16")) }

  @Test("Kubernetes counts from 0 and does not say how many there are")
  func kubernetes() {
    #expect(shard(["JOB_COMPLETION_INDEX": "0"], 3) == ShardNumber(1, of: 3))
    #expect(shard(["JOB_COMPLETION_INDEX": "2"], 3) == ShardNumber(3, of: 3))
    #expect(message(["JOB_COMPLETION_INDEX": "3"], 3) == "JOB_COMPLETION_INDEX is 3, which is none of 3 shards")
    #expect(message(["JOB_COMPLETION_INDEX": "0"]).contains("add --shards N"))
  }

  @Test("AWS Batch counts from 0, and its size must be the one that is given")
  func awsBatch() {
    #expect(shard(["AWS_BATCH_JOB_ARRAY_INDEX": "0"], 3) == ShardNumber(1, of: 3))
    let both = ["AWS_BATCH_JOB_ARRAY_INDEX": "4", "AWS_BATCH_JOB_ARRAY_SIZE": "5"]
    #expect(shard(both) == ShardNumber(5, of: 5) && shard(both, 5) == ShardNumber(5, of: 5))
    #expect(message(both, 6) == "--shards 6, and AWS_BATCH_JOB_ARRAY_SIZE is 5")
    #expect(message(["AWS_BATCH_JOB_ARRAY_INDEX": "0"]).contains("add --shards N"))
  }

  @Test("No scheduler, two of them, and numbers that are none are mistakes")
  func mistakes() {
    #expect(message([:], 3).hasPrefix("no task of an array: none of SLURM_ARRAY_TASK_ID, "))
    let two = slurm(1, 1, 3, count: 3).merging(["JOB_COMPLETION_INDEX": "0"]) { $1 }
    #expect(message(two, 3) == "SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX are set; say --shard I/N")
    for text in ["", "x", "-1", "1.5", "99999999999999999999"] {
      #expect(message(["JOB_COMPLETION_INDEX": text], 3).contains("expected a number from 0 up"), "\(text)")
    }
  }
}
