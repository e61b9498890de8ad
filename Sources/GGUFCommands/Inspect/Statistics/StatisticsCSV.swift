internal import Inspection

/// What `--stats --csv` prints: a line a tensor, a cell left empty where there is no figure.
enum StatisticsCSV {
  static func text(_ statistics: CheckpointStatistics) -> String {
    let titles = [
      "name", "type", "elements", "minimum", "maximum", "mean", "rms", "standard_deviation", "zeros", "nan", "infinite",
      "blocks", "zero_blocks", "entropy", "available_bits", "used_codes", "codes_counted_one_in", "saturated",
      "scale_smallest", "scale_largest", "scale_zeros", "scale_subnormal", "scale_at_limit", "scale_not_finite",
      "outlier_rows", "limitation",
    ]
    return CSV.text(
      titles,
      statistics.tensors.map { tensor in
        let (weights, codes, scales) = (tensor.weights, tensor.codes, tensor.scales)
        return [
          tensor.name, tensor.type, "\(tensor.elements)", cell(weights?.minimum), cell(weights?.maximum),
          cell(weights?.mean), cell(weights?.rms), cell(weights?.standardDeviation), cell(weights?.zeros),
          cell(weights?.notANumber), cell(weights?.infinite), cell(tensor.blocks?.count), cell(tensor.blocks?.allZero),
          cell(codes?.histogram.entropy), cell(codes?.histogram.availableBits), cell(codes?.histogram.used),
          cell(codes?.countedOneIn), cell(codes?.saturated), cell(scales?.smallestMagnitude),
          cell(scales?.largestMagnitude), cell(scales?.zeros), cell(scales?.subnormal), cell(scales?.largest),
          cell(scales.map { $0.notANumber + $0.infinite }), cell(tensor.rows?.outlierCount), tensor.limitation ?? "",
        ]
      })
  }

  private static func cell(_ value: (some CustomStringConvertible)?) -> String { value.map { "\($0)" } ?? "" }
}
