public import Digests
public import TensorCore

/// The digests of a checkpoint by one hash function, as formats/digests.md defines them.
public struct CheckpointDigests: Sendable, Equatable {
  /// The digests of a tensor.
  public struct Tensor: Sendable, Equatable {
    public let name: String
    /// Over the data alone, as the file has it: what llama-gguf-hash gives.
    public let data: Digest
    /// Over type, shape and data.
    public let digest: Digest

    public init(_ tensor: TensorDescription, data: Digest) {
      name = tensor.name
      self.data = data
      let dimensions = tensor.shape.dimensions
      let shape = dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: "x")
      let order = tensor.byteOrder == .big ? " big-endian" : ""
      digest = data.algorithm.digest(of: Array("\(tensor.elementType.name) \(shape)\(order) \(data)\n".utf8))
    }
  }

  public let algorithm: DigestAlgorithm
  /// In the order of the data.
  public let tensors: [Tensor]
  /// Over the data of all tensors in their order: what llama-gguf-hash gives for the model; nil where it was not asked
  /// for.
  public let data: Digest?
  /// Over the names and digests of all tensors, whatever their order.
  public let model: Digest

  public init(_ algorithm: DigestAlgorithm, tensors: [Tensor], data: Digest?) {
    self.algorithm = algorithm
    self.tensors = tensors
    self.data = data
    var digester = Digester(algorithm)
    for tensor in tensors.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
      let line = Array("\(tensor.digest) \(tensor.name.utf8.count) \(tensor.name)\n".utf8)
      digester.update(line.span)
    }
    model = digester.digest()
  }
}
