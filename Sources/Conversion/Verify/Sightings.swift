/// How often something was seen in a tensor, and where first.
struct Sightings: Sendable {
  private(set) var count = 0
  /// The smallest number that was seen: of an element, a block or a byte.
  private(set) var first: Int?

  mutating func add(_ place: Int, count: Int = 1) {
    self.count += count
    first = min(first ?? place, place)
  }

  mutating func add(_ other: Sightings) {
    count += other.count
    guard let place = other.first else { return }
    first = min(first ?? place, place)
  }
}
