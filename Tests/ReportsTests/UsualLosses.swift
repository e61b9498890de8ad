@testable import Verification

extension VerificationReport {
  /// The same report with an expectation beside each loss: that of the type's first tensor, and 20 % around it.
  func withUsualLosses() -> VerificationReport {
    var first: [String: Double] = [:]
    let tensors = tensors.map { tensor -> Tensor in
      guard let loss = tensor.figures?.relativeRMSE, loss > 0 else { return tensor }
      let usual = first[tensor.type] ?? loss
      first[tensor.type] = usual
      let verdict =
        loss > usual * 1.2 ? "more than \(tensor.type) loses on ordinary weights" : "usual for \(tensor.type)"
      return Tensor(
        name: tensor.name, sourceName: tensor.sourceName, type: tensor.type, sourceType: tensor.sourceType,
        shape: tensor.shape, elements: tensor.elements, offset: tensor.offset, bytes: tensor.bytes,
        bitsPerWeight: tensor.bitsPerWeight, layer: tensor.layer, kind: tensor.kind, figures: tensor.figures,
        usual: Usual(
          gaussian: usual, lowest: usual * 0.8, highest: usual * 1.2, ratio: loss / usual, verdict: verdict),
        exact: tensor.exact, product: tensor.product)
    }
    return VerificationReport(
      file: file, source: source, tensors: tensors, whole: whole, types: types, layers: layers, kinds: kinds,
      errors: errors, findings: findings, exact: exact, seconds: seconds)
  }
}
