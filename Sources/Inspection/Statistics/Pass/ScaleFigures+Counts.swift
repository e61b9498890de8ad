internal import Quantization

extension ScaleFigures {
  /// The figures of numbers that were counted by their bits. Sums are in the order of the patterns, so that they do not
  /// depend on that of the blocks.
  init(_ counts: PatternCounts, _ encoding: ScaleField.Encoding) {
    var (zeros, negativeZeros, negative, subnormal, largest, infinite, notANumber, count) = (0, 0, 0, 0, 0, 0, 0, 0)
    var (minimum, maximum) = (Double.infinity, -Double.infinity)
    var (smallestMagnitude, largestMagnitude) = (Double.infinity, 0.0)
    var (sum, magnitudeSum) = (0.0, 0.0)
    var magnitudes = MagnitudeHistogram()
    for pattern in counts.range where counts[pattern] > 0 {
      let (value, found) = (encoding.value(ofPattern: pattern), counts[pattern])
      count += found
      if value.isNaN {
        notANumber += found
      } else if value.isInfinite {
        infinite += found
      } else {
        let wide = Double(value)
        sum += wide * Double(found)
        magnitudeSum += abs(wide) * Double(found)
        (minimum, maximum) = (min(minimum, wide), max(maximum, wide))
        largestMagnitude = max(largestMagnitude, abs(wide))
        if value == 0 {
          zeros += found
          if value.sign == .minus { negativeZeros += found }
          continue
        }
        smallestMagnitude = min(smallestMagnitude, abs(wide))
        if value < 0 { negative += found }
        if abs(value) < encoding.leastNormal { subnormal += found }
        if abs(value) >= encoding.greatestFinite { largest += found }
        magnitudes.add(abs(wide), count: found)
      }
    }
    let finite = count - notANumber - infinite
    let total = Double(max(1, finite))
    // Adding 0 makes 0 of -0.
    self.init(
      encoding: encoding.rawValue, count: count, zeros: zeros, negativeZeros: negativeZeros, negative: negative,
      subnormal: subnormal, largest: largest, infinite: infinite, notANumber: notANumber,
      minimum: finite == 0 ? 0 : minimum + 0, maximum: finite == 0 ? 0 : maximum + 0, mean: sum / total + 0,
      meanMagnitude: magnitudeSum / total, smallestMagnitude: largestMagnitude == 0 ? 0 : smallestMagnitude,
      largestMagnitude: largestMagnitude, magnitudes: magnitudes)
  }
}
