import Foundation

/// Evaluates formulas as they are written for people, each operation rounded to `Number`.
struct StatedFormula<Number: BinaryFloatingPoint> {
  struct Mistake: Error {
    let text: String
  }

  private let text: String
  private var rest: Substring
  private let names: [String: Number]
  private let table: [Number]

  /// The value of the name that a formula `NAME = EXPRESSION` defines.
  static func evaluate(
    _ formula: String, _ names: [String: Number], table: [Number] = []
  ) throws -> (name: String, value: Number) {
    let sides = formula.components(separatedBy: " = ")
    guard sides.count == 2 else { throw Mistake(text: formula) }
    var parser = StatedFormula(text: formula, rest: sides[1][...], names: names, table: table)
    let value = try parser.sum()
    guard parser.rest.isEmpty else { throw Mistake(text: formula) }
    return (sides[0], value)
  }

  private init(text: String, rest: Substring, names: [String: Number], table: [Number]) {
    (self.text, self.rest, self.names, self.table) = (text, rest, names, table)
  }

  private mutating func accept(_ token: Character) -> Bool {
    while rest.first == " " { rest.removeFirst() }
    guard rest.first == token else { return false }
    rest.removeFirst()
    while rest.first == " " { rest.removeFirst() }
    return true
  }

  private mutating func sum() throws -> Number {
    var value = try product()
    while true {
      if accept("+") { value += try product() } else if accept("-") { value -= try product() } else { return value }
    }
  }

  private mutating func product() throws -> Number {
    var value = try power()
    while true {
      if accept("*") { value *= try power() } else if accept("/") { value /= try power() } else { return value }
    }
  }

  private mutating func power() throws -> Number {
    let base = try operand()
    guard accept("^") else { return base }
    let exponent = try operand()
    // Whole powers of 2 and of -1, exactly.
    if base == 2 { return Number(sign: .plus, exponent: Number.Exponent(Int(exponent)), significand: 1) }
    guard base == -1 else { throw Mistake(text: text) }
    return Int(exponent) % 2 == 0 ? 1 : -1
  }

  private mutating func operand() throws -> Number {
    if accept("-") { return -(try operand()) }
    if accept("(") { return try closed(by: ")") }
    let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    rest = rest[word.endIndex...]
    if let number = Int(word) { return Number(number) }
    if word == "value" && accept("[") { return table[Int(try closed(by: "]"))] }
    if let value = names[String(word)] { return value }
    guard accept("(") else { throw Mistake(text: "\(text): \(word)") }
    let bits = UInt8(try closed(by: ")"))
    switch word {
    case "E8M0":
      return bits == 255 ? .nan : Number(sign: .plus, exponent: Number.Exponent(Int(bits) - 127), significand: 1)
    case "UE4M3": return Self.unsignedE4M3(bits)
    default: throw Mistake(text: "\(text): \(word)")
    }
  }

  private mutating func closed(by bracket: Character) throws -> Number {
    let value = try sum()
    guard accept(bracket) else { throw Mistake(text: text) }
    return value
  }

  /// formats/nvfp4.md: the sign is ignored, 0x7F is 0, and 0xFF is 480.
  private static func unsignedE4M3(_ bits: UInt8) -> Number {
    if bits == 0x7F { return 0 }
    let (exponent, fraction) = (Int(bits >> 3 & 15), Number(bits & 7))
    return exponent == 0
      ? fraction / 512 : Number(sign: .plus, exponent: Number.Exponent(exponent - 7), significand: 1 + fraction / 8)
  }
}
