public import TensorCore

/// A checkpoint that comes with GGUF metadata: a file in GGUF, or something that is shown as one.
public protocol DescribedSource: TensorSource {
  /// The model's metadata.
  var metadata: GGUFMetadata { get }
}

/// A model in GGUF: one file, or a set of files that gguf-split of llama.cpp made of one.
public protocol GGUFSource: DescribedSource {
  /// The files, in their order; never empty.
  var parts: [GGUFFile] { get }

  /// The model's metadata: that of the first file.
  var metadata: GGUFMetadata { get }
}

extension GGUFSource {
  /// Throws the first rule that one of the files breaks without being unreadable.
  public func requireSound() throws(SourceError) {
    for part in parts { try part.requireSoundPart() }
  }

  /// Checks that the bytes between the tensors are zero.
  ///
  /// - Complexity: O(*n*) short reads for *n* tensors.
  public func requireZeroPadding() throws(SourceError) {
    for part in parts { try part.requireZeroPaddingOfPart() }
  }
}
