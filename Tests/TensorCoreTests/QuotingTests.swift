import TensorCore
import Testing

struct QuotingTests {
  @Test(arguments: [
    ("blk.0.attn_q.weight", "\"blk.0.attn_q.weight\""), ("größe: 重み 🦙", "\"größe: 重み 🦙\""), ("", "\"\""),
    ("a\"b", "\"a\\\"b\""), ("a\\b", "\"a\\\\b\""),
    ("\u{0}\n\r\t", "\"\\u{0}\\u{a}\\u{d}\\u{9}\""), ("\u{1B}[31mred\u{7}", "\"\\u{1b}[31mred\\u{7}\""),
    ("\u{7F}\u{9B}", "\"\\u{7f}\\u{9b}\""),  // DEL, and CSI as one character
    ("\u{202E}txt\u{2066}\u{2069}\u{200F}", "\"\\u{202e}txt\\u{2066}\\u{2069}\\u{200f}\""),  // directions
    ("a\u{200B}\u{200D}\u{2060}\u{FEFF}\u{AD}b", "\"a\\u{200b}\\u{200d}\\u{2060}\\u{feff}\\u{ad}b\""),  // zero width
    ("\u{E0041}\u{2028}\u{2029}\u{85}", "\"\\u{e0041}\\u{2028}\\u{2029}\\u{85}\""),  // tags, line ends
    ("a\u{FE0F}\u{34F}\u{3164}\u{2800}", "\"a\\u{fe0f}\\u{34f}\\u{3164}\\u{2800}\""),  // without a trace
    ("\u{E000}\u{0378}", "\"\\u{e000}\\u{378}\""),  // private, unassigned
  ])
  func aQuotedStringIsSafeToPrint(text: String, expected: String) {
    #expect(text.quoted() == expected)
  }

  @Test func everyControlCharacterIsEscaped() {
    let controls = [0..<0x20, 0x7F..<0xA0].joined().compactMap(Unicode.Scalar.init)
    #expect(controls.count == 65)
    for control in controls {
      #expect(String(control).quoted() == "\"\\u{\(String(control.value, radix: 16))}\"")
    }
  }

  @Test func aLongStringIsCutAndSaysSo() {
    let text = String(repeating: "ä", count: 201)
    #expect(String(text.dropLast()).quoted() == "\"" + text.dropLast() + "\"")
    #expect(text.quoted() == "\"" + text.dropLast() + "\"...")
    #expect("abcdef".quoted(limit: 3) == "\"abc\"...")
    #expect("abc".quoted(limit: 3) == "\"abc\"")
  }

  @Test func printableTextIsLeftAsItIs() {
    #expect("say \"hi\" \\ größe".printable == "say \"hi\" \\ größe")
    #expect("a\u{1B}b\nc".printable == "a\\u{1b}b\\u{a}c")
  }
}
