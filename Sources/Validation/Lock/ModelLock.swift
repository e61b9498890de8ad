internal import Digests
internal import GGUF
public import Inspection
public import TensorCore

/// What a model was when somebody was content with it: names, types, shapes and digests of its tensors, its metadata, and
/// where it was measured, what each tensor lost. formats/lock.md.
public struct ModelLock: Sendable, Equatable {
  /// A tensor.
  public struct Tensor: Sendable, Equatable, Encodable {
    public let name: String
    /// As ``ElementType/name`` has it, with ` big-endian` behind it where it is.
    public let type: String
    /// The outermost dimension first.
    public let shape: [Int]
    /// SHA-256 of the data as the file has it, in lower-case hexadecimal digits.
    public let sha256: String
    public var loss: Loss?

    public init(name: String, type: String, shape: [Int], sha256: String, loss: Loss? = nil) {
      self.name = name
      self.type = type
      self.shape = shape
      self.sha256 = sha256
      self.loss = loss
    }
  }

  /// What a tensor lost of what it was made of, as `gguf verify` measures it.
  public struct Loss: Sendable, Equatable, Encodable {
    public let nmse: Double
    public let rmse: Double
    public let maximumError: Double

    public init(nmse: Double, rmse: Double, maximumError: Double) {
      self.nmse = nmse
      self.rmse = rmse
      self.maximumError = maximumError
    }
  }

  /// A metadata pair.
  public struct Pair: Sendable, Equatable, Encodable {
    public let key: String
    /// `u32`, `str`, ...; `str` for safetensors.
    public let type: String
    /// SHA-256 of the value's type and bytes as a little-endian GGUF file has them.
    public let sha256: String
  }

  /// `GGUF` or `safetensors`.
  public let format: String
  /// In the order of the data.
  public let tensors: [Tensor]
  public let metadata: [Pair]
  /// What the losses are measured against, as the user named it.
  public var source: String?

  init(format: String, tensors: [Tensor], metadata: [Pair], source: String?) {
    self.format = format
    self.tensors = tensors
    self.metadata = metadata
    self.source = source
  }

  /// The lock of a checkpoint.
  ///
  /// - Parameters:
  ///   - digests: By SHA-256, of all tensors.
  ///   - losses: By tensor; empty where nothing was measured.
  public init(
    _ checkpoint: any TensorSource, _ digests: CheckpointDigests, losses: [String: Loss] = [:], source: String? = nil
  ) {
    precondition(digests.algorithm == .sha256)
    self.init(
      format: checkpoint.formatName,
      tensors: zip(checkpoint.tensors, digests.tensors).map { tensor, digest in
        Tensor(
          name: tensor.name, type: tensor.typeName, shape: tensor.shape.dimensions, sha256: "\(digest.data)",
          loss: losses[tensor.name])
      },
      metadata: CheckpointMetadata.entries(of: checkpoint).map { Pair($0.key, $0.value) }, source: source)
  }
}

extension TensorDescription {
  /// The element type, and the byte order where it is not the usual one.
  var typeName: String { elementType.name + (byteOrder == .big ? " big-endian" : "") }
}
