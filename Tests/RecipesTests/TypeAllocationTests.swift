import Recipes
import TestSupport
import Testing

@Suite("The best types under a limit")
struct TypeAllocationTests {
  typealias Option = TypeAllocation.Option

  @Test("The choice is the best of all that there are", arguments: 0..<300)
  func bruteForce(_ number: Int) {
    let seed = UInt64(2_000 + number)
    var random = SeededGenerator(seed: seed)
    let items = Self.items(count: 1 + Int(random.next() % 6), &random, isWhole: number % 2 == 0)
    let costs = items.map { $0.map(\.cost) }
    let least = costs.reduce(0) { $0 + ($1.min() ?? 0) }
    let most = costs.reduce(0) { $0 + ($1.max() ?? 0) }
    let limit = least + (most - least) * Double(random.next() % 1_000) / 900 - (number % 10 == 0 ? 0.5 : 0)
    let expected = Self.best(items, limit: limit)
    let found = TypeAllocation(items, limit: limit)
    guard let expected, let found else {
      #expect((expected == nil) == (found == nil), "seed \(seed)")
      return
    }
    #expect(abs(found.value - expected) <= 1e-9 * max(1, expected), "seed \(seed): \(found.value), not \(expected)")
    #expect(found.cost <= limit && found.bound == found.value, "seed \(seed)")
    let sums = zip(items, found.choices).reduce((0.0, 0.0)) { ($0.0 + $1.0[$1.1].cost, $0.1 + $1.0[$1.1].value) }
    #expect(sums == (found.cost, found.value), "seed \(seed)")
  }

  /// A model of 300 tensors of five shapes, with rates as types have them.
  @Test("Of many tensors the limit is nearly used up, and the choice proven", arguments: [4.0, 4.9, 6.1])
  func many(_ bits: Double) throws {
    var random = SeededGenerator(seed: 77)
    let rates = [2.625, 3.4375, 4.25, 4.5, 5.5, 6.5625, 8.5]
    let items = (0..<300).map { index in
      let weights = Double([4_096, 11_008, 14_336, 1_024, 8_192][index % 5] * 4_096)
      let sensitivity = 0.5 + Double(random.next() % 1_000) / 500
      return rates.map { Option(cost: weights * $0 / 8, value: sensitivity * weights * 4.0.power(-$0)) }
    }
    let weights = items.reduce(0) { $0 + $1[0].cost * 8 / rates[0] }
    let limit = weights * bits / 8
    let found = try #require(TypeAllocation(items, limit: limit))
    #expect(found.cost <= limit)
    #expect(found.cost >= limit * 0.999, "\(found.cost / limit)")
    #expect(found.value - found.bound <= 1e-4 * found.value, "\(found.bound / found.value)")
  }

  @Test("Where not even the least costs fit, there is no choice")
  func infeasible() {
    #expect(TypeAllocation([[Option(cost: 2, value: 1)], [Option(cost: 3, value: 1)]], limit: 4.9) == nil)
    #expect(TypeAllocation([[Option(cost: 2, value: 1)], [Option(cost: 3, value: 1)]], limit: 5)?.choices == [0, 0])
    #expect(TypeAllocation([], limit: 0)?.choices == [])
  }

  @Test("The curve falls, from the least cost to the least value")
  func curve() throws {
    var random = SeededGenerator(seed: 78)
    let items = Self.items(count: 40, &random, isWhole: false)
    let points = TypeAllocation.curve(items, count: 16)
    #expect(points.count == 16)
    for (left, right) in zip(points, points.dropFirst()) {
      #expect(left.cost <= right.cost && left.value >= right.value)
    }
    let first = try #require(points.first)
    #expect(abs(first.cost - items.reduce(0) { $0 + ($1.map(\.cost).min() ?? 0) }) < 1e-6)
    let last = try #require(points.last)
    #expect(abs(last.value - items.reduce(0) { $0 + ($1.map(\.value).min() ?? 0) }) < 1e-6)
  }

  private static func items(count: Int, _ random: inout SeededGenerator, isWhole: Bool) -> [[Option]] {
    (0..<count).map { _ in
      (0..<(1 + Int(random.next() % 5))).map { _ in
        let (cost, value) = (Double(random.next() % 50), Double(random.next() % 50))
        return isWhole
          ? Option(cost: cost, value: value)
          : Option(cost: cost + Double(random.next() % 97) / 97, value: value + Double(random.next() % 89) / 89)
      }
    }
  }

  /// The least value of all choices within the limit.
  private static func best(_ items: [[Option]], limit: Double) -> Double? {
    guard let first = items.first else { return limit >= 0 ? 0 : nil }
    return first.compactMap { option in
      option.cost <= limit + 1e-12
        ? best(Array(items.dropFirst()), limit: limit - option.cost).map { $0 + option.value } : nil
    }.min()
  }
}

extension Double {
  fileprivate func power(_ exponent: Double) -> Double {
    // 4^x is 2^2x; whole and broken part apart, the latter by squaring roots.
    var (result, rest, root) = (1.0, exponent.magnitude, self)
    while rest >= 1 {
      result *= self
      rest -= 1
    }
    for _ in 0..<30 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return exponent < 0 ? 1 / result : result
  }
}
