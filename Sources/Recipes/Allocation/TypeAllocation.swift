/// The best choice of one option for each of several items under a limit: a multiple-choice knapsack problem. Which type each
/// tensor gets, so that least is lost in so many bytes; or fewest bytes are taken for so much loss.
///
/// Lagrangian relaxation over the lower convex hulls of the options (Sinha and Zoltners, "The multiple-choice knapsack
/// problem", Operations Research 27, 1979) gives a choice, and a bound that no choice can be below. What lies between the
/// two rules out most options; dynamic programming over the rest (Pisinger, "A minimal algorithm for the multiple-choice
/// knapsack problem", European Journal of Operational Research 83, 1995) finds the optimum.
public struct TypeAllocation: Sendable {
  /// What an option takes of the limit, and what is to be small in the end: finite, at least 0.
  public struct Option: Sendable, Equatable {
    public let cost: Double
    public let value: Double

    public init(cost: Double, value: Double) { (self.cost, self.value) = (cost, value) }
  }

  /// For each item the number of its option.
  public private(set) var choices: [Int]
  public private(set) var cost: Double
  public private(set) var value: Double
  /// No choice within the limit has a smaller value; at most ``value``, and that where the choice is the optimum.
  public private(set) var bound: Double

  /// States that are kept at a time: where more are needed, the choice may be short of the optimum.
  static let stateLimit = 1 << 14
  /// And over all items, for the way back.
  static let totalStateLimit = 1 << 23

  /// - Parameters:
  ///   - items: The options of each, at least one.
  ///   - limit: What the costs may sum up to.
  /// - Returns: nil where not even the least costs do.
  public init?(_ items: [[Option]], limit: Double) {
    let hulls = items.map(Self.hull)
    var choices = hulls.map { $0[0] }
    var cost = zip(items, choices).reduce(0) { $0 + $1.0[$1.1].cost }
    guard cost <= limit else { return nil }

    var multiplier = 0.0
    var isStopped = Set<Int>()
    for step in Self.steps(items, hulls) where !isStopped.contains(step.item) {
      if cost + step.cost <= limit {
        cost += step.cost
        choices[step.item] = step.to
      } else {
        if multiplier == 0 { multiplier = step.gain }
        isStopped.insert(step.item)
      }
    }
    self.choices = choices
    (self.cost, value) = Self.sums(items, choices)
    let relaxed = items.map { options in options.map { $0.value + multiplier * $0.cost }.min() ?? 0 }
    bound = relaxed.reduce(0, +) - multiplier * limit
    let isExhaustive = improve(items, limit: limit, multiplier: multiplier, relaxed: relaxed)
    bound = isExhaustive ? value : min(max(bound, 0), value)
  }

  private struct Step {
    let item: Int
    let to: Int
    let cost: Double
    /// Value that a unit of cost brings.
    let gain: Double

    init(item: Int, _ from: Option, _ to: Option, _ number: Int) {
      self.item = item
      self.to = number
      cost = to.cost - from.cost
      gain = (from.value - to.value) / cost
    }
  }

  /// Steps along the hulls, from those that bring most for what they cost.
  private static func steps(_ items: [[Option]], _ hulls: [[Int]]) -> [Step] {
    let steps = hulls.enumerated().flatMap { item, hull in
      zip(hull, hull.dropFirst()).map { Step(item: item, items[item][$0], items[item][$1], $1) }
    }
    return steps.sorted { ($1.gain, $0.item, $0.to) < ($0.gain, $1.item, $1.to) }
  }

  private static func sums(_ items: [[Option]], _ choices: [Int]) -> (cost: Double, value: Double) {
    zip(items, choices).reduce((0, 0)) { ($0.0 + $1.0[$1.1].cost, $0.1 + $1.0[$1.1].value) }
  }

  /// The options on the lower convex hull, from the least cost on; each brings more for its cost than those behind it.
  static func hull(_ options: [Option]) -> [Int] {
    var hull: [Int] = []
    for number in options.indices.sorted(by: {
      (options[$0].cost, options[$0].value, $0) < (options[$1].cost, options[$1].value, $1)
    }) {
      let option = options[number]
      if let last = hull.last, options[last].value <= option.value { continue }
      if let last = hull.last, options[last].cost == option.cost { continue }
      while hull.count >= 2 {
        let (before, last) = (options[hull[hull.count - 2]], options[hull[hull.count - 1]])
        let gain = (before.value - last.value) * (option.cost - last.cost)
        if gain > (last.value - option.value) * (last.cost - before.cost) { break }
        hull.removeLast()
      }
      hull.append(number)
    }
    return hull
  }

