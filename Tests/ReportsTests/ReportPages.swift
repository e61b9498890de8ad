import TestSupport
import Verification

@testable import Reports

/// The reports that tests, and the browser of `make report-check`, look at.
enum ReportPages {
  static let seed: UInt64 = 41

  static func report(_ name: String) -> VerificationReport { name == "large" ? large : make(name) }

  /// Made once.
  private static let large = make("large")

  static func make(_ name: String) -> VerificationReport {
    switch name {
    case "model": ReportBuilder.model(layers: 26, seed: seed).report
    case "findings": ReportBuilder.modelWithFindings(layers: 26, seed: seed).report.withUsualLosses()
    case "hostile": ReportBuilder.hostile(seed: seed).report
    case "special": ReportBuilder.special(seed: seed).report
    case "integers":
      {
        var builder = ReportBuilder(seed: seed)
        builder.addIntegers("ids")
        return builder.report
      }()
    case "one":
      {
        var builder = ReportBuilder(seed: seed)
        builder.add("weight", .q4_0, loss: 0.08, exact: true)
        builder.isExact = true
        return builder.report
      }()
    case "scattered": ReportBuilder.scattered(tensors: 2_000, seed: seed).report
    case "large": ReportBuilder.large(tensors: 10_000, seed: seed).report
    default: ReportBuilder(seed: seed).report
    }
  }

  static let names = ["model", "findings", "hostile", "special", "integers", "one", "scattered", "large", "empty"]
}

extension ReportBuilder {
  /// Every tensor in a layer and of a kind of its own: a heat map of nearly nothing.
  static func scattered(tensors: Int, seed: UInt64) -> ReportBuilder {
    var builder = ReportBuilder(seed: seed)
    for index in 0..<tensors { builder.add("part\(index).\(index).weight", .q4_0, rows: 1, loss: 0.08) }
    return builder
  }

  /// A model of many small tensors, as mixtures of experts have them, with as many findings as it has layers.
  static func large(tensors: Int, seed: UInt64) -> ReportBuilder {
    var builder = ReportBuilder(seed: seed)
    for index in 0..<tensors {
      let (layer, expert) = (index % 40, index / 40)
      builder.add(
        "model.layers.\(layer).mlp.experts.\(expert).down_proj.weight", .q4_K, rows: 1,
        loss: 0.05 + Double(expert) / 5000)
      if expert == 7 {
        builder.findings.append(
          Finding(
            .exact, tensor: "model.layers.\(layer).mlp.experts.7.down_proj.weight", "differs from byte 0 on",
            offset: layer))
      }
    }
    return builder
  }
}
