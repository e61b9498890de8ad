import Testing

@testable import GGUFCommands

@Suite struct TextTableTests {
  private static func table(_ rows: [[String]]) -> TextTable {
    var table = TextTable([("name", .left), ("bytes", .right), ("kind", .left)])
    for row in rows { table.add(row) }
    return table
  }

  @Test func columnsAreAsWideAsTheirWidestCell() {
    let text = Self.table([["a", "1", "x"], ["longer", "1234567", "y"]]).rendered()
    #expect(
      text == """
        name      bytes  kind
        a             1  x
        longer  1234567  y

        """)
  }

  @Test func aTableWithoutRowsHasItsTitles() {
    #expect(Self.table([]).rendered() == "name  bytes  kind\n")
  }

  @Test func everyLineIsIndented() {
    #expect(Self.table([["a", "1", "x"]]).rendered(indent: "  ") == "  name  bytes  kind\n  a         1  x\n")
  }

  @Test func noLineEndsInBlanks() {
    let text = Self.table([["a", "1", ""], ["a", "", ""], ["", "", ""]]).rendered(indent: "  ")
    #expect(text == "  name  bytes  kind\n  a         1\n  a\n\n")
  }

  @Test func aRowMayBeShort() {
    #expect(Self.table([["a"], ["b", "22"]]).rendered() == "name  bytes  kind\na\nb        22\n")
  }

  @Test func lettersOutsideASCIICountAsOne() {
    #expect(Self.table([["größe", "1", "x"]]).rendered() == "name   bytes  kind\ngröße      1  x\n")
  }

  @Test func aColumnGivesWayWhereALineDoesNotFit() {
    var table = TextTable([("name", .left), ("bytes", .right)], flexible: 0)
    table.add(["model.layers.10.self_attn.q_proj.weight", "1234567"])
    table.add(["short", "1"])
    #expect(
      table.rendered(width: 30) == """
        name                     bytes
        model.lay...oj.weight  1234567
        short                        1

        """)
    #expect(table.rendered(width: 100).hasPrefix("name" + String(repeating: " ", count: 39) + "bytes\n"))
    // It keeps a few columns whatever the width.
    #expect(table.lines(width: 1) == "model...ight  1234567\nshort               1\n")
  }
}
