package import Checkpoints
package import Kernels
package import TensorCore

/// Reads the data of tensors once and finds what is wrong in it.
package struct PayloadPass: Sendable {
  let source: any TensorSource
  let tensors: [TensorDescription]

  package init(source: any TensorSource, tensors: [TensorDescription], threads: Int, kernels: KernelSet = .fastest) {
    self.source = source
    self.tensors = tensors
  }

  /// Bytes that will be read.
  package var workBytes: Int { 0 }

  package func run(
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, String) -> Void = { _, _ in }
  ) throws(StreamFailure) -> PayloadObservations {
    PayloadObservations()
  }
}

/// What was seen in the data of tensors.
package struct PayloadObservations: Sendable {
  /// Adds a finding for each rule that a tensor breaks.
  package func addFindings(to findings: inout FindingList) {}
}
