#if FUZZ_PACKAGE
  @testable import Architectures
  @testable import GGUF
  @testable import TensorCore
#else
  import Architectures
  import GGUF
  import TensorCore
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What holds of every Hugging Face model, whatever its config.json says. Not for several threads at once: the folder's
/// contents change all the time.
public final class ModelCheck {
  /// A Llama of one layer: its width, that of its feed-forward part, and its tokens.
  private static let (width, inner, tokens) = (8, 12, 10)

  /// A configuration that fits the checkpoint.
  public static let config = #"""
    {"architectures": ["LlamaForCausalLM"], "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
     "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 10, "max_position_embeddings": 64,
     "rms_norm_eps": 1e-5, "tie_word_embeddings": true,
     "rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0, "low_freq_factor": 1.0,
      "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}}
    """#

  /// In memory where the system has a folder for that; removed with this.
  private let folder: String

  public init() {
    var template = Array("\(scratchFolder)/gguf-model-check-XXXXXX".utf8CString)
    precondition(mkdtemp(&template) != nil, "no folder can be made in \(scratchFolder): errno \(errno)")
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    put(Self.checkpoint(), as: "model.safetensors")
  }

  deinit {
    for name in ["config.json", "model.safetensors"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private func put(_ bytes: [UInt8], as name: String) {
    let file = open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(file >= 0, "\(folder)/\(name) cannot be made: errno \(errno)")
    defer { close(file) }
    let count = bytes.withUnsafeBytes { bytes in write(file, bytes.baseAddress, bytes.count) }
    precondition(count == bytes.count, "\(folder)/\(name) cannot be written: errno \(errno)")
  }

  /// - Returns: What does not hold of a model with this config.json; empty as it should be.
  public func broken(config: [UInt8]) -> [String] {
    var broken = Broken()
    put(config, as: "config.json")
    var options = ModelOptions()
    options.includesVocabulary = false
    options.folderName = "Tiny-1M"
    do throws(SourceError) {
      let model = try openModel(at: folder, options: options)
      Self.check(model, &broken)
      let again = try openModel(at: folder, options: options)
      broken.require(model.metadata.entries == again.metadata.entries, "read twice, other metadata")
    } catch {
      let text = if case .invalid(_, let violation) = error { "\(violation)" } else { "" }
      broken.require(isAnswer(error) && !text.isEmpty && !text.contains("\n"), "the message \(text) of \(error)")
    }
    return broken.list
  }

  private static func check(_ model: ModelSource, _ broken: inout Broken) {
    broken.require(!model.tensors.isEmpty, "a model without tensors")
    broken.require(Set(model.tensors.map { ExactString($0.name) }).count == model.tensors.count, "a tensor twice")
    let keys = Set(model.metadata.entries.map { ExactString($0.key) })
    broken.require(keys.count == model.metadata.entries.count, "a key twice")
    broken.require(model.notes.allSatisfy { !$0.contains("\n") }, "a note of several lines")
    for tensor in model.tensors {
      let bytes = tensor.elementType.byteCount(elements: tensor.shape.elementCount)
      broken.require(bytes == tensor.byteCount, "\(tensor.name) has \(tensor.byteCount) bytes")
      guard tensor.byteCount <= 1 << 20 else { continue }
      var payload = [UInt8](repeating: 0, count: tensor.byteCount)
      var span = payload.mutableSpan
      do throws(SourceError) {
        try model.read(tensor, from: 0, into: &span)
      } catch {
        broken.add("\(tensor.name) cannot be read: \(error)")
      }
    }
  }

  /// The tensors of the Llama, all of zeros.
  private static func checkpoint() -> [UInt8] {
    let layer = "model.layers.0"
    let shapes: [(String, [Int])] = [
      ("model.embed_tokens.weight", [tokens, width]), ("model.norm.weight", [width]),
      ("\(layer).input_layernorm.weight", [width]), ("\(layer).post_attention_layernorm.weight", [width]),
      ("\(layer).self_attn.q_proj.weight", [width, width]), ("\(layer).self_attn.k_proj.weight", [width / 2, width]),
      ("\(layer).self_attn.v_proj.weight", [width / 2, width]), ("\(layer).self_attn.o_proj.weight", [width, width]),
      ("\(layer).mlp.gate_proj.weight", [inner, width]), ("\(layer).mlp.up_proj.weight", [inner, width]),
      ("\(layer).mlp.down_proj.weight", [width, inner]),
    ]
    var (entries, end) = ([String](), 0)
    for (name, shape) in shapes {
      let start = end
      end += shape.reduce(4, *)
      entries.append(#""\#(name)": {"dtype": "F32", "shape": \#(shape), "data_offsets": [\#(start), \#(end)]}"#)
    }
    let header = Array("{\(entries.joined(separator: ", "))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return length + header + [UInt8](repeating: 0, count: end)
  }
}