  // MARK: The optimum

  /// A choice for the items so far: what it costs, and by how much it is above the relaxed problem's.
  private struct State {
    var cost: Double
    var penalty: Double
    var parent: Int32
    var option: Int32
  }

  /// Looks for a better choice among options whose penalty does not rule them out.
  ///
  /// - Returns: Whether none was passed over: the choice is then the optimum.
  private mutating func improve(
    _ items: [[Option]], limit: Double, multiplier: Double, relaxed: [Double]
  ) -> Bool {
    let gap = value - bound
    // Rounding in sums of many values; what is nearer than that is the optimum.
    guard gap > 1e-12 * value else { return true }
    var open: [(item: Int, options: [(number: Int, cost: Double, penalty: Double)])] = []
    var found = choices
    var fixedCost = 0.0
    for (item, options) in items.enumerated() {
      var left = options.enumerated().map { number, option in
        (number: number, cost: option.cost, penalty: max(0, option.value + multiplier * option.cost - relaxed[item]))
      }.filter { $0.penalty <= gap }
      left.sort { ($0.cost, $0.penalty) < ($1.cost, $1.penalty) }
      if left.count == 1 {
        found[item] = left[0].number
        fixedCost += left[0].cost
      } else {
        open.append((item, left))
      }
    }
    guard !open.isEmpty else { return true }
    var isCut = false
    var leastRest = open.reduce(0) { $0 + $1.options[0].cost }
    let stateLimit = min(Self.stateLimit, max(64, Self.totalStateLimit / open.count))
    var layers: [[State]] = [[State(cost: fixedCost, penalty: 0, parent: -1, option: -1)]]
    for (_, options) in open {
      leastRest -= options[0].cost
      var next: [State] = []
      for (parent, state) in layers[layers.count - 1].enumerated() {
        for option in options {
          let (cost, penalty) = (state.cost + option.cost, state.penalty + option.penalty)
          guard cost + leastRest <= limit, penalty <= gap else { continue }
          next.append(State(cost: cost, penalty: penalty, parent: Int32(parent), option: Int32(option.number)))
        }
      }
      let undominated = Self.undominated(next, multiplier)
      if undominated.isEmpty { return !isCut }
      if undominated.count > stateLimit { isCut = true }
      layers.append(Self.leastPenalties(undominated, atMost: stateLimit))
    }
    // The value is the penalty plus what the relaxed problem has, less what the costs are short of the limit.
    let last = layers[layers.count - 1]
    guard
      let best = last.indices.min(by: {
        last[$0].penalty - multiplier * last[$0].cost < last[$1].penalty - multiplier * last[$1].cost
      })
    else { return !isCut }
    var state = best
    for (layer, (item, _)) in zip(layers.indices.dropFirst(), open).reversed() {
      found[item] = Int(layers[layer][state].option)
      state = Int(layers[layer][state].parent)
    }
    let (cost, value) = Self.sums(items, found)
    if cost <= limit, value < self.value { (choices, self.cost, self.value) = (found, cost, value) }
    return !isCut
  }

  /// Without those that another one is at least as good as in both: sorted by cost, values fall.
  private static func undominated(_ states: [State], _ multiplier: Double) -> [State] {
    func value(_ state: State) -> Double { state.penalty - multiplier * state.cost }
    var kept: [State] = []
    for state in states.sorted(by: { ($0.cost, value($0)) < ($1.cost, value($1)) }) {
      if let last = kept.last, value(last) <= value(state) { continue }
      kept.append(state)
    }
    return kept
  }

  private static func leastPenalties(_ states: [State], atMost limit: Int) -> [State] {
    guard states.count > limit else { return states }
    return states.sorted { ($0.penalty, $0.cost) < ($1.penalty, $1.cost) }.prefix(limit).sorted { $0.cost < $1.cost }
  }
}

extension TypeAllocation {
  /// How little value can be had for how much cost: the choices of the relaxed problem, from the least cost to the most,
  /// at most `count` of them.
  public static func curve(_ items: [[Option]], count: Int) -> [Option] {
    let hulls = items.map(hull)
    var choices = hulls.map { $0[0] }
    var (cost, value) = sums(items, choices)
    var points = [Option(cost: cost, value: value)]
    for step in steps(items, hulls) {
      value += items[step.item][step.to].value - items[step.item][choices[step.item]].value
      cost += step.cost
      choices[step.item] = step.to
      points.append(Option(cost: cost, value: max(0, value)))
    }
    guard points.count > count, count > 1 else { return points }
    return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
  }
}
