import FileAccess
import GGUF
import TensorCore
import TestSupport
import Testing

@testable import Architectures

/// Checkpoints of llama2.c of either version, made here number by number.
@Suite("llama2.c")
struct Llama2CTests {
  /// dim, hidden_dim, n_layers, n_heads, n_kv_heads, vocab_size, max_seq_len.
  private static let sizes: [Int32] = [4, 6, 2, 2, 1, 3, 5]

  private static func checkpoint(version: Int, tied: Bool, sizes: [Int32] = sizes) -> [UInt8] {
    var bytes: [UInt8] = []
    var sizes = sizes
    if version == 1 {
      bytes.append(littleEndian: UInt32(0x616B_3432))
      bytes.append(littleEndian: Int32(1))
    } else if !tied {
      sizes[5] = -sizes[5]
    }
    for size in sizes { bytes.append(littleEndian: size) }
    if version == 1 {
      bytes.append(tied ? 1 : 0)
      bytes += [UInt8](repeating: 0, count: 256 - bytes.count)
    }
    // embedding 12, norms 2x2x4 and 4, q and o 2x16 each, k and v 2x8 each, feed-forward 3x2x24, rotations 2x5x1.
    let count = 12 + 16 + 4 + 64 + 32 + 144 + (version == 0 ? 10 : 0) + (tied ? 0 : 12)
    for index in 0..<count { bytes.append(littleEndian: Float(index).bitPattern) }
    return bytes
  }

  private static let vocabulary: [UInt8] = {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: Int32(6))
    for (text, score) in [("<unk>", Float(0)), ("\n<s>\n", 0), ("\n</s>\n", 0)] {
      bytes.append(littleEndian: score.bitPattern)
      bytes.append(littleEndian: Int32(text.utf8.count))
      bytes += Array(text.utf8)
    }
    return bytes
  }()

  private static func open(_ bytes: [UInt8], vocabulary: [UInt8]? = vocabulary) throws -> ModelSource {
    let folder = try TemporaryFolder()
    try folder.write("stories.bin", bytes)
    if let vocabulary { try folder.write("tokenizer.bin", vocabulary) }
    return try openModel(at: folder.file("stories.bin"))
  }

  /// The first number of each tensor, of which the file has its place.
  private static func firstNumbers(_ model: ModelSource) throws -> [String: Float] {
    var numbers: [String: Float] = [:]
    for tensor in model.tensors {
      let bytes = tensor.byteCount
      #expect(bytes == 4 * tensor.shape.elementCount)
      // The whole file is open while it is read here.
      numbers[tensor.name] = Float((tensor.offset - (model.notes.isEmpty ? 256 : 28)) / 4)
    }
    return numbers
  }

  @Test("Version 0: the weights of a kind stand behind one another, and the rotations are left out")
  func legacy() throws {
    let model = try Self.open(Self.checkpoint(version: 0, tied: false))
    let numbers = try Self.firstNumbers(model)
    #expect(numbers["token_embd.weight"] == 0 && numbers["blk.0.attn_norm.weight"] == 12)
    #expect(numbers["blk.1.attn_q.weight"] == 36 && numbers["blk.0.attn_k.weight"] == 52)
    #expect(numbers["blk.1.attn_output.weight"] == 100 && numbers["blk.1.ffn_norm.weight"] == 120)
    #expect(numbers["blk.0.ffn_down.weight"] == 172 && numbers["output_norm.weight"] == 268)
    #expect(numbers["output.weight"] == 282)
    #expect(model.metadata["llama.attention.head_count_kv"] == .uint32(1))
    #expect(model.metadata["llama.rope.dimension_count"] == .uint32(2))
  }

  @Test("Version 1: norms first, the embedding behind them")
  func marked() throws {
    let model = try Self.open(Self.checkpoint(version: 1, tied: true))
    let numbers = try Self.firstNumbers(model)
    #expect(numbers["blk.0.attn_norm.weight"] == 0 && numbers["blk.1.ffn_norm.weight"] == 12)
    #expect(numbers["output_norm.weight"] == 16 && numbers["token_embd.weight"] == 20)
    #expect(numbers["blk.1.ffn_up.weight"] == 248 && numbers["output.weight"] == nil)
    #expect(model.metadata["tokenizer.ggml.tokens"] == .array(GGUFArray(["<unk>", "<s>", "</s>"])))
    #expect(model.metadata["tokenizer.ggml.token_type"] == .array(GGUFArray([2, 3, 3] as [Int32])))
  }

  @Test("What is read is what the file has")
  func read() throws {
    let folder = try TemporaryFolder()
    try folder.write("stories.bin", Self.checkpoint(version: 0, tied: true))
    try folder.write("tokenizer.bin", Self.vocabulary)
    let model = try openModel(at: folder.file("stories.bin"))
    let tensor = try #require(model.tensors.first { $0.name == "blk.1.attn_v.weight" })
    var bytes = [UInt8](repeating: 0, count: tensor.byteCount)
    var span = bytes.mutableSpan
    try model.read(tensor, from: 0, into: &span)
    #expect(Float(bitPattern: bytes.span.load(UInt32.self, at: 0)) == 76)
  }

  @Test("Headers that contradict the file are refused, or are another format")
  func refused() throws {
    var marked = Self.checkpoint(version: 1, tied: true)
    #expect(
      refusal { _ = try Self.open(marked + [0]) }
        == .fileSize(found: marked.count + 1, expected: marked.count))
    marked[4] = 2
    #expect(refusal { _ = try Self.open(marked) } == .version(2))
    #expect(
      refusal { _ = try Self.open(Self.checkpoint(version: 1, tied: true, sizes: [4, 6, 2, 3, 1, 3, 5])) }
        == .notDivisible(name: "dim", found: 4, by: "n_heads"))
    #expect(
      refusal { _ = try Self.open(Self.checkpoint(version: 1, tied: true, sizes: [4, 6, 0, 2, 1, 3, 5])) }
        == .size(name: "n_layers", found: 0))
    // Sizes whose products are beyond any file, and more layers than it has room for.
    for sizes: [Int32] in [[.max, .max, 1, 1, 1, .max, .max], [4, 6, .max, 2, 1, 3, 5]] {
      #expect(refusal { _ = try Self.open(Self.checkpoint(version: 1, tied: true, sizes: sizes)) } != nil)
    }
    let folder = try TemporaryFolder()
    try folder.write("short.bin", Self.checkpoint(version: 0, tied: true).dropLast(4))
    #expect(!isModel(folder.file("short.bin")))
  }

  @Test("A vocabulary that is missing, ends early, or goes on is refused")
  func vocabulary() {
    let checkpoint = Self.checkpoint(version: 0, tied: true)
    guard case .vocabularyMissing? = refusal({ _ = try Self.open(checkpoint, vocabulary: nil) }) else {
      Issue.record("no vocabulary")
      return
    }
    for length in 0..<Self.vocabulary.count {
      let cut = Array(Self.vocabulary.prefix(length))
      guard case .vocabularyEndsEarly? = refusal({ _ = try Self.open(checkpoint, vocabulary: cut) }) else {
        Issue.record("\(length) bytes")
        return
      }
    }
    #expect(
      refusal { _ = try Self.open(checkpoint, vocabulary: Self.vocabulary + [0]) } == .vocabularyTooLong(extra: 1))
  }

  private func refusal(_ body: () throws -> Void) -> Llama2CError? {
    do {
      try body()
      return nil
    } catch SourceError.invalid(_, let reason) {
      return reason as? Llama2CError
    } catch {
      return nil
    }
  }
}
