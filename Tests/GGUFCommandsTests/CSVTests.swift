import Testing

@testable import GGUFCommands

@Suite("Comma-separated values")
struct CSVTests {
  @Test("Fields are quoted where RFC 4180 asks for it")
  func fields() {
    let text = CSV.text(["a", "b"], [["1", "x,y"], ["say \"hi\"", "two\nlines"], ["", "größe"]])
    #expect(text == "a,b\r\n1,\"x,y\"\r\n\"say \"\"hi\"\"\",\"two\nlines\"\r\n,größe\r\n")
  }
}
