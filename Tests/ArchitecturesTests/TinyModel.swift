import GGUF
import MemoryCheckpoints
import StrictJSON
import TensorCore
import TestSupport

@testable import Architectures

/// A model whose tensors are made of what its architecture says that there must be.
struct TinyModel {
  var config: String
  /// Files of the folder besides config.json.
  var files: [String: String] = [:]
  /// A type for every tensor; nil for F32.
  var type = ElementType.f32
  /// Changes the tensors before they become a checkpoint.
  var change: (inout [MemorySource.Entry]) -> Void = { _ in }
  var options = ModelOptions()

  init(_ config: String) { self.config = config }

  func description(in folder: ModelFolder) throws -> ModelDescription {
    let config = try folder.config()
    let name = config.architecture ?? ""
    guard let architecture = KnownArchitectures.named(name) else { throw ArchitectureError.architectureMissing }
    return try architecture.describe(config, className: name, folder: folder)
  }

  func open() throws -> ModelSource {
    let folder = try TemporaryFolder()
    try folder.write("config.json", Array(config.utf8))
    for (name, text) in files {
      if let slash = name.firstIndex(of: "/") { try? folder.makeFolder(String(name[..<slash])) }
      try folder.write(name, Array(text.utf8))
    }
    let model = ModelFolder(path: folder.path)
    var entries: [MemorySource.Entry] = []
    // Where the configuration is refused, or is an attack, there are no tensors to make.
    if let description = try? description(in: model), description.layers < 10 {
      entries = Self.entries(description, type)
    }
    change(&entries)
    var options = options
    options.folderName = options.folderName ?? "tiny"
    return try ModelSource.described(MemorySource(entries), model, options).0
  }

  /// Those that are required, with their places as their elements.
  private static func entries(_ description: ModelDescription, _ type: ElementType) -> [MemorySource.Entry] {
    var entries: [MemorySource.Entry] = []
    for rule in description.rules {
      guard case .required = rule.presence, let shape = rule.shape else { continue }
      let layers = rule.source.split(separator: ".").contains("*") ? description.layers : 1
      for layer in 0..<layers {
        for expert in 0..<(rule.experts ?? 1) {
          let count = shape.reduce(1, *)
          entries.append(
            .init(
              name: TensorKind.name(rule.source, [layer, expert]), type: type, dimensions: shape,
              payload: payload(of: (0..<count).map { Float($0 % 256) / 4 }, as: type)))
        }
      }
    }
    return entries
  }
}

/// The rule that a body breaks.
func violation(_ body: () throws -> Void) -> ArchitectureError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ArchitectureError
  }
}

let tinySizes =
  #""hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 10"#

func tinyLlama(_ more: String = "") -> TinyModel {
  TinyModel(
    #"{"architectures": ["LlamaForCausalLM"], \#(tinySizes), "num_key_value_heads": 2, "max_position_embeddings": 64\#(more)}"#
  )
}
