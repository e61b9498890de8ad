import Testing

@testable import GGUFCommands

@Suite("Drawings")
struct DrawingTests {
  @Test("A sparkline is as high as its counts; what is there is seen, what is not is blank")
  func sparkline() {
    #expect(Sparkline.text([0, 1, 50, 100, 25, 0, 1_000_000], width: 10, glyphs: .unicode) == " ▁▁▁▁ █")
    #expect(Sparkline.text([1, 2, 3, 4, 5, 6, 7, 8], width: 8, glyphs: .unicode) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([1, 2, 3, 4, 5, 6, 7, 8], width: 8, glyphs: .ascii) == ".:-=+*#@")
    #expect(Sparkline.text([], width: 8, glyphs: .ascii) == "")
    #expect(Sparkline.text([0, 0], width: 8, glyphs: .ascii) == "  ")
  }

  @Test("Neighbours share a column where there is no room for all")
  func gathering() {
    #expect(Sparkline.gathered([1, 2, 3, 4, 5], to: 5) == [1, 2, 3, 4, 5])
    #expect(Sparkline.gathered([1, 2, 3, 4, 5], to: 3) == [3, 7, 5])
    #expect(Sparkline.gathered([.max, 1], to: 1) == [.max])
    #expect(Sparkline.gathered([1, 2], to: 0) == [3])
  }

  @Test("A bar is as long as its share, in eighths of a character")
  func bar() {
    #expect(HorizontalBar.text(1, width: 4, glyphs: .unicode) == "████")
    #expect(HorizontalBar.text(0.5, width: 4, glyphs: .unicode) == "██")
    #expect(HorizontalBar.text(0.40625, width: 4, glyphs: .unicode) == "█▋")
    #expect(HorizontalBar.text(1e-9, width: 4, glyphs: .unicode) == "▏")
    #expect(HorizontalBar.text(0, width: 4, glyphs: .unicode) == "")
    #expect(HorizontalBar.text(0.5, width: 4, glyphs: .ascii) == "##")
    #expect(HorizontalBar.text(1e-9, width: 4, glyphs: .ascii) == "#")
    for share in [Double.nan, -1, -Double.infinity] { #expect(HorizontalBar.text(share, width: 4, glyphs: .ascii) == "") }
    #expect(HorizontalBar.text(.infinity, width: 4, glyphs: .ascii) == "####")
  }

  @Test(
    "Block elements are drawn where the locale is one of UTF-8",
    arguments: [
      (["LANG": "de_DE.UTF-8"], true), (["LANG": "C.utf8"], true), ([:], false), (["LANG": "C"], false),
      (["LANG": "C.UTF-8", "LC_ALL": "C"], false), (["LANG": "C", "LC_CTYPE": "en_US.UTF-8"], true),
      (["LC_ALL": "", "LANG": "en_US.UTF-8"], true), (["LC_CTYPE": "C", "LANG": "en_US.UTF-8"], false),
    ] as [([String: String], Bool)])
  func locale(environment: [String: String], isUnicode: Bool) {
    #expect((Glyphs(environment: environment) == .unicode) == isUnicode)
  }

  @Test(
    "Lines are as wide as COLUMNS says, or the terminal, and 80 elsewhere",
    arguments: [
      ("120", 100, 120), (nil, 100, 100), (nil, nil, 80), ("0", nil, 80), ("-5", 90, 90), ("x", nil, 80),
      ("99999", nil, 400), ("1", nil, 40),
    ] as [(String?, Int?, Int)])
  func columns(stated: String?, width: Int?, expected: Int) {
    let terminal = Terminal(environment: stated.map { ["COLUMNS": $0] } ?? [:], width: width)
    #expect(terminal.columns == expected && terminal.isTerminal == (width != nil))
  }
}
