internal import StrictJSON
internal import Tokenizers

/// A family of models: which classes of config.json it has, and what one of them is made of. One file each.
protocol Architecture: Sendable {
  /// The names in `architectures` of config.json.
  static var classNames: [String] { get }

  /// How the vocabulary is stored, and which of a folder's files say it.
  static var vocabulary: VocabularyStyle { get }

  /// The model of a configuration: its metadata, and its tensors by the sizes that the configuration gives them.
  ///
  /// - Throws: ``ArchitectureError`` where config.json lacks something or has what readers of GGUF have no key for.
  static func describe(
    _ config: ModelConfig, className: String, folder: ModelFolder
  ) throws(ArchitectureError) -> ModelDescription
}

/// All architectures that are known. Adding one is a file in this folder and its line here.
enum KnownArchitectures {
  static let all: [any Architecture.Type] = [
    Bert.self, BitNet.self, Gemma2.self, Gemma3.self, GPT2.self, GPTNeoX.self, Llama.self, NomicBert.self, Phi3.self,
    Qwen2.self, Qwen3.self, Qwen3MoE.self, Roberta.self,
  ]

  static var classNames: [String] { all.flatMap { $0.classNames }.sorted() }

  static func named(_ className: String) -> (any Architecture.Type)? {
    all.first { $0.classNames.contains(className) }
  }
}
