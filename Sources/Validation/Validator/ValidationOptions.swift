public import Kernels

/// What a validation looks at, and how.
public struct ValidationOptions: Sendable {
  /// Whether the tensors' data is read too, and not the headers alone.
  public var checksPayload: Bool
  public var threads: Int
  public var kernels: KernelSet

  public init(checksPayload: Bool = true, threads: Int = 1, kernels: KernelSet = .fastest) {
    self.checksPayload = checksPayload
    self.threads = threads
    self.kernels = kernels
  }
}
