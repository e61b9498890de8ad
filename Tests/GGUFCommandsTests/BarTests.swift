import Testing

@testable import GGUFCommands

@Suite("Bars of text")
struct BarTests {
  @Test(
    "A bar is as long as its share, in eighths of a character",
    arguments: [
      (0, ""), (1, "████"), (0.5, "██"), (0.53125, "██▏"), (0.25 / 8, "▏"), (1e-9, "▏"), (7, "████"), (-1, ""),
    ]
      as [(Double, String)])
  func unicode(_ share: Double, _ text: String) { #expect(Bar(width: 4, isUnicode: true).text(share) == text) }

  @Test(
    "Without Unicode, in whole characters",
    arguments: [(0, ""), (1, "####"), (0.5, "##"), (1e-9, "#"), (7, "####"), (.nan, "")] as [(Double, String)])
  func ascii(_ share: Double, _ text: String) { #expect(Bar(width: 4, isUnicode: false).text(share) == text) }
}
