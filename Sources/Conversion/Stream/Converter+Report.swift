internal import TensorCore
internal import GGUF
public import Verification

extension Converter {
  /// What a conversion lost, as a verification of its output would tell it.
  ///
  /// - Parameters:
  ///   - name: What the output is called.
  ///   - seconds: How long it took; nil where that is not wanted.
  public func report(_ outcome: Outcome, output name: String, seconds: Double?) -> VerificationReport {
    VerificationReport(
      file: .init(name: name, format: "GGUF", size: plan.layout.fileSize),
      source: .init(source, name: sourceName),
      inputs: zip(plan.tensors, outcome.measurements).map { tensor, measurement in
        let file = TensorDescription(
          name: tensor.name, elementType: tensor.target, shape: tensor.shape, file: tensor.place.part,
          offset: tensor.place.offset, byteCount: tensor.place.byteCount)
        return .init(file: file, source: tensor.source, measurement: measurement)
      }, errors: outcome.errors, isExact: false, findings: [], seconds: seconds)
  }
}
