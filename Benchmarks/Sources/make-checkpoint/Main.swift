import Glibc

/// Writes a checkpoint of 1,100,048,384 F32 weights in the shapes of TinyLlama 1.1B: seeded Gaussian numbers, no model's.
///
///     make-checkpoint FILE.safetensors
@main
struct MakeCheckpoint {
  static func main() {
    guard CommandLine.arguments.count == 2, let file = fopen(CommandLine.arguments[1], "wb") else {
      fail("usage: make-checkpoint FILE.safetensors")
    }
    let tensors = tensors()
    write(header(tensors), to: file)
    var random = SplitMix64(state: 20_260_103)
    var buffer = [Float](repeating: 0, count: 1 << 20)
    for tensor in tensors {
      var left = tensor.shape.reduce(1, *)
      while left > 0 {
        let count = min(left, buffer.count)
        for i in stride(from: 0, to: buffer.count - 1, by: 2) {
          (buffer[i], buffer[i + 1]) = random.gaussians(scale: 0.02)
        }
        if tensor.shape.count == 1 { for i in 0..<count { buffer[i] += 1 } }
        buffer.withUnsafeBytes { bytes in
          if fwrite(bytes.baseAddress, 4, count, file) != count { fail("cannot write") }
        }
        left -= count
      }
    }
    if fclose(file) != 0 { fail("cannot write") }
  }

  private static func tensors() -> [(name: String, shape: [Int])] {
    var tensors: [(String, [Int])] = [("model.embed_tokens.weight", [32_000, 2_048])]
    for layer in 0..<22 {
      for (name, shape) in [
        ("input_layernorm", [2_048]), ("mlp.down_proj", [2_048, 5_632]), ("mlp.gate_proj", [5_632, 2_048]),
        ("mlp.up_proj", [5_632, 2_048]), ("post_attention_layernorm", [2_048]), ("self_attn.k_proj", [256, 2_048]),
        ("self_attn.o_proj", [2_048, 2_048]), ("self_attn.q_proj", [2_048, 2_048]), ("self_attn.v_proj", [256, 2_048]),
      ] {
        tensors.append(("model.layers.\(layer).\(name).weight", shape))
      }
    }
    return tensors + [("model.norm.weight", [2_048]), ("lm_head.weight", [32_000, 2_048])]
  }

  /// The length of the JSON in eight bytes, and the JSON, padded with spaces.
  private static func header(_ tensors: [(name: String, shape: [Int])]) -> [UInt8] {
    var offset = 0
    var entries: [String] = []
    for (name, shape) in tensors {
      let end = offset + 4 * shape.reduce(1, *)
      entries.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(offset),\#(end)]}"#)
      offset = end
    }
    var json = Array("{\(entries.joined(separator: ","))}".utf8)
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
  }

  private static func write(_ bytes: [UInt8], to file: UnsafeMutablePointer<FILE>) {
    if fwrite(bytes, 1, bytes.count, file) != bytes.count { fail("cannot write") }
  }

  private static func fail(_ message: String) -> Never {
    print("make-checkpoint: \(message)")
    exit(1)
  }
}

struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Two numbers by Box and Muller's transformation.
  mutating func gaussians(scale: Float) -> (Float, Float) {
    let bits = next()
    let radius = scale * (-2 * logf((Float(bits >> 40) + 1) * 0x1p-24)).squareRoot()
    let angle = 2 * Float.pi * Float((bits >> 8) & 0xFF_FFFF) * 0x1p-24
    return (radius * cosf(angle), radius * sinf(angle))
  }
}
