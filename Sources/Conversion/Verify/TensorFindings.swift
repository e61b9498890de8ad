internal import Checkpoints
internal import Quantization
internal import TensorCore
internal import Verification

/// What was seen in a tensor, in words.
struct TensorFindings {
  let pair: VerificationPlan.Pair

  private var type: ElementType { pair.file.elementType }

  /// Where an element is.
  private func place(_ element: Int) -> (row: Int, column: Int, block: Int, offset: Int) {
    let (row, block) = (pair.file.shape.rowLength, element / type.blockLength)
    return (element / row, element % row, block, pair.file.offset + block * type.blockBytes)
  }

  /// "row 3, block 97 (byte 12,345 of the file)", as a place is named in every message.
  private func words(_ place: (row: Int, column: Int, block: Int, offset: Int)) -> String {
    type.blockLength == 1
      ? "row \(place.row), column \(place.column) (offset \(place.offset))"
      : "row \(place.row), column \(place.column), in block \(place.block) (offset \(place.offset))"
  }

  private func finding(
    _ rule: Finding.Rule, _ sightings: Sightings, _ message: (Int, String) -> String
  ) -> Finding? {
    guard let first = sightings.first else { return nil }
    let place = place(first)
    return Finding(
      rule, tensor: pair.file.name, message(sightings.count, words(place)), row: place.row, column: place.column,
      block: place.block, offset: place.offset)
  }

  /// - Parameter overflows: How many of them are finite in the source, and beyond what F16 holds.
  func notFinite(_ sightings: Sightings, overflows: Int) -> Finding? {
    finding(.notFinite, sightings) { count, place in
      let message =
        count == 1 ? "a weight is not finite: \(place)" : "\(count) weights are not finite, the first in \(place)"
      if overflows == 0 { return message }
      let subject =
        overflows < count ? "\(overflows) of them overflowed" : count == 1 ? "it overflowed" : "they overflowed"
      return message
        + "; \(subject), as F16 ends at 65504: convert the tensor as BF16 or F32, or with --nonfinite clamp"
    }
  }

  func sourceNotFinite(_ sightings: Sightings) -> Finding? {
    guard let first = sightings.first else { return nil }
    let (row, column) = (first / pair.file.shape.rowLength, first % pair.file.shape.rowLength)
    let count = sightings.count
    return Finding(
      .sourceNotFinite, tensor: pair.file.name,
      (count == 1
        ? "a weight of the source is not finite: " : "\(count) weights of the source are not finite, the first in ")
        + "row \(row), column \(column); say --nonfinite as in the conversion", row: row, column: column)
  }

  func integers(_ sightings: Sightings) -> Finding? {
    finding(.integers, sightings) { count, place in
      count == 1
        ? "an integer is not the source's: \(place)" : "\(count) integers are not the source's, the first in \(place)"
    }
  }

  func bound(_ sightings: Sightings, _ weight: WeightBeyondBound?) -> Finding? {
    guard let block = sightings.first, let weight else { return nil }
    let place = place(block * type.blockLength + weight.index)
    let count = sightings.count
    let blocks = type.blockLength == 1 ? "weight" : "block"
    return Finding(
      .bound, tensor: pair.file.name,
      (count == 1 ? "a \(blocks) has" : "\(count) \(blocks)s have")
        + " lost more than \(type.name) can lose\(count == 1 ? ": " : ", the first in ")\(words(place)): "
        + "\(weight.original) decodes to \(weight.decoded), and its scale allows an error of \(weight.bound)",
      row: place.row, column: place.column, block: place.block, offset: place.offset)
  }

  func difference(_ difference: ExactComparison.Difference) -> Finding {
    let element = difference.offset / type.blockBytes * type.blockLength
    let place = place(element)
    let offset = pair.file.offset + difference.offset
    return Finding(
      .exact, tensor: pair.file.name,
      "differs from the source quantized again: byte \(hex(difference.found)) at offset \(offset), in row \(place.row), "
        + "block \(place.block), where \(hex(difference.expected)) is expected",
      row: place.row, column: place.column, block: place.block, offset: offset)
  }

  var notWritable: Finding {
    Finding(.exact, tensor: pair.file.name, "\(type.name) cannot be written, so the bytes cannot be compared")
  }

  private func hex(_ byte: UInt8) -> String { "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
