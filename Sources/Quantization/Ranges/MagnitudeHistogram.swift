/// How often the magnitudes of a row are met, and where they are cut so that the least is lost of what the histogram
/// says: the entropy calibration of TensorRT. formats/ranges.md.
///
/// S. Migacz, 8-bit inference with TensorRT, GTC 2017; what is left open there is as in NVIDIA's pytorch-quantization.
struct MagnitudeHistogram {
  /// Of equal width, from 0 to the largest magnitude.
  static let bins = 2048
  /// The fewest bins that are kept.
  static let fewest = 128
  /// Another threshold is taken where the divergence is less by more than this, in nats: it is more than the sums can be
  /// wrong by, and less than anybody notices.
  static let leastGain = 0x1p-30

  /// Bytes of one.
  static let byteCount = (4 * bins + 3) * 8

  private var largest: Float = 0
  private var counts = [Int](repeating: 0, count: bins)
  // Of the bins before each, and of all: their weights, how many of them have some, and the sum of n ln n.
  private var masses = [Int](repeating: 0, count: bins + 1)
  private var occupied = [Int](repeating: 0, count: bins + 1)
  private var terms = [Double](repeating: 0, count: bins + 1)

  /// Takes the magnitudes of a row in the place of those before.
  mutating func fill(_ row: Span<Float>) {
    largest = BlockArithmetic.absoluteMaximum(row)
    for bin in 0..<Self.bins { counts[bin] = 0 }
    let top = Double(largest)
    for index in 0..<row.count {
      let place = Double(abs(row[index])) / top * Double(Self.bins)
      // NaN, which a row of zeros has, is in the last one.
      counts[place < Double(Self.bins - 1) ? Int(place) : Self.bins - 1] += 1
    }
    for bin in 0..<Self.bins {
      masses[bin + 1] = masses[bin] + counts[bin]
      occupied[bin + 1] = occupied[bin] + (counts[bin] > 0 ? 1 : 0)
      terms[bin + 1] = terms[bin] + Self.term(counts[bin])
    }
  }

  /// The magnitude beyond which weights are cut: that of the least divergence, and of several the largest.
  ///
  /// - Parameter levels: How many values magnitudes are quantized to; at most ``fewest``.
  /// - Complexity: O(``bins`` x levels).
  func threshold(levels: Int) -> Float {
    var kept = Self.bins
    var least = divergence(keeping: kept, levels)
    for tried in stride(from: Self.bins - 1, through: Self.fewest, by: -1) {
      let divergence = divergence(keeping: tried, levels)
      if divergence < least - Self.leastGain { (kept, least) = (tried, divergence) }
    }
    return largest * (Float(kept) / Float(Self.bins))
  }

  /// The Kullback-Leibler divergence, in nats, of what is left of the histogram from its quantized form.
  ///
  /// What is left has the first `kept` bins, the last of them also all weights beyond. The quantized form has as many
  /// weights in each occupied bin of a level as that has of these on average, without those beyond.
  private func divergence(keeping kept: Int, _ levels: Int) -> Double {
    let (total, last) = (masses[Self.bins], counts[kept - 1])
    let beyond = total - masses[kept]
    if last == 0 && beyond > 0 { return .infinity }
    var sum = terms[kept - 1] + Self.term(last + beyond)
    var start = 0
    for level in 1...levels {
      // Rounded up.
      let end = (level * kept + levels - 1) / levels
      let mass = masses[end] - masses[start]
      if mass > 0 {
        let average = NaturalLogarithm.of(mass) - NaturalLogarithm.of(occupied[end] - occupied[start])
        sum -= Double(level == levels ? mass + beyond : mass) * average
      }
      start = end
    }
    return sum / Double(total) - NaturalLogarithm.of(total) + NaturalLogarithm.of(masses[kept])
  }

  private static func term(_ count: Int) -> Double {
    count > 0 ? Double(count) * NaturalLogarithm.of(count) : 0
  }
}
