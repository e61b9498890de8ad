import Testing

@testable import Architectures

/// What gguf-py's `get_model_id_components`, `id_to_title` and `size_label` (0.19, metadata.py and utility.py) say of the
/// same names and counts.
@Suite("Names of models")
struct ModelIdentifierTests {
  struct Case: Sendable {
    let name: String
    let parameters: Int
    let parts: [String?]
    let title: String

    init(_ name: String, _ parameters: Int, _ parts: [String?], _ title: String) {
      (self.name, self.parameters, self.parts, self.title) = (name, parameters, parts, title)
    }
  }

  @Test(
    "A name's parts are told apart as gguf-py does it",
    arguments: [
      Case(
        "meta-llama/Llama-3.1-8B-Instruct", 8_030_261_248,
        ["Llama-3.1-8B-Instruct", "meta-llama", "Llama-3.1", "Instruct", nil, "8B"],
        "Meta llama/Llama 3.1 8B Instruct"),
      Case(
        "Mixtral-8x7B-v0.1", 46_702_792_704, ["Mixtral-8x7B-v0.1", nil, "Mixtral", nil, "v0.1", "8x7B"],
        "Mixtral 8x7B v0.1"),
      Case("Qwen3-30B-A3B", 30_532_122_624, ["Qwen3-30B-A3B", nil, "Qwen3", nil, nil, "30B-A3B"], "Qwen3 30B A3B"),
      Case("bloom-7b1", 7_069_016_064, ["bloom-7b1", nil, "bloom", nil, nil, "7.1B"], "Bloom 7b1"),
      Case(
        "Phi-3-mini-4k-instruct", 3_821_079_552,
        ["Phi-3-mini-4k-instruct", nil, "Phi-3", "4k-instruct", nil, "mini"], "Phi 3 Mini 4k Instruct"),
      Case("SmolLM2-135M", 134_515_008, ["SmolLM2-135M", nil, "SmolLM2", nil, nil, "135M"], "SmolLM2 135M"),
      Case(
        "TinyLlama-1.1B-Chat-v1.0", 0, ["TinyLlama-1.1B-Chat-v1.0", nil, "TinyLlama", "Chat", "v1.0", "1.1B"],
        "TinyLlama 1.1B Chat v1.0"),
      Case("bert-base-uncased", 0, ["bert-base-uncased", nil, nil, nil, nil, nil], "Bert Base Uncased"),
      Case("./model", 0, ["model", nil, nil, nil, nil, nil], "./Model"),
      Case(
        "Llama-2-7b-chat-hf", 6_738_415_616, ["Llama-2-7b-chat-hf", nil, "Llama-2", "chat-hf", nil, "7B"],
        "Llama 2 7b Chat Hf"),
      Case(
        "gemma-3-270m-it-Q4_K_M", 268_098_176, ["gemma-3-270m-it-Q4_K_M", nil, "gemma-3", "it", nil, "270M"],
        "Gemma 3 270m It Q4_K_M"),
      Case(
        "iter3-model-xl-small", 0, ["iter3-model-xl-small", nil, "iter3-model", nil, nil, "xl-small"],
        "Iter3 Model Xl Small"),
      Case(
        "A sentence about a model", 0, ["A sentence about a model", nil, nil, nil, nil, nil],
        "A Sentence About A Model"),
      Case("Yi-34B-200K", 34_388_917_248, ["Yi-34B-200K", nil, "Yi", "200k", nil, "34B"], "Yi 34B 200K"),
      Case(
        "nomic-embed-text-v1.5", 136_731_648, ["nomic-embed-text-v1.5", nil, "nomic-embed-text", nil, "v1.5", nil],
        "Nomic Embed Text v1.5"),
      Case("gpt2-medium", 354_823_168, ["gpt2-medium", nil, "gpt2", nil, nil, "medium"], "Gpt2 Medium"),
      Case("v2", 0, ["v2", nil, nil, nil, "v2", nil], "v2"),
      Case("a--b-", 0, ["a--b-", nil, nil, nil, nil, nil], "A B"),
      Case(
        "deepseek-coder-6.7b-Base-bf16", 0,
        ["deepseek-coder-6.7b-Base-bf16", nil, "deepseek-coder", "Base", nil, "6.7B"],
        "Deepseek Coder 6.7b Base Bf16"),
      Case("Foo-1_5B", 1_500_000_000, ["Foo-1_5B", nil, "Foo", nil, nil, "1.5B"], "Foo 1_5B"),
      Case("Ärger-7B", 0, ["Ärger-7B", nil, "Ärger", nil, nil, "7B"], "Ärger 7B"),
    ])
  func parts(_ known: Case) {
    let found = ModelIdentifier(known.name, parameters: known.parameters)
    #expect(
      [found.name, found.organization, found.basename, found.finetune, found.version, found.sizeLabel] == known.parts)
    #expect(ModelIdentifier.title(known.name) == known.title)
  }

  @Test(
    "A count is rounded to two digits at least",
    arguments: [
      (1, "0.00K"), (450, "0.45K"), (999, "1.0K"), (9949, "10K"), (999_500, "1000K"), (1_250_000, "1.2M"),
      (1_725_184, "1.7M"), (134_515_008, "135M"), (1_050_000_000, "1.1B"), (8_030_261_248, "8.0B"),
      (2_000_000_000_001, "2.0T"),
    ])
  func label(_ count: Int, _ text: String) { #expect(ParameterCount(total: count).label == text) }

  @Test("Experts are counted once, and said how many they are")
  func experts() {
    var count = ParameterCount(total: 46_702_792_704)
    (count.shared, count.ofExpert, count.experts) = (1_605_648_384, 5_637_144_576, 8)
    #expect(count.label == "8x7.2B")
  }
}
