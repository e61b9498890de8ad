internal import GGUF
public import TensorCore

/// Scales of channels that a norm hands to linear layers: its weights are divided by them, the columns of the layers'
/// weights multiplied, so that the model is the same up to rounding, and columns that much goes through lose less (AWQ, Lin
/// et al. 2023, arXiv:2306.00978). formats/error-feedback.md.
public struct ChannelScales: Sendable {
  /// One norm, and all that reads what it puts out.
  struct Group {
    let norm: String
    let readers: [String]
  }

  /// The key that says how many norms were divided by scales.
  static let key = "quantize.channel_scales"

  /// Architectures in which nothing else reads what these norms put out.
  public static let architectures = ["gemma", "gemma2", "gemma3", "llama", "phi3", "qwen2", "qwen3", "qwen3moe"]

  /// What reads a norm, behind the number of the layer.
  private static let readers = [
    "attn_norm": ["attn_q", "attn_k", "attn_v", "attn_qkv"],
    "ffn_norm": [
      "ffn_gate", "ffn_up", "ffn_gate_inp", "ffn_gate_exps", "ffn_up_exps", "ffn_gate_shexp", "ffn_up_shexp",
      "ffn_gate_inp_shexp",
    ],
  ]

  /// The scales of each norm, one a channel: above 0, with eight significant bits, so that what a checkpoint in BF16 or F16
  /// has becomes an exact product.
  private(set) var scales: [(group: Group, scales: [Float])] = []
  private var places: [ExactString: (number: Int, divides: Bool)] = [:]

  /// How many norms are divided.
  public var count: Int { scales.count }

  init() {}

  mutating func add(_ group: Group, _ values: [Float]) {
    places[ExactString(group.norm)] = (scales.count, true)
    for reader in group.readers { places[ExactString(reader)] = (scales.count, false) }
    scales.append((group, values))
  }

  /// What the channels of a tensor are divided or multiplied by; nil where they stay.
  func scales(of tensor: String) -> (values: [Float], divides: Bool)? {
    places[ExactString(tensor)].map { (scales[$0.number].scales, $0.divides) }
  }

  /// The norms of a model, with those of their readers that are there.
  ///
  /// - Parameters:
  ///   - source: The model, under the names of GGUF.
  ///   - architecture: One of ``architectures``; there are none for others.
  static func groups(of source: any TensorSource, architecture: String) -> [Group] {
    guard architectures.contains(architecture) else { return [] }
    let tensors = Dictionary(
      source.tensors.map { (ExactString($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    return source.tensors.compactMap { norm in
      let parts = norm.name.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 4, parts[0] == "blk", parts[3] == "weight", let readers = readers[String(parts[2])],
        norm.shape.dimensions.count == 1, norm.elementType.kind == .float,
        tensors[ExactString("blk.\(parts[1]).\(parts[2]).bias")] == nil
      else { return nil }
      let found = readers.map { "blk.\(parts[1]).\($0).weight" }.compactMap { tensors[ExactString($0)] }
      let fits = found.allSatisfy { $0.shape.rowLength == norm.shape.rowLength && $0.elementType.kind == .float }
      return found.isEmpty || !fits ? nil : Group(norm: norm.name, readers: found.map(\.name))
    }
  }

  /// A number with eight significant bits.
  static func rounded(_ value: Float) -> Float {
    Float(bitPattern: (value.bitPattern &+ 0x7FFF &+ value.bitPattern >> 16 & 1) & 0xFFFF_0000)
  }
}

extension ChannelScales {
  /// The scales that a file's norms were divided by, as those of its source and its own have them; nil where it does not say
  /// that they were.
  ///
  /// - Throws: ``SourceError`` where a norm cannot be read.
  public init?(of file: any TensorSource, madeOf source: any TensorSource) throws(SourceError) {
    guard let metadata = (file as? any GGUFSource)?.metadata, metadata[Self.key] != nil,
      case .string(let architecture)? = metadata["general.architecture"]
    else { return nil }
    self.init()
    let own = Dictionary(file.tensors.map { (ExactString($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    let theirs = Dictionary(source.tensors.map { (ExactString($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    for group in Self.groups(of: source, architecture: architecture) {
      guard let ours = own[ExactString(group.norm)], let original = theirs[ExactString(group.norm)],
        ours.shape.elementCount == original.shape.elementCount,
        let divided = try FloatTensor.read(ours, of: file), let whole = try FloatTensor.read(original, of: source)
      else { continue }
      let scales = zip(whole, divided).map { Self.rounded($0 / $1) }
      // Zero over zero, and what nobody has written.
      add(group, scales.map { $0 > 0 && $0.isFinite ? $0 : 1 })
    }
  }
}
