import TensorCore

/// The losses of types on all three distributions, as text.
public struct LossTable: Sendable {
  /// A type and its relative RMSE on Gaussian, Laplace and Student-t weights.
  public typealias Row = (type: ElementType, gaussian: Double, laplace: Double, studentT: Double)

  public let rows: [Row]

  public init(_ rows: [Row]) { self.rows = rows }

  /// - Parameter losses: For each distribution, what was measured.
  public init(_ losses: [OrdinaryWeights: [ElementType: MeasuredLoss]]) {
    rows = measuredTypes.map { type in
      func loss(_ weights: OrdinaryWeights) -> Double { losses[weights]?[type]?.relativeRMSE ?? .nan }
      return (type, loss(.gaussian), loss(.laplace), loss(.studentT))
    }
  }

  /// As in formats/expected-losses.md.
  public var markdown: String {
    let names = OrdinaryWeights.allCases.map(\.rawValue)
    return "| type | \(names.joined(separator: " | ")) |\n| --- | --- | --- | --- |\n"
      + rows.map { row in
        "| \(row.type.name) | " + Self.cells(row).joined(separator: " | ") + " |\n"
      }.joined()
  }

  /// As in Sources/Verification/Expectations/ExpectedLoss+Table.swift.
  public var swift: String {
    """
    internal import TensorCore

    // Written by `make expected-losses`; do not edit.

    extension ExpectedLoss {
      /// Relative RMSE on Gaussian, Laplace and Student-t weights, to four digits.
      static let table: [ElementType: ExpectedLoss] = [
    \(rows.map { row in
      let cells = Self.cells(row)
      return "    .\(row.type): ExpectedLoss(gaussian: \(cells[0]), laplace: \(cells[1]), studentT: \(cells[2])),\n"
    }.joined())  ]
    }

    """
  }

  private static func cells(_ row: Row) -> [String] {
    [row.gaussian, row.laplace, row.studentT].map { fourDigits($0) }
  }

  /// A number from 0.00001 to 9.999 with four significant digits.
  static func fourDigits(_ value: Double) -> String {
    var (digits, scaled) = (0, value)
    while scaled < 999.95 && digits < 8 {
      scaled *= 10
      digits += 1
    }
    let text = String(Int(scaled.rounded()))
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}

extension LossTable {
  /// A page with another table in the place of its first.
  public static func replacingTable(of page: String, with table: String) -> String {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    let before = lines.prefix { !$0.hasPrefix("|") }
    let behind = lines[before.count...].drop { $0.hasPrefix("|") }
    return (before + table.split(separator: "\n") + behind).joined(separator: "\n")
  }

  /// The first table of a page: its first lines that begin with `|`.
  public static func table(of page: String) -> String {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }.map { $0 + "\n" }.joined()
  }
}
