import GGUF
import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Architectures

@Suite("What a folder says of a model")
struct ModelFolderTests {
  private static let card = """
    ---
    license: apache-2.0
    language:
    - en
    - no
    tags:
    - tiny
    pipeline_tag: text-generation
    base_model: acme/Base-7B-v0.2
    datasets:
    - acme/stories
    - https://example.com/data
    model_creator: Ann
    ---
    # A model
    """

  private static func metadata(_ files: [String: String], _ change: (inout TinyModel) throws -> Void = { _ in }) throws
    -> (
      GGUFMetadata, [String]
    )
  {
    var model = tinyLlama(#", "rms_norm_eps": 1e-5, "rope_theta": 1e4"#)
    model.files = files
    try change(&model)
    let source = try model.open()
    return (source.metadata, source.notes)
  }

  @Test("The card's front matter becomes general keys, as gguf-py reads it")
  func card() throws {
    let (metadata, notes) = try Self.metadata(["README.md": Self.card])
    #expect(notes.isEmpty)
    let expected: [(String, GGUFValue)] = [
      ("general.name", .string("Tiny")), ("general.author", .string("Ann")), ("general.license", .string("apache-2.0")),
      ("general.base_model.count", .uint32(1)), ("general.base_model.0.name", .string("Base 7B v0.2")),
      ("general.base_model.0.version", .string("v0.2")), ("general.base_model.0.organization", .string("Acme")),
      ("general.base_model.0.repo_url", .string("https://huggingface.co/acme/Base-7B-v0.2")),
      ("general.dataset.count", .uint32(2)), ("general.dataset.0.name", .string("Stories")),
      ("general.dataset.0.organization", .string("Acme")),
      ("general.dataset.0.repo_url", .string("https://huggingface.co/acme/stories")),
      ("general.dataset.1.repo_url", .string("https://example.com/data")),
      ("general.tags", .array(GGUFArray(["tiny", "text-generation"]))),
      ("general.languages", .array(GGUFArray(["en", "no"]))),
    ]
    for (key, value) in expected { #expect(metadata[key] == value, "\(key)") }
    #expect(metadata["general.dataset.1.name"] == nil)
  }

  @Test("A card that cannot be read is left out, and it is said")
  func brokenCard() throws {
    let (metadata, notes) = try Self.metadata(["README.md": "---\nlicense: &a mit\ntags: *a\n---\n"])
    #expect(metadata["general.license"] == nil)
    #expect(notes.count == 1 && notes[0].hasPrefix("the model's card is left out: README.md"))
  }

  @Test("generation_config.json says how to sample; what user and card say stands before it")
  func generation() throws {
    let (metadata, _) = try Self.metadata(
      ["generation_config.json": #"{"temperature": 0.6, "top_k": 20, "top_p": null, "repetition_penalty": 1.1}"#]
    ) { $0.options.generalOverrides = try GeneralOverrides(parsing: Array(#"{"general.sampling.top_k": 5}"#.utf8)) }
    #expect(metadata["general.sampling.temp"] == .float32(0.6))
    #expect(metadata["general.sampling.top_k"] == .int32(5))
    #expect(metadata["general.sampling.penalty_repeat"] == .float32(1.1))
    #expect(metadata["general.sampling.top_p"] == nil)
  }

  @Test("The folder's name says what nothing else does")
  func folderName() throws {
    let (metadata, _) = try Self.metadata([:]) { $0.options.folderName = "Acme-2K-Chat-v3" }
    #expect(metadata.string("general.name") == "Acme 2K Chat v3")
    #expect(metadata.string("general.basename") == "Acme")
    #expect(metadata.string("general.finetune") == "Chat")
    #expect(metadata.string("general.version") == "v3")
  }

  @Test(
    "General keys of the user that are none are refused",
    arguments: [
      (#"{"general.nam": "x"}"#, GeneralOverridesError.keyUnknown("general.nam", nearest: "general.name")),
      (#"{"general.name": 5}"#, .wrongValue(key: "general.name", found: "5", expected: "a string")),
      (#"[]"#, .notAnObject(found: "an array of 0 values")),
    ])
  func overrides(_ text: String, _ expected: GeneralOverridesError) {
    #expect(throws: expected) { try GeneralOverrides(parsing: Array(text.utf8)) }
  }

  @Test("Keys are set in the end")
  func edit() throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", Array(tinyLlama().config.utf8))
    let entries = try tinyLlama().open().checkpoint
    var bytes: [MemorySource.Entry] = []
    for tensor in entries.tensors {
      var payload = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = payload.mutableSpan
      try entries.read(tensor, from: 0, into: &span)
      bytes.append(
        .init(name: tensor.name, type: tensor.elementType, dimensions: tensor.shape.dimensions, payload: payload))
    }
    try folder.write("model.safetensors", safetensors(bytes))
    var options = ModelOptions()
    options.edit = MetadataEdit(assignments: [
      .init(key: "general.name", kind: nil, text: "Set"), .init(key: "x.y", kind: .single(.uint32), text: "7"),
    ])
    options.includesVocabulary = false
    #expect(isModel(folder.path))
    let model = try openModel(at: folder.path, options: options)
    #expect(model.metadata.string("general.name") == "Set" && model.metadata["x.y"] == .uint32(7))
    // What was opened is what was read in memory.
    #expect(model.tensors.count == (try tinyLlama().open().tensors.count))
  }

  @Test("How texts are pooled stands in the folder that modules.json names")
  func pooling() throws {
    var model = TinyModel(#"{"architectures": ["BertModel"], \#(tinySizes), "max_position_embeddings": 7}"#)
    model.files = [
      "modules.json": #"[{"type": "x.Transformer", "path": ""}, {"type": "x.Pooling", "path": "1_Pooling"}]"#,
      "1_Pooling/config.json": #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#,
    ]
    #expect(try model.open().metadata["bert.pooling_type"] == .uint32(2))
    // A path does not lead out of the folder.
    model.files["modules.json"] = #"[{"type": "x.Pooling", "path": "../../etc"}]"#
    #expect(violation { _ = try model.open() } != nil)
  }

  @Test("Rotations of version 4 of transformers and of version 5 are the same")
  func rope() throws {
    let old = tinyLlama(
      #", "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8}"#
    )
    let new = tinyLlama(
      #", "rope_parameters": {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 8}"#
    )
    let (a, b) = (try old.open(), try new.open())
    #expect(a.metadata == b.metadata)
    #expect(a.metadata["llama.rope.freq_base"] == .float32(500_000))
    #expect(a.tensors.first?.name == "rope_freqs.weight")
  }
}
