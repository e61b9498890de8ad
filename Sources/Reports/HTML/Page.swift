/// A page in one file: its markup, its style, its script, and what the script draws from.
struct Page {
  /// HTML with places for what follows.
  let template: [UInt8]
  /// Style sheets, one behind the other.
  let styles: [[UInt8]]
  /// Scripts, one behind the other: what one declares the next ones use.
  let scripts: [[UInt8]]
  let title: String
  /// Markup by the name of its place.
  let places: [String: Markup]

  /// The page, with a policy that allows this style and this script and nothing else.
  ///
  /// - Parameter data: For the script, as ``EmbeddedJSON`` writes it.
  func html(data: String) -> String {
    let (style, script) = (Array(styles.joined()), Array(scripts.joined()))
    var values = places.mapValues(\.html)
    values["policy"] = ContentSecurityPolicy.text(script: script, style: style)
    values["style"] = String(decoding: style, as: UTF8.self)
    values["script"] = String(decoding: script, as: UTF8.self)
    values["title"] = Markup.escaped(title)
    values["report"] = data
    return PageTemplate.filled(String(decoding: template, as: UTF8.self), values)
  }
}
