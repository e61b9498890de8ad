package import GGUF
internal import SystemPackage
package import TensorCore

/// What rules look at: a model as far as its headers can be read.
package struct ValidatedModel: Sendable {
  package enum Format: String, Sendable {
    case gguf = "GGUF"
    case safetensors
  }

  package let format: Format
  /// Every file that the model consists of and that is there; never empty.
  package let files: [SourceFile]
  /// Of GGUF that of the first file; of safetensors the strings of `__metadata__`, of shards each key once.
  package let metadata: GGUFMetadata
  /// Those that can be described, of all files.
  package let tensors: [TensorDescription]
  /// Whether every header was read to its end and no file is missing. A rule that says that something is not there
  /// holds of whole models only.
  package let isWhole: Bool
  /// Bytes of all headers.
  package let headerBytes: Int

  private let indexOfTensor: [ExactString: Int]
  private let tokenTableBox = Once<TokenTable?>()
  private let expectedTensorsBox = Once<ExpectedTensors?>()

  package init(
    format: Format, files: [SourceFile], metadata: GGUFMetadata, tensors: [TensorDescription], isWhole: Bool,
    headerBytes: Int
  ) {
    self.format = format
    self.files = files
    self.metadata = metadata
    self.tensors = tensors
    self.isWhole = isWhole
    self.headerBytes = headerBytes
    indexOfTensor = Dictionary(
      tensors.enumerated().map { (ExactString($1.name), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The tensor of this name; the first, where there are several.
  package func tensor(_ name: String) -> TensorDescription? { indexOfTensor[ExactString(name)].map { tensors[$0] } }

  /// The tokens, to be found by their bytes; nil where there are none, or too many to look at. Made for the first rule
  /// that asks.
  var tokenTable: TokenTable? { tokenTableBox.value { tokens.flatMap(TokenTable.init) } }

  /// The tensors that the model should have; nil where its architecture is not described.
  var expectedTensors: ExpectedTensors? {
    expectedTensorsBox.value { expectations.map { ExpectedTensors($0, self) } }
  }

  /// `general.architecture`, where it is a string and not empty.
  package var architecture: String? {
    guard case .string(let name)? = metadata["general.architecture"], !name.isEmpty else { return nil }
    return name
  }

  /// A value of the model's architecture: `block_count` is `llama.block_count` of a llama.
  package func hyperParameter(_ name: String) -> GGUFValue? {
    architecture.flatMap { metadata["\($0).\(name)"] }
  }

  /// A file's name without its folder.
  package func fileName(_ file: Int = 0) -> String {
    FilePath(files[file].path).lastComponent?.string ?? files[file].path
  }
}
