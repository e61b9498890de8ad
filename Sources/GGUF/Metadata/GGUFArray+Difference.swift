extension GGUFArray {
  /// Where two arrays differ, place by place.
  public struct Difference: Sendable, Equatable {
    /// Places at which the elements differ, or that only one of the arrays has.
    public let count: Int
    /// The first of them.
    public let first: Int
    /// The elements there; nil where the array ends before.
    public let a: GGUFValue?
    public let b: GGUFValue?
  }

  /// The elements that differ in their bytes; nil where none does, and where the arrays are not of one element type.
  ///
  /// - Complexity: O(*n*) for *n* bytes of both; memory for one element of each.
  public func difference(to other: GGUFArray) -> Difference? {
    guard elementType == other.elementType else { return nil }
    var (place, otherPlace) = (0, 0)
    var found: (count: Int, first: Int, a: GGUFValue?, b: GGUFValue?)?
    for index in 0..<Swift.min(count, other.count) {
      let (start, otherStart) = (place, otherPlace)
      guard let a = Self.element(of: elementType, in: bytes, at: &place),
        let b = Self.element(of: elementType, in: other.bytes, at: &otherPlace)
      else { break }
      if bytes[start..<place] == other.bytes[otherStart..<otherPlace] { continue }
      if found == nil { found = (0, index, a, b) }
      found?.count += 1
    }
    let shorter = Swift.min(count, other.count)
    let rest = Swift.max(count, other.count) - shorter
    if rest > 0 && found == nil {
      let a = count > shorter ? Self.element(of: elementType, in: bytes, at: &place) : nil
      let b = other.count > shorter ? Self.element(of: elementType, in: other.bytes, at: &otherPlace) : nil
      found = (0, shorter, a, b)
    }
    return found.map { Difference(count: $0.count + rest, first: $0.first, a: $0.a, b: $0.b) }
  }
}
