import Kernels
import Verification

/// What a whole tensor lost, measured in one go.
func loss(
  _ original: [Float], _ decoded: [Float], rowLength: Int, blockLength: Int = 1, kernels: KernelSet = .fastest
) -> TensorLoss {
  var errors = ErrorCounts()
  var loss = TensorLoss(rowLength: rowLength, blockLength: blockLength)
  loss.add(original: original.span, decoded: decoded.span, kernels: kernels, errors: &errors)
  return loss
}

/// The sums over weights that are one row.
func sums(_ original: [Float], _ decoded: [Float]) -> ErrorSums {
  loss(original, decoded, rowLength: max(1, original.count)).sums
}

/// The errors of weights by size.
func histogram(_ original: [Float], _ decoded: [Float]) -> ErrorHistogram {
  var (errors, histogram) = (ErrorCounts(), ErrorHistogram())
  var loss = TensorLoss(rowLength: max(1, original.count), blockLength: 1)
  loss.add(original: original.span, decoded: decoded.span, kernels: .fastest, errors: &errors)
  histogram.add(&errors)
  return histogram
}
