import Inspection
import MemoryCheckpoints
import Reports
import TensorCore
import TestSupport

/// Pages about checkpoints that do not exist, which tests and the browser of `make report-check` look at.
enum CheckpointPages {
  static let seed: UInt64 = 43

  static let names = [
    "checkpoint", "checkpoint-hostile", "checkpoint-special", "checkpoint-headers", "checkpoint-damaged",
    "checkpoint-empty", "checkpoint-many", "checkpoint-large",
  ]

  static func page(_ name: String) throws -> CheckpointPage {
    switch name {
    case "checkpoint": try model(layers: 6)
    case "checkpoint-hostile": try hostile()
    case "checkpoint-special": try special()
    case "checkpoint-headers": try model(layers: 3, readsWeights: false)
    case "checkpoint-damaged": try damaged()
    case "checkpoint-many": try many(tensors: 2_000)
    case "checkpoint-large": try large(tensors: 100_000)
    default: try page(of: [], named: "empty.safetensors", readsWeights: true)
    }
  }

  /// - Parameter readsWeights: Whether there are statistics.
  static func page(
    of entries: [MemorySource.Entry], named name: String, readsWeights: Bool
  ) throws -> CheckpointPage {
    let source = MemorySource(entries)
    let overview = Overview(source, name: name)
    var page = CheckpointPage(
      name: name, format: "GGUF v3, little-endian", files: [SourceFile(path: name, size: 1_234_567)],
      types: overview.types, tensors: source.tensors)
    if readsWeights { page.statistics = try StatisticsPass(source: source, threads: 2).run() }
    return page
  }

  /// A language model of a few layers.
  static func model(layers: Int, readsWeights: Bool = true) throws -> CheckpointPage {
    var generator = SeededGenerator(seed: seed)
    var entries: [MemorySource.Entry] = []
    func add(_ name: String, _ type: ElementType, rows: Int, columns: Int = 256, outlier: Int? = nil) {
      let weights = (0..<(rows * columns)).map { index in
        generator.gaussian() * (index / columns == outlier ? 2 : 0.04)
      }
      entries.append(
        .init(
          name: name, type: type, dimensions: rows == 1 ? [columns] : [rows, columns],
          payload: payload(of: weights, as: type)))
    }
    add("token_embd.weight", .q6_K, rows: 64)
    for layer in 0..<layers {
      add("blk.\(layer).attn_norm.weight", .f32, rows: 1)
      add("blk.\(layer).attn_q.weight", .q4_K, rows: 16)
      add("blk.\(layer).attn_k.weight", .q8_0, rows: 8)
      add("blk.\(layer).ffn_up.weight", .q5_0, rows: 32, outlier: layer == 2 ? 7 : nil)
      add("blk.\(layer).ffn_down.weight", layer % 2 == 0 ? .q4_K : .q3_K, rows: 32)
    }
    add("output.weight", .iq4_nl, rows: 64)
    add("rope_freqs.weight", .f16, rows: 1)
    var page = try page(of: entries, named: "model.Q4_K_M.gguf", readsWeights: readsWeights)
    page.facts = [
      .init("model", "Tiny"), .init("architecture", "llama"), .init("context", "8,192 tokens"),
      .init("layers", "\(layers): embeddings of 256"),
    ]
    page.metadata = [
      PageMetadata(key: "general.architecture", type: "str", text: "llama"),
      PageMetadata(key: "llama.context_length", type: "u32", text: "8192"),
      PageMetadata(
        key: "tokenizer.chat_template", type: "str",
        text: String(repeating: "{% for m in messages %}\n  {{ m.content }}\n{% endfor %}\n", count: 40)),
      PageMetadata(key: "tokenizer.ggml.tokens", type: "[str]", text: "\"a\", \"b\"", whole: "32,000 elements in all"),
    ]
    page.vocabulary = PageVocabulary(
      count: 32_000,
      tokens: (0..<200).map { index in
        .init(
          text: ["<s>", " leading", "\u{2581}the", "\n", "\t\t", "tail ", "caf\u{E9}"][index % 7] + "\(index / 7)",
          score: -Double(index), type: index % 7 == 0 ? "control" : "normal")
      })
    return page
  }

