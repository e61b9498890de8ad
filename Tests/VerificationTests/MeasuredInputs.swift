import Quantization
import TensorCore
import Testing
import Verification

/// A tensor of `rows` rows and what was measured of it.
///
/// - Parameter decoded: What its blocks decode to; by default what quantizing the weights gives.
func measuredInput(
  _ name: String = "a", _ type: ElementType = .f32, rows: Int = 1, _ weights: [Float], decoded: [Float]? = nil,
  product: VerificationReport.Product? = nil
) throws -> VerificationReport.Input {
  let decoded = try decoded ?? roundTrip(weights, try #require(type.codec))
  let rowLength = weights.count / rows
  let areEqual = rows > 1 && RowPattern(weights.span, rowLength: rowLength).areEqual
  let measurement = TensorMeasurement(
    loss: loss(weights, decoded, rowLength: rowLength, blockLength: type.blockLength),
    errors: histogram(weights, decoded), rowsAreEqual: areEqual)
  let shape = try #require(Shape(checking: [UInt64(rows), UInt64(rowLength)]))
  return VerificationReport.Input(
    file: description(name, type, shape), source: description(name, .f32, shape), measurement: measurement,
    product: product)
}

/// Integers, of which nothing is measured.
func integerInput(_ name: String) throws -> VerificationReport.Input {
  let shape = try #require(Shape(checking: [4]))
  return VerificationReport.Input(
    file: description(name, .i32, shape), source: description(name, .i32, shape), measurement: nil)
}

private func description(_ name: String, _ type: ElementType, _ shape: Shape) -> TensorDescription {
  TensorDescription(
    name: name, elementType: type, shape: shape, offset: 0,
    byteCount: shape.elementCount / type.blockLength * type.blockBytes)
}

private func roundTrip(_ weights: [Float], _ codec: any BlockCodec.Type) -> [Float] {
  let type = codec.elementType
  var blocks = [UInt8](repeating: 0, count: weights.count / type.blockLength * type.blockBytes)
  var bytes = blocks.mutableSpan
  codec.encode(weights.span, into: &bytes, at: 0)
  var decoded = [Float](repeating: 0, count: weights.count)
  var span = decoded.mutableSpan
  codec.decode(blocks.span, into: &span)
  return decoded
}

func report(_ inputs: [VerificationReport.Input], findings: [Finding] = []) -> VerificationReport {
  VerificationReport(
    file: .init(name: "a.gguf", format: "GGUF", size: 1), source: .init(name: "a", format: "safetensors", size: 1),
    inputs: inputs, errors: RelativeHistogram(), isExact: false, findings: findings, seconds: nil)
}
