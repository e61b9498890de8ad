internal import Inspection
internal import TensorCore

extension FindingList {
  /// Adds which of the files beside a safetensors file that say what the model is cannot be read.
  ///
  /// - Parameter path: That of the safetensors file, or of a shard index.
  mutating func addFolder(beside path: String) {
    for problem in HuggingFaceFolder(beside: path)?.problems ?? [] { add(SetRules.configuration, problem) }
  }
}
