import Quantization
import TensorCore

// Flips each bit of seeded sample blocks of every type, and says how many of the flips the type's bound finds:
// formats/bounds.md. `--json` prints it for machines.

let seed: UInt64 = 20_260_401
let weightCount = 16_384

/// Hundredths of a percent, rounded down: 100 % is all of them.
func percent(_ part: Int, of all: Int) -> String {
  let hundredths = part * 10_000 / all
  let fraction = hundredths % 100
  return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}

/// Three decimals.
func decimal(_ number: Double) -> String {
  let thousandths = Int((number * 1_000).rounded())
  let fraction = String(thousandths % 1_000)
  return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
}

func printTable() {
  print("| type | field | bits | Gaussian: found % | no change % | worst | Student-t: found % | no change % | worst |")
  print("| --- | --- | --: | --: | --: | --: | --: | --: | --: |")
  for type in ElementType.allCases {
    guard let codec = type.codec else { continue }
    let fields = BlockField.all(of: type)
    let counts = Weights.allCases.map { FlipCount.count(codec, fields, $0.weights(weightCount, seed: seed)) }
    for (index, field) in fields.enumerated() {
      let cells = counts.map { $0[index] }.map { count in
        "\(percent(count.found, of: count.flips)) | \(percent(count.unchanged, of: count.flips)) | "
          + (count.worstMissed > 1 ? decimal(count.worstMissed) : "")
      }
      print("| \(type.name) | \(field.name) | \(field.bytes.count * 8) | \(cells.joined(separator: " | ")) |")
    }
  }
}

func printJSON() {
  var lines: [String] = []
  for type in ElementType.allCases {
    guard let codec = type.codec else { continue }
    let fields = BlockField.all(of: type)
    for kind in Weights.allCases {
      let counts = FlipCount.count(codec, fields, kind.weights(weightCount, seed: seed))
      for (field, count) in zip(fields, counts) {
        lines.append(
          """
            {"type": "\(type.name)", "weights": "\(kind.rawValue)", "field": "\(field.name)", \
          "first_byte": \(field.bytes.lowerBound), "bytes": \(field.bytes.count), "flips": \(count.flips), \
          "found": \(count.found), "unchanged": \(count.unchanged), "worst_missed": \(count.worstMissed)}
          """)
      }
    }
  }
  print("[\n\(lines.joined(separator: ",\n"))\n]")
}

switch CommandLine.arguments.dropFirst() {
case []: printTable()
case ["--json"]: printJSON()
default: print("usage: bit-flips [--json]")
}
