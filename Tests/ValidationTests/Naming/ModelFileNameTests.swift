import Testing

@testable import Validation

/// The examples of the GGUF document, and names as they are.
@Suite("Names of model files")
struct ModelFileNameTests {
  @Test(
    "names that follow the convention, as the document's examples have them",
    arguments: [
      ("Mixtral-8x7B-v0.1-KQ2.gguf", "8x7B", "v0.1", nil),
      ("Grok-100B-v1.0-Q4_0-00003-of-00009.gguf", "100B", "v1.0", "Q4_0"),
      ("Hermes-2-Pro-Llama-3-8B-v1.0-F16.gguf", "8B", "v1.0", "F16"),
      ("Phi-3-mini-3.8B-ContextLength4k-instruct-v1.0.gguf", "3.8B", "v1.0", nil),
      ("mtp-Qwen3-27B-v1.0-Q4_K_M.gguf", "27B", "v1.0", "Q4_K_M"),
      ("mmproj-Qwen2-VL-7B-v1.0-F16.gguf", "7B", "v1.0", "F16"),
    ] as [(String, String, String, String?)])
  func convention(_ name: String, _ size: String, _ version: String, _ encoding: String?) throws {
    let parsed = try #require(ModelFileName(name))
    #expect(parsed.followsConvention)
    #expect(parsed.sizeLabel == size && parsed.version == version && parsed.encoding == encoding)
  }

  @Test(
    "names that do not follow it, and what is understood of them all the same",
    arguments: [
      ("not-a-known-arrangement.gguf", nil, nil), ("tinyllama-1.1b-chat-v1.0.Q4_K_M.gguf", "1.1b", "Q4_K_M"),
      ("gemma-3-270m-it-Q4_K_M.gguf", "270m", "Q4_K_M"), ("Hermes-2-Pro-Llama-3-8B-F16.gguf", "8B", "F16"),
      ("Phi-3-mini-4k-instruct-q4.gguf", "4k", nil), ("ggml-model-q8_0.gguf", nil, "Q8_0"), (".gguf", nil, nil),
      ("-.gguf", nil, nil), ("v1.0.gguf", nil, nil),
    ] as [(String, String?, String?)])
  func others(_ name: String, _ size: String?, _ encoding: String?) throws {
    let parsed = try #require(ModelFileName(name))
    #expect(!parsed.followsConvention)
    #expect(parsed.sizeLabel == size && parsed.encoding == encoding)
  }

  @Test("parts of a model")
  func shards() throws {
    let shard = try #require(ModelFileName("Grok-100B-v1.0-Q4_0-00003-of-00009.gguf")?.shard)
    #expect(shard == (number: 3, count: 9))
    #expect(ModelFileName("a-b-3-of-9.gguf")?.shard == nil)
    #expect(ModelFileName("model.safetensors") == nil)
  }

  @Test(
    "sizes",
    arguments: [("7B", 7e9), ("270m", 2.7e8), ("0.5B", 5e8), ("1T", 1e12), ("8x7B", nil), ("4k", nil), ("B", nil)]
      as [(String, Double?)])
  func sizes(_ label: String, _ weights: Double?) { #expect(SizeLabel.weights(label) == weights) }
}
