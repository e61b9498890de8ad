import Checkpoints
import MemoryCheckpoints
import TestSupport
import Testing

@testable import Inspection

@Suite("What stands beside a safetensors file")
struct HuggingFaceFolderTests {
  private func overview(_ files: [(String, String)]) throws -> Overview {
    let folder = try TemporaryFolder()
    let entry = MemorySource.Entry(name: "w", type: .f32, dimensions: [1], payload: [0, 0, 0, 0])
    try folder.write("model.safetensors", MemoryCheckpoints.safetensors([entry]))
    for (name, text) in files { try folder.write(name, Array(text.utf8)) }
    return Overview(try openCheckpoint(at: folder.file("model.safetensors")), name: "model")
  }

  @Test("config.json says what the model is, the tokenizer's files what reads its text")
  func config() throws {
    let overview = try overview([
      (
        "config.json",
        """
        {"architectures": ["LlamaForCausalLM", "Other"], "model_type": "llama", "max_position_embeddings": 2048,
         "vocab_size": 100, "num_hidden_layers": 3, "num_attention_heads": 8, "num_key_value_heads": 2, "x": [{}]}
        """
      ), ("tokenizer.json", "{}"),
      ("tokenizer_config.json", #"{"a": {"chat_template": 1}, "chat_template": "{{ x }}"}"#),
    ])
    #expect(overview.model.architecture == "LlamaForCausalLM" && overview.model.contextLength == 2048)
    #expect(overview.model.layers == 3 && overview.model.heads == 8 && overview.model.keyValueHeads == 2)
    #expect(overview.tokenizer?.model == "tokenizer.json" && overview.tokenizer?.vocabulary == 100)
    #expect(overview.tokenizer?.chatTemplateLength == 7)
  }

  @Test("What can be read is no problem, and a folder without config.json is none")
  func sound() throws {
    let folder = try TemporaryFolder()
    #expect(HuggingFaceFolder(beside: folder.file("model.safetensors")) == nil)
    try folder.write("config.json", Array(#"{"n_layer": 2}"#.utf8))
    try folder.write("tokenizer_config.json", Array("{}".utf8))
    #expect(HuggingFaceFolder(beside: folder.file("model.safetensors"))?.problems == [])
  }

  @Test("The language model's part of a model of several")
  func nested() throws {
    let overview = try overview([
      (
        "config.json",
        #"{"model_type": "gemma3", "text_config": {"num_hidden_layers": 26, "text_config": {"n_layer": 1}}}"#
      )
    ])
    #expect(overview.model.architecture == "gemma3" && overview.model.layers == 26)
  }

  @Test("Without config.json nothing is said")
  func nothing() throws {
    let overview = try overview([("tokenizer.json", "{}")])
    #expect(overview.model == ModelFacts() && overview.tokenizer == nil)
  }

  @Test(
    "What cannot be read is said, and nothing of it is believed wrongly",
    arguments: [
      (#"{"num_hidden_layers": 2"#, "config.json cannot be read"), ("", "config.json cannot be read"),
      (#"{"n_layer": -1}"#, "config.json cannot be read"),
      (#"{"n_layer": 1, "n_layer": 2}"#, "config.json cannot be read"),
    ])
  func broken(text: String, expected: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", Array(text.utf8))
    let problems = try #require(HuggingFaceFolder(beside: folder.file("model.safetensors"))).problems
    #expect(problems.count == 1 && problems[0].hasPrefix(expected), "\(problems)")
  }

  @Test("Values of other types than expected say nothing")
  func otherTypes() throws {
    let overview = try overview([
      (
        "config.json",
        #"{"architectures": "x", "n_layer": "3", "vocab_size": null, "model_type": 3, "text_config": []}"#
      )
    ])
    #expect(overview.model == ModelFacts())
  }
}
