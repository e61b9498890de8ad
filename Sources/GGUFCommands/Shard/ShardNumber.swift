internal import TensorCore

/// Which part of a conversion a worker does.
struct ShardNumber: Equatable {
  /// From 1 to ``count``.
  let number: Int
  let count: Int

  /// `I/N`.
  init?(parsing text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let number = numbers[0], let count = numbers[1] else { return nil }
    self.init(number, of: count)
  }

  init?(_ number: Int, of count: Int) {
    guard count > 0, (1...count).contains(number) else { return nil }
    (self.number, self.count) = (number, count)
  }

  /// Why the surroundings do not say which part is meant.
  struct Unknown: Error, Equatable {
    let message: String
  }

  /// What a scheduler says in the environment of the tasks of an array.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - count: How many shards there are; nil where the scheduler has to say it.
  static func ofArrayTask(in environment: [String: String], count: Int?) throws(Unknown) -> ShardNumber {
    let present = ArrayScheduler.all.filter { environment[$0.index] != nil }
    guard let scheduler = present.first else {
      let names = ArrayScheduler.all.map(\.index).joined(separator: ", ")
      throw Unknown(message: "no task of an array: none of \(names) is set; say --shard I/N")
    }
    if present.count > 1 {
      let names = present.map(\.index).joined(separator: " and ")
      throw Unknown(message: "\(names) are set; say --shard I/N")
    }
    let task = try ArrayTask(scheduler, environment)
    let total = try task.total(count)
    guard let shard = ShardNumber(task.index - (try task.first(given: count)) + 1, of: total) else {
      throw Unknown(message: "\(scheduler.index) is \(task.index), which is none of \(total) shards")
    }
    return shard
  }
}

/// The variables of a scheduler.
private struct ArrayScheduler {
  /// The number of the task.
  let index: String
  /// How many tasks there are; nil where it does not say.
  let count: String?
  /// The lowest and the highest number, where it is not 0 and one below the count.
  var bounds: (lowest: String, highest: String)?

  static let slurm = ArrayScheduler(
    index: "SLURM_ARRAY_TASK_ID", count: "SLURM_ARRAY_TASK_COUNT",
    bounds: ("SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX"))
  static let kubernetes = ArrayScheduler(index: "JOB_COMPLETION_INDEX", count: nil)
  static let awsBatch = ArrayScheduler(index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE")
  static let all = [slurm, kubernetes, awsBatch]
}

/// What the variables say, as numbers.
private struct ArrayTask {
  let scheduler: ArrayScheduler
  let index: Int
  private let count: Int?
  private let lowest: Int?
  private let highest: Int?

  init(_ scheduler: ArrayScheduler, _ environment: [String: String]) throws(ShardNumber.Unknown) {
    self.scheduler = scheduler
    guard let index = try Self.number(scheduler.index, environment) else {
      throw .init(message: "\(scheduler.index) is not set")
    }
    self.index = index
    count = try Self.number(scheduler.count, environment)
    lowest = try Self.number(scheduler.bounds?.lowest, environment)
    highest = try Self.number(scheduler.bounds?.highest, environment)
  }

  private static func number(
    _ name: String?, _ environment: [String: String]
  ) throws(ShardNumber.Unknown) -> Int? {
    guard let name, let text = environment[name] else { return nil }
    guard let number = Int(text), (0...Int(Int32.max)).contains(number) else {
      throw .init(message: "\(name) is \(text.quoted()), expected a number from 0 up")
    }
    return number
  }

  /// How many shards there are: as was given, or as the scheduler says.
  func total(_ given: Int?) throws(ShardNumber.Unknown) -> Int {
    if let given {
      // Slurm counts the tasks that were asked for, which are fewer when a lost one is run again.
      if scheduler.bounds == nil, let count, let name = scheduler.count, count != given {
        throw .init(message: "--shards \(given), and \(name) is \(count)")
      }
      return given
    }
    guard let count, let name = scheduler.count else {
      let missing = scheduler.count.map { ", and \($0) is not set" } ?? ""
      throw .init(message: "\(scheduler.index) does not say how many there are\(missing); add --shards N")
    }
    if count < 2 { throw .init(message: "\(name) is \(count): is it one of a larger array? add --shards N") }
    if scheduler.bounds != nil {
      guard let lowest, let highest, highest - lowest + 1 == count else {
        throw .init(message: "the array is not one of consecutive numbers; say --array=1-N, and --shards N")
      }
    }
    return count
  }

  /// The number of the first shard's task.
  func first(given: Int?) throws(ShardNumber.Unknown) -> Int {
    guard let bounds = scheduler.bounds else { return 0 }
    guard let given else { return lowest ?? 1 }
    // Where shards are counted by hand, some of them may be run again, and the lowest is not the first.
    if (lowest ?? index) < 1 || (highest ?? index) > given {
      let found = "\(lowest ?? index) to \(highest ?? index)"
      throw .init(
        message: "the array's numbers are \(found) (\(bounds.lowest), \(bounds.highest)), expected numbers from 1 to "
          + "\(given): say --array=1-\(given)")
    }
    return 1
  }
}
