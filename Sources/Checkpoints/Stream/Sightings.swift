/// How often something was seen in a tensor, and where first.
package struct Sightings: Sendable, Hashable {
  package private(set) var count = 0
  /// The smallest number that was seen: of an element, a block or a byte.
  package private(set) var first: Int?

  package init() {}

  package mutating func add(_ place: Int, count: Int = 1) {
    self.count += count
    first = min(first ?? place, place)
  }

  package mutating func add(_ other: Sightings) {
    count += other.count
    guard let place = other.first else { return }
    first = min(first ?? place, place)
  }
}
