internal import Kernels
internal import TensorCore

extension StatisticsGroup {
  /// - Parameters:
  ///   - totals: At least one, in the order of the data.
  ///   - isOfOneType: Whether all tensors have one element type, so that their codes and scales are of one kind.
  init(_ name: String, _ totals: [TensorTotals], isOfOneType: Bool) {
    self.name = name
    tensors = totals.count
    elements = totals.lazy.map(\.statistics.elements).clampedSum
    let decoded = totals.filter { $0.statistics.weights != nil }
    var (sums, moments) = (MomentSums(), MomentCounts())
    for total in decoded {
      sums.add(total.sums)
      moments.add(total.moments)
    }
    weights =
      decoded.isEmpty ? nil : sums.figures(moments, elements: decoded.lazy.map(\.statistics.elements).clampedSum)
    let blocks = totals.compactMap(\.statistics.blocks)
    let zeros = blocks.compactMap(\.allZero)
    self.blocks =
      blocks.isEmpty
      ? nil
      : BlockFigures(
        count: blocks.lazy.map(\.count).clampedSum, allZero: zeros.isEmpty ? nil : zeros.lazy.map { $0 }.clampedSum)

    var (coded, saturated, entropy, available) = (0, 0, 0.0, 0.0)
    for total in totals {
      guard let codes = total.statistics.codes, codes.kind == .codes else { continue }
      let elements = total.statistics.elements
      coded = [coded, elements].clampedSum
      saturated += codes.saturated ?? 0
      entropy += codes.histogram.entropy * Double(elements)
      available += codes.histogram.availableBits * Double(elements)
    }
    (self.coded, self.saturated) = (coded, saturated)
    self.entropy = coded == 0 ? 0 : entropy / Double(coded)
    availableBits = coded == 0 ? 0 : available / Double(coded)

    let scales = isOfOneType ? totals.compactMap(\.statistics.scales) : []
    self.scales =
      scales.isEmpty
      ? nil : scales.reduce(into: MagnitudeHistogram()) { $0.add($1.magnitudes) }
    codes = isOfOneType ? Self.codes(totals.compactMap(\.statistics.codes)) : nil
  }

  private static func codes(_ tensors: [CodeFigures]) -> IntegerHistogram? {
    guard var sum = tensors.first?.histogram else { return nil }
    sum.counts = sum.counts.map { _ in 0 }
    for tensor in tensors {
      for (index, count) in tensor.histogram.counts.enumerated() where index < sum.counts.count {
        sum.counts[index] += count * tensor.countedOneIn
      }
    }
    return sum
  }
}

extension CheckpointStatistics {
  /// - Parameter totals: In the order of the data.
  init(_ totals: [TensorTotals]) {
    tensors = totals.map(\.statistics)
    let byType = Dictionary(grouping: totals, by: \.tensor.elementType)
    types = byType.sorted { left, right in
      let bytes = [left, right].map { $0.value.lazy.map(\.tensor.byteCount).clampedSum }
      return bytes[0] != bytes[1] ? bytes[0] > bytes[1] : left.key.name < right.key.name
    }.map { StatisticsGroup($0.key.name, $0.value, isOfOneType: true) }
    let byLayer = Dictionary(grouping: totals) { LayerName($0.tensor.name).layer }
    layers = byLayer.compactMap { layer, totals in layer.map { ($0, totals) } }.sorted { $0.0 < $1.0 }
      .map { StatisticsGroup(String($0.0), $0.1, isOfOneType: false) }
    findings = totals.flatMap { StatisticsFinding.all(of: $0.statistics) }
  }
}
