#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
import Testing

@testable import Reports

@Suite("Text that stays text")
struct EscapingTests {
  @Test("What markup consists of is written as references; what does not show, as escapes")
  func markup() {
    let name = "<b a=\"x\">&'\u{202E}\0"
    let markup: Markup = "<i>\(name)</i>"
    #expect(markup.html == "<i>&lt;b a=\\&quot;x\\&quot;&gt;&amp;&#39;\\u{202e}\\u{0}</i>")
    let twice: Markup = "<p>\(markup)</p>"
    #expect(twice.html == "<p>\(markup.html)</p>")
    #expect(([markup, markup] as [Markup]).joined().html == markup.html + markup.html)
  }

  @Test("No name leaves a character in markup that ends text or an attribute", arguments: ReportBuilder.hostileNames)
  func hostile(name: String) {
    let escaped = Markup.escaped(name)
    #expect(!escaped.contains { "<>\"'".contains($0) })
    #expect(escaped.unicodeScalars.allSatisfy { !$0.properties.isBidiControl && $0.value >= 0x20 })
  }

  @Test("JSON in a page is ASCII without markup, and says the same", arguments: ReportBuilder.hostileNames)
  func json(name: String) throws {
    let text = try EmbeddedJSON.text([name])
    #expect(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    #expect(!text.contains { "<>&".contains($0) })
    #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == [name])
  }

  @Test("Figures that are no numbers are strings, in a page as elsewhere")
  func specialNumbers() throws {
    #expect(try EmbeddedJSON.text([Double.infinity, -.infinity, .nan, 0.5]) == #"["inf","-inf","nan",0.5]"#)
  }

  @Test("A place is filled once: a value that looks like one is not")
  func template() {
    let values = ["a": "{{b}}", "b": "{{a}}$1\\0"]
    #expect(PageTemplate.filled("1{{a}}2{{b}}3", values) == "1{{b}}2{{a}}$1\\03")
    #expect(PageTemplate.filled("{{a}}{{a}}", values) == "{{b}}{{b}}")
    #expect(PageTemplate.filled("{{unknown}} {{a", values) == "{{unknown}} {{a")
    #expect(PageTemplate.filled("", values) == "")
  }

  @Test("Names are cut, and an empty one is seen")
  func names() {
    #expect(ReportText.name("") == "\"\"")
    #expect(ReportText.name("a.b") == "a.b")
    #expect(ReportText.name("abcd", limit: 4) == "abcd")
    #expect(ReportText.name("abcde", limit: 4) == "abcd...")
    #expect(ReportText.name("\0abc", limit: 2) == "\\u{0}a...")
  }
}
