public import TensorCore

extension [UInt8] {
  /// Appends a number in the given order, by shifts: independent of the loads and stores that are under test.
  public mutating func append(number: some FixedWidthInteger, _ order: ByteOrder = .little) {
    let count = type(of: number).bitWidth / 8
    for index in 0..<count {
      let place = order == .little ? index : count - 1 - index
      append(UInt8(truncatingIfNeeded: number >> (8 * place)))
    }
  }

  /// The bytes that hexadecimal digits stand for; blanks between them are passed over.
  public init(hex: String) {
    let digits = hex.compactMap { character in character.isWhitespace ? nil : character.hexDigitValue ?? 0 }
    self = stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// The bytes in hexadecimal, with blanks between them, for messages.
  public var hex: String {
    map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(separator: " ")
  }
}

extension SeededGenerator {
  /// `count` random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }

  /// One of the elements.
  public mutating func pick<T>(_ elements: [T]) -> T { elements[Int.random(in: 0..<elements.count, using: &self)] }
}
