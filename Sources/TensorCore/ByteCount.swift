/// A number of bytes as people write it.
package enum ByteCount {
  /// With a unit or without: `80M`, `80MB` (80,000,000), `80MiB` (83,886,080); nil for what is no number from 1 up.
  package static func parse(_ argument: String) -> Int? {
    let digits = argument.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0 else { return nil }
    let unit: Int
    switch argument.dropFirst(digits.count).uppercased() {
    case "", "B": unit = 1
    case "K", "KB": unit = 1_000
    case "M", "MB": unit = 1_000_000
    case "G", "GB": unit = 1_000_000_000
    case "KIB": unit = 1 << 10
    case "MIB": unit = 1 << 20
    case "GIB": unit = 1 << 30
    default: return nil
    }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : bytes
  }
}
