import FoundationEssentials
import Kernels
import TensorCore

/// What was measured, as JSON and as lines of text.
struct Results {
  struct Figure: Encodable {
    let contender: String
    let repetitions: Int
    /// Of the median repetition, and of the fastest.
    let weightsPerSecond: Double
    let bestWeightsPerSecond: Double
    /// The weights as F32 over the time of the median repetition, and what share of a memory copy that is.
    let gigabytesPerSecond: Double
    let shareOfCopy: Double
    /// How many times as fast as the peers; absent for peers themselves.
    let timesStock: Double?
    let timesRecompiled: Double?
    let timesPlainLoop: Double?
  }

  struct Row: Encodable {
    let type: String
    let operation: String
    let figures: [Figure]
  }

  private struct Document: Encodable {
    let copyGigabytesPerSecond: Double
    let sets: [String]
    let rows: [Row]
  }

  private var measured: [(type: ElementType, operation: Operation, timings: [Timing])] = []
  private var copies: [Double] = []
  private var copySpeed: Double { medianOf(copies) }

  var isEmpty: Bool { measured.isEmpty }

  mutating func addCopy(bytesPerSecond: Double) { copies.append(bytesPerSecond) }

  mutating func add(_ type: ElementType, _ operation: Operation, _ timings: [Timing]) {
    measured.append((type, operation, timings))
  }

  /// Shares are of the copies measured so far, so that rows are made when they are asked for.
  private func row(_ type: ElementType, _ operation: Operation, _ timings: [Timing]) -> Row {
    let setNames = Set(KernelSet.supported.map(\.name))
    func ratio(_ timing: Timing, _ peer: String) -> Double? {
      guard setNames.contains(timing.name) else { return nil }
      return timings.first { $0.name == peer }.map { $0.median / timing.median }
    }
    let figures = timings.map { timing in
      Figure(
        contender: timing.name, repetitions: timing.repetitions, weightsPerSecond: 1e9 / timing.median,
        bestWeightsPerSecond: 1e9 / timing.best, gigabytesPerSecond: 4 / timing.median,
        shareOfCopy: 4e9 / timing.median / copySpeed, timesStock: ratio(timing, "stock"),
        timesRecompiled: ratio(timing, "recompiled"), timesPlainLoop: ratio(timing, "plain loop"))
    }
    return Row(type: type.name, operation: operation.rawValue, figures: figures)
  }

  func printLast() {
    guard let row = measured.last.map(row) else { return }
    print("\(row.type), \(row.operation)")
    for figure in row.figures {
      var line = "  \(padded(figure.contender, 12)) \(number(figure.weightsPerSecond / 1e6, 1, width: 9)) Mweights/s"
      line += " \(number(figure.gigabytesPerSecond, 2, width: 7)) GB/s"
      line += " \(number(100 * figure.shareOfCopy, 0, width: 4)) % of memcpy"
      for (times, peer) in [
        (figure.timesStock, "stock"), (figure.timesRecompiled, "recompiled"), (figure.timesPlainLoop, "the plain loop"),
      ] {
        if let times { line += "  \(number(times, 2, width: 6)) x \(peer)" }
      }
      print(line)
    }
  }

  func printCopy() { print("memcpy: \(number(copySpeed / 1e9, 2, width: 0)) GB/s") }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let document = Document(
      copyGigabytesPerSecond: copySpeed / 1e9, sets: KernelSet.supported.map(\.name), rows: measured.map(row))
    try encoder.encode(document).write(to: URL(fileURLWithPath: path))
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func number(_ value: Double, _ digits: Int, width: Int) -> String {
    guard value.isFinite else { return "?" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let whole = Int((value * scale).rounded())
    var text = String(whole / Int(scale))
    if digits > 0 {
      let rest = String(whole % Int(scale))
      text += "." + String(repeating: "0", count: digits - rest.count) + rest
    }
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
