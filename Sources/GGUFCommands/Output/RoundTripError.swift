internal import TensorCore
internal import Verification

/// What a run lost.
enum RoundTripError {
  /// Of a tensor, for JSON.
  struct Figures: Encodable {
    let rmse: Double
    let relativeRMSE: Double
    let maximumError: Double

    init(_ error: ErrorSums) {
      (rmse, relativeRMSE, maximumError) = (error.rmse, error.relativeRMSE, error.maximumError)
    }
  }

  /// In a line.
  ///
  /// Over the quantized tensors; over all of them where none is quantized.
  ///
  /// - Parameter tensors: Those that were measured.
  static func line(_ tensors: [(name: String, isQuantized: Bool, error: ErrorSums)]) -> String {
    let lossy = tensors.filter { $0.error.squaredError > 0 }
    let quantized = lossy.filter(\.isQuantized)
    var total = ErrorSums()
    var worst: (name: String, error: ErrorSums)?
    for tensor in quantized.isEmpty ? lossy : quantized {
      total.add(tensor.error)
      if worst.map({ tensor.error.relativeRMSE > $0.error.relativeRMSE }) ?? true {
        worst = (tensor.name, tensor.error)
      }
    }
    guard let worst else { return "round-trip error: none" }
    return "round-trip error, relative RMSE: \(Numbers.significant(total.relativeRMSE)) over "
      + "\(Numbers.counted(total.count, "weight")); worst \(Numbers.significant(worst.error.relativeRMSE)) in "
      + worst.name.quoted()
  }
}