  /// Names, keys, values, tokens and sentences that try to be more than text.
  static func hostile() throws -> CheckpointPage {
    let names = ReportBuilder.hostileNames
    var generator = SeededGenerator(seed: seed)
    let entries = names.map { name in
      MemorySource.Entry(
        name: name, type: .q4_0, dimensions: [2, 64],
        payload: payload(of: (0..<128).map { _ in generator.gaussian() }, as: .q4_0))
    }
    var page = try page(
      of: entries, named: "</title><script>document.title='owned'</script>.gguf", readsWeights: true)
    page.format = "<b>GGUF</b> {{script}}"
    page.facts = names.map { .init("fact", $0) }
    page.findings =
      names.map { .init(.error, rule: "GGUF-P001", tensor: $0, "broken: " + $0) }
      + names.map { .init(.note, rule: "<b>X</b>", "odd: " + $0) }
    page.omissions = names.map { "left out: " + $0 }
    let long = String(repeating: "x</script>\u{202E}", count: 4_000)
    page.metadata = names.map { PageMetadata(key: $0, type: "str", text: "says: " + $0, whole: $0) }
    page.metadata.append(PageMetadata(key: "long", type: "str", text: long, whole: "1,000,000 characters in all"))
    page.metadata.append(PageMetadata(key: "half", type: "str", text: String(repeating: "\u{1F980}", count: 200)))
    page.vocabulary = PageVocabulary(
      count: names.count, tokens: names.map { .init(text: $0, score: .nan, type: $0) })
    return page
  }

  /// Weights and scales that are not numbers, tensors of zeros, of integers, and without elements.
  static func special() throws -> CheckpointPage {
    var entries: [MemorySource.Entry] = [
      .init(name: "empty", type: .f32, dimensions: [0, 32], payload: []),
      .init(name: "ids", type: .i64, dimensions: [4], payload: Array(repeating: 1, count: 32)),
      .init(name: "zeros", type: .q8_0, dimensions: [32, 64], payload: Array(repeating: 0, count: 32 * 68)),
    ]
    let floats: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0, 1]
    entries.append(
      .init(name: "floats", type: .f32, dimensions: [8], payload: payload(of: floats, as: .f32)))
    entries.append(
      .init(
        name: "doubles", type: .f64, dimensions: [2],
        payload: [1e300, -1e300].flatMap { value in
          (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }))
    // Scales: NaN, infinity, the largest and the smallest number.
    for (name, scale) in [("nan", 0x7E00), ("inf", 0xFC00), ("limit", 0x7BFF), ("least", 0x0001)] {
      let block = [UInt8(scale & 0xFF), UInt8(scale >> 8)] + Array(repeating: UInt8(0x7F), count: 16)
      entries.append(
        .init(
          name: "blk.0.\(name).weight", type: .q4_0, dimensions: [32, 32],
          payload: Array([[UInt8]](repeating: block, count: 32).joined())))
    }
    // Any bytes.
    var generator = SeededGenerator(seed: seed)
    for type in [ElementType.q2_K, .q4_K, .iq4_xs, .nf4, .iq2_xxs] {
      let count = 16 * 256 / type.blockLength * type.blockBytes
      entries.append(
        .init(
          name: "blk.1.\(type.name).weight", type: type, dimensions: [16, 256],
          payload: generator.bytes(count)))
    }
    var page = try page(of: entries, named: "special.gguf", readsWeights: true)
    page.findings = [
      .init(.error, rule: "GGUF-P001", tensor: "blk.0.nan.weight", "32 of 32 scales are NaN or infinite"),
      .init(.warning, rule: "GGUF-P008", tensor: "zeros", "all 2,048 weights are zero"),
      .init(.warning, rule: "GGUF-A004", "key \"llama.context_length\": is not there"),
    ]
    return page
  }

  static func damaged() throws -> CheckpointPage {
    var page = try model(layers: 1, readsWeights: false)
    page.findings = [.init(.error, rule: "GGUF-L003", tensor: "a", "ends at 12, past the end of the file (10 bytes)")]
    page.limitation = "damaged.gguf: tensor \"a\": ends at 12, past the end of the file (10 bytes)"
    return page
  }

  /// Statistics of many tensors.
  static func many(tensors: Int) throws -> CheckpointPage {
    var generator = SeededGenerator(seed: seed)
    let weights = (0..<8192).map { _ in generator.gaussian() * 0.04 }
    let types: [ElementType] = [.q4_K, .q4_K, .q6_K, .q8_0, .f32]
    let payloads = types.map { payload(of: weights, as: $0) }
    return try page(
      of: (0..<tensors).map { index in
        let kind = index % types.count
        return .init(
          name: "blk.\(index / 20).part\(index % 20).weight", type: types[kind], dimensions: [32, 256],
          payload: payloads[kind])
      }, named: "many.gguf", readsWeights: true)
  }

  /// A mixture of experts, tensor by tensor.
  static func large(tensors: Int) throws -> CheckpointPage {
    let types: [ElementType] = [.q4_0, .q8_0]
    let payloads = types.map { Array(repeating: UInt8(0x11), count: 2 * $0.blockBytes) }
    return try page(
      of: (0..<tensors).map { index in
        .init(
          name: "model.layers.\(index % 60).mlp.experts.\(index / 60).down_proj.weight", type: types[index % 2],
          dimensions: [2, 32], payload: payloads[index % 2])
      }, named: "large.gguf", readsWeights: true)
  }
}
