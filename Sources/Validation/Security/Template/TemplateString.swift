/// The bytes that a string of a template stands for: escapes are those of Python.
enum TemplateString {
  static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "\\")) else { return Array(bytes) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch kind {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "a"): result.append(0x07)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "v"): result.append(0x0B)
      case UInt8(ascii: "x"): append(&result, digits(&rest, most: 2, radix: 16))
      case UInt8(ascii: "u"): append(&result, digits(&rest, most: 4, radix: 16))
      case UInt8(ascii: "U"): append(&result, digits(&rest, most: 8, radix: 16))
      case 0x30...0x37:
        rest = bytes[(rest.startIndex - 1)...]
        append(&result, digits(&rest, most: 3, radix: 8))
      case 0x0A: break
      case UInt8(ascii: "N"): append(&result, named(&rest))
      default: result.append(kind)
      }
    }
    return result
  }

  private static func digits(_ rest: inout ArraySlice<UInt8>, most: Int, radix: UInt32) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<most {
      guard let next = rest.first else { break }
      let digit: UInt32
      switch next {
      case 0x30...0x39: digit = UInt32(next - 0x30)
      case 0x41...0x46: digit = UInt32(next - 0x37)
      case 0x61...0x66: digit = UInt32(next - 0x57)
      default: return value
      }
      guard digit < radix else { break }
      // Eight digits of four bits fill the number, and do not overflow it.
      value = value &* radix | digit
      rest.removeFirst()
    }
    return value
  }

  /// `\N{LOW LINE}`: the only name that helps to spell what is looked for.
  private static func named(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
    let text = "{LOW LINE}"
    guard String(decoding: rest.prefix(text.utf8.count), as: UTF8.self).uppercased() == text else { return 0x3F }
    rest.removeFirst(text.utf8.count)
    return 0x5F
  }

  private static func append(_ result: inout [UInt8], _ scalar: UInt32) {
    guard let scalar = Unicode.Scalar(scalar) else { return }
    result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }
}
