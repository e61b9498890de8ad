/// White space so long that what stands behind it is out of sight.
struct HidingWhiteSpace {
  static let mostColumns = 200
  static let mostLines = 50

  /// Where it ends, and how long it is: `240 blanks in line 3`.
  let description: String

  /// The first in a text; nil where there is none.
  init?(_ text: [UInt8]) {
    var (line, columns, lines) = (1, 0, 0)
    for byte in text {
      switch byte {
      case 0x0A:
        line += 1
        lines += 1
        columns = 0
      case 0x20, 0x09, 0x0B, 0x0C, 0x0D: columns += 1
      default:
        if columns > Self.mostColumns {
          description = "\(columns) blanks in line \(line) in front of more"
          return
        }
        // The line break at a line's end is one; each empty line has another.
        if lines > Self.mostLines {
          description = "\(lines - 1) empty lines in front of line \(line)"
          return
        }
        (columns, lines) = (0, 0)
      }
    }
    return nil
  }
}
