internal import FileAccess
internal import GGUF
internal import SystemPackage
internal import TensorCore

extension ModelSource {
  /// A checkpoint of llama2.c as a model in GGUF, with tokenizer.bin beside it as its vocabulary; nil where the file is
  /// none.
  static func llama2C(at path: String, _ options: ModelOptions) throws(SourceError) -> ModelSource? {
    guard FileStatus(ofPath: path)?.kind == .regular, let checkpoint = try Llama2CFile(InputFile(path: path)) else {
      return nil
    }
    let header = checkpoint.header
    let vocabularyPath = FilePath(path).removingLastComponent().appending("tokenizer.bin").string
    guard FileStatus(ofPath: vocabularyPath)?.kind == .regular else {
      throw .invalid(path: path, Llama2CError.vocabularyMissing(vocabularyPath))
    }
    let bytes = try InputFile.contents(ofFileAt: vocabularyPath, limit: Llama2CVocabulary.largestFile)
    let vocabulary: Llama2CVocabulary
    do throws(Llama2CError) {
      vocabulary = try Llama2CVocabulary(bytes, count: header.vocabulary)
    } catch {
      throw .invalid(path: vocabularyPath, error)
    }
    let matches = checkpoint.tensors.map { tensor in
      TensorMatching.Match(name: tensor.name, view: TensorView(.arrays([ArrayView(tensor)])), shape: tensor.shape)
    }
    var model = ModelDescription("llama", layers: header.layers)
    model.set("block_count", size: header.layers)
    model.set("context_length", size: header.contextLength)
    model.set("embedding_length", size: header.embedding)
    model.set("feed_forward_length", size: header.feedForward)
    model.set("attention.head_count", size: header.heads)
    model.set("attention.head_count_kv", size: header.keyValueHeads)
    model.set("rope.dimension_count", size: header.headDimension)
    model.set("rope.freq_base", number: 10_000)
    model.set("attention.layer_norm_rms_epsilon", number: 1e-5)
    model.set("vocab_size", size: header.vocabulary)
    var metadata = GGUFMetadata()
    metadata["general.architecture"] = .string("llama")
    metadata["general.type"] = .string("model")
    metadata["general.name"] = .string(FilePath(path).stem ?? "llama")
    metadata["general.size_label"] = .string(ParameterCount(matches).label)
    for entry in model.metadata + vocabulary.entries { metadata[entry.key] = entry.value }
    do throws(ArchitectureError) {
      return try ModelSource(
        checkpoint, matches, metadata: metadata,
        notes: header.version == 0 ? ["2 tables of rotations left out, computed by readers"] : [],
        className: "llama2.c", otherFiles: [vocabularyPath])
    } catch {
      throw .invalid(path: path, error)
    }
  }
}
