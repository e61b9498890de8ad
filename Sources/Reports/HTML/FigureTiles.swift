/// A few figures side by side, each with its name above and a note below.
struct FigureTiles {
  struct Tile {
    let label: String
    let value: String
    let note: String

    init(_ label: String, _ value: String, _ note: String) {
      (self.label, self.value, self.note) = (label, value, note)
    }
  }

  private let tiles: [Tile]

  init(_ tiles: [Tile]) { self.tiles = tiles }

  var markup: Markup {
    let tiles = tiles.map { tile -> Markup in
      "<div><dt>\(tile.label)</dt><dd>\(tile.value)</dd><dd class=\"muted\">\(tile.note)</dd></div>\n"
    }
    return "<dl class=\"figures\">\n\(tiles.joined())</dl>"
  }
}
