import ArgumentParser
import FoundationEssentials
import LossMeasurement
import TensorCore

/// Measures what every type loses on ordinary weights, and writes the tables that are made of it.
@main
struct ExpectedLosses: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expected-losses",
    abstract: "Measure what every type loses on Gaussian, Laplace and Student-t weights.",
    discussion: "Relative RMSE, with its standard error. formats/expected-losses.md says what is measured.")

  @Option(help: "Weights of each distribution: a multiple of 4096.")
  var weights = 1 << 24
  @Option(help: "The seed of the weights.")
  var seed: UInt64 = 1
  @Option(help: "The standard deviation of the weights.")
  var deviation = OrdinaryWeights.standardDeviation
  @Option(help: "Write the table as Swift into this file.")
  var swift: String?
  @Option(help: "Replace the table of this page.")
  var page: String?

  func validate() throws {
    guard deviation > 0 && deviation < 1 else { throw ValidationError("--deviation takes a number between 0 and 1") }
    guard weights > measuredRowLength, weights % measuredRowLength == 0 else {
      throw ValidationError("--weights takes a multiple of \(measuredRowLength), at least two of them")
    }
  }

  func run() throws {
    var losses: [OrdinaryWeights: [ElementType: MeasuredLoss]] = [:]
    for distribution in OrdinaryWeights.allCases {
      losses[distribution] = measureLosses(
        on: distribution, rows: weights / measuredRowLength, seed: seed, deviation: deviation)
    }
    print(
      "relative RMSE on \(weights) weights of each distribution, standard deviation \(deviation), seed \(seed), and its standard error"
    )
    print(line("", OrdinaryWeights.allCases.map(\.rawValue)))
    for type in measuredTypes {
      print(
        line(
          type.name,
          OrdinaryWeights.allCases.map { distribution in
            guard let loss = losses[distribution]?[type] else { return "" }
            return "\(rounded(loss.relativeRMSE)) +- \(rounded(loss.standardError))"
          }))
    }
    let table = LossTable(losses)
    if let swift { try write(table.swift, to: swift) }
    if let page {
      let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: page)), as: UTF8.self)
      try write(LossTable.replacingTable(of: text, with: table.markdown), to: page)
    }
  }

  private func line(_ name: String, _ cells: [String]) -> String {
    ([name] + cells).map { $0 + String(repeating: " ", count: max(0, 26 - $0.count)) }.joined()
  }

  private func rounded(_ value: Double) -> Double { (value * 1e7).rounded() / 1e7 }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    print("written to \(path)")
  }
}
