/// Somebody who does a piece of work on a number of rows, beginning at a row.
struct Contender {
  let name: String
  let run: (_ firstRow: Int, _ rows: Int) -> Void
}

/// How long a contender took for one weight, over all repetitions.
struct Timing {
  let name: String
  private var nanosecondsPerWeight: [Double] = []

  init(name: String) { self.name = name }

  mutating func add(_ duration: Duration, weights: Int) {
    nanosecondsPerWeight.append(duration.nanoseconds / Double(weights))
  }

  var repetitions: Int { nanosecondsPerWeight.count }
  var best: Double { nanosecondsPerWeight.min() ?? .nan }
  var median: Double { medianOf(nanosecondsPerWeight) }
}

func medianOf(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

extension Duration {
  var nanoseconds: Double { Double(components.seconds) * 1e9 + Double(components.attoseconds) * 1e-9 }
}

/// Times contenders on the same work in turns, so that what happens to the machine meanwhile happens to all of them.
struct Race {
  /// The rows that there are, and how long each is.
  let rows: Rows
  /// How long the whole race may take.
  let duration: Duration
  /// A repetition takes the slowest contender about this long.
  private let repetition = Duration.milliseconds(6)
  private let fewestRounds = 9

  init(rows: Rows, duration: Duration) {
    self.rows = rows
    self.duration = duration
  }

  func run(_ contenders: [Contender]) -> [Timing] {
    let clock = ContinuousClock()
    // Once without timing; then how many rows the slowest does in the time of a repetition.
    let few = min(8, rows.count)
    var slowest = Duration.zero
    for contender in contenders {
      contender.run(0, few)
      slowest = max(slowest, clock.measure { contender.run(0, few) })
    }
    let count = max(1, min(rows.count / 4, Int(Double(few) * (repetition / max(slowest, .nanoseconds(1))))))

    var timings = contenders.map { Timing(name: $0.name) }
    // Every repetition takes the next rows, which no cache holds any more: the rows of all are far larger.
    var next = 0
    var round = 0
    let end = clock.now + duration
    while round < fewestRounds || clock.now < end {
      for turn in contenders.indices {
        // Everybody is first as often as last, and behind everybody else.
        let place = (round / 2 + turn) % contenders.count
        let index = round % 2 == 0 ? place : contenders.count - 1 - place
        if next + count > rows.count { next = 0 }
        let contender = contenders[index]
        let elapsed = clock.measure { contender.run(next, count) }
        timings[index].add(elapsed, weights: count * rows.length)
        next += count
      }
      round += 1
    }
    return timings
  }
}
