import Testing

/// What is between the first `start` and the next `end`.
func text(in page: String, from start: String, to end: String) throws -> String {
  let first = try #require(page.firstRange(of: start))
  let rest = page[first.upperBound...]
  return String(rest[..<(try #require(rest.firstRange(of: end))).lowerBound])
}

func count(_ text: String, in page: String) -> Int { page.ranges(of: text).count }

/// What a page must not have outside of its own script and style, where no name says it.
let forbiddenMarkup = [
  "style=", "onload=", "onclick=", "src=", "http:", "https:", "<link", "<img", "<iframe", "javascript:",
]

/// What its script must not have.
let forbiddenScript = [
  "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch(", "XMLHttpRequest",
  "import(", "setAttribute(\"style", "localStorage", "{{",
]
