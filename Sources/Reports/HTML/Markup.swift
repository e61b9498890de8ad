internal import TensorCore

/// A piece of HTML. Its literals are markup; every string that is put into one is text, and escaped:
///
///     let name: Markup = "<code>\(tensor.name)</code>"
struct Markup: ExpressibleByStringInterpolation, Sendable {
  private(set) var html: String

  init(stringLiteral markup: StaticString) { html = "\(markup)" }

  init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var html = ""

    init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ markup: StaticString) { html += "\(markup)" }

    mutating func appendInterpolation(_ text: String) { html += Markup.escaped(text) }

    mutating func appendInterpolation(_ markup: Markup) { html += markup.html }
  }

  static func + (left: Markup, right: Markup) -> Markup { "\(left)\(right)" }

  static func += (left: inout Markup, right: Markup) { left.html += right.html }

  /// A text that is only text wherever in a page it stands, between tags or in a quoted attribute, and that shows what is
  /// in it: control characters and changes of direction are written as escapes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.printable.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Sequence where Element == Markup {
  func joined() -> Markup { reduce(into: "") { $0 += $1 } }
}
