internal import TensorCore

/// The header of a checkpoint of llama2.c (https://github.com/karpathy/llama2.c), and where its weights stand: fp32,
/// little-endian, in versions 0 (`legacy_export` of export.py) and 1 (`version1_export`).
struct Llama2CHeader: Equatable {
  /// With it, a product of two sizes fits `Int`.
  static let largestSize = Int32.max
  /// `ak42`.
  private static let magic: UInt32 = 0x616B_3432

  let version: Int
  let embedding: Int
  let feedForward: Int
  let layers: Int
  let heads: Int
  let keyValueHeads: Int
  let vocabulary: Int
  let contextLength: Int
  /// Whether the output has the embedding's weights.
  let isTied: Bool

  /// Bytes before the weights.
  var length: Int { version == 0 ? 28 : 256 }

  /// - Parameter bytes: The file's first 256, or all where it has fewer.
  /// - Returns: nil for what does not begin like a checkpoint of version 1, and is too short for one of version 0.
  init?(_ bytes: [UInt8]) throws(Llama2CError) {
    guard bytes.count >= 37 else { return nil }
    let span = bytes.span
    func number(_ index: Int) -> Int32 { Int32(bitPattern: span.load(UInt32.self, at: 4 * index)) }
    let hasMagic = span.load(UInt32.self, at: 0) == Self.magic
    let first = hasMagic ? 2 : 0
    if hasMagic && number(1) != 1 { throw .version(number(1)) }
    version = hasMagic ? 1 : 0
    // Version 0 says with the sign whether there is an output.
    let vocabulary = number(first + 5)
    isTied = hasMagic ? bytes[36] != 0 : vocabulary > 0
    let names = ["dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "max_seq_len"]
    var sizes: [Int] = []
    for (index, name) in names.enumerated() {
      let found = number(first + index)
      let size = !hasMagic && name == "vocab_size" && found > Int32.min ? abs(found) : found
      guard size > 0 else { throw .size(name: name, found: found) }
      sizes.append(Int(size))
    }
    (embedding, feedForward, layers, heads) = (sizes[0], sizes[1], sizes[2], sizes[3])
    (keyValueHeads, self.vocabulary, contextLength) = (sizes[4], sizes[5], sizes[6])
    guard embedding.isMultiple(of: heads) else {
      throw .notDivisible(name: "dim", found: Int32(embedding), by: "n_heads")
    }
    guard heads.isMultiple(of: keyValueHeads) else {
      throw .notDivisible(name: "n_heads", found: Int32(heads), by: "n_kv_heads")
    }
  }

  var headDimension: Int { embedding / heads }
  private var keys: Int { keyValueHeads * headDimension }

  /// A group of tensors that stand one behind the other: one for each layer, or one.
  struct Group {
    /// Under the name that it has in GGUF; nil for what is left out.
    let name: String?
    let shape: [Int]
    let isOfLayers: Bool
  }

  /// All weights in the order of the file.
  var groups: [Group] {
    let (e, ff) = (embedding, feedForward)
    let matrices: [(String, [Int])] = [
      ("attn_q", [e, e]), ("attn_k", [keys, e]), ("attn_v", [keys, e]), ("attn_output", [e, e]),
    ]
    let forward: [(String, [Int])] = [("ffn_gate", [ff, e]), ("ffn_down", [e, ff]), ("ffn_up", [ff, e])]
    func ofLayers(_ name: String, _ shape: [Int]) -> Group {
      Group(name: "blk.*.\(name).weight", shape: shape, isOfLayers: true)
    }
    let embeddings = Group(name: "token_embd.weight", shape: [vocabulary, e], isOfLayers: false)
    let norm = Group(name: "output_norm.weight", shape: [e], isOfLayers: false)
    let output = isTied ? [] : [Group(name: "output.weight", shape: [vocabulary, e], isOfLayers: false)]
    if version == 1 {
      return [ofLayers("attn_norm", [e]), ofLayers("ffn_norm", [e]), norm, embeddings] + matrices.map(ofLayers)
        + forward.map(ofLayers) + output
    }
    // The rotations, real and imaginary parts, which readers compute.
    let rotations = Group(name: nil, shape: [contextLength, headDimension / 2], isOfLayers: false)
    return [embeddings, ofLayers("attn_norm", [e])] + matrices.map(ofLayers) + [ofLayers("ffn_norm", [e])]
      + forward.map(ofLayers) + [norm, rotations, rotations] + output
  }
}
