internal import Checkpoints
public import TensorCore

/// The reason for which a conversion, its plan, or the opening of a checkpoint is refused.
public func refusal(_ body: () throws -> Void) -> (any FormatViolation)? {
  do {
    try body()
    return nil
  } catch StreamFailure.source(.invalid(_, let reason)) {
    return reason
  } catch SourceError.invalid(_, let reason) {
    return reason
  } catch {
    return nil
  }
}
