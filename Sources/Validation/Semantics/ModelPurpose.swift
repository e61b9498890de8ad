internal import GGUF

/// What a file is for, as far as it says so: adapters, importance matrices, projectors and vocabularies lack most of what
/// a model has, and nothing is wrong with that.
extension ValidatedModel {
  var isGGUF: Bool { format == .gguf }

  /// Whether the file is to be run by itself: not an adapter, an importance matrix or a projector.
  var isModel: Bool {
    guard isGGUF, architecture != "clip" else { return false }
    return metadata["general.type"] == nil || metadata.string("general.type") == "model"
  }

  /// Whether the file is a model that llama.cpp runs, with its weights.
  var isRunnable: Bool {
    isModel && !tensors.isEmpty && architecture.map(KnownArchitectures.names.contains) == true
  }
}
