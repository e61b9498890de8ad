import Glibc
import PlainLoops
import TensorCore

/// Other people's code for the same work: ggml from a shared library that `peer.py` builds, or a plain loop.
struct Peer {
  let name: String
  /// Encodes rows; `importance` has one factor a column, or is nil. Nil where the peer cannot.
  let encode: (@Sendable (UnsafePointer<Float>, UnsafeMutablePointer<UInt8>, Rows, UnsafePointer<Float>?) -> Void)?
  let decode: (@Sendable (UnsafePointer<UInt8>, UnsafeMutablePointer<Float>, Int) -> Void)?
}

struct Rows {
  let count: Int
  let length: Int
  var weights: Int { count * length }
}

struct PeerError: Error, CustomStringConvertible {
  let description: String
}

/// ggml's functions in a shared library.
struct GGML: @unchecked Sendable {
  private typealias QuantizeChunk =
    @convention(c) (
      CInt, UnsafePointer<Float>, UnsafeMutableRawPointer, Int64, Int64, Int64, UnsafePointer<Float>?
    ) -> Int
  private typealias Dequantize = @convention(c) (UnsafeRawPointer, UnsafeMutablePointer<Float>, Int64) -> Void

  let name: String
  private let handle: UnsafeMutableRawPointer
  private let quantizeChunk: QuantizeChunk

  init(name: String, folder: String) throws {
    let path = "\(folder)/libggml-\(name).so"
    guard let handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL), let symbol = dlsym(handle, "ggml_quantize_chunk") else {
      throw PeerError(description: "\(path) cannot be opened: run python3 Benchmarks/peer.py ggml")
    }
    self.name = name
    self.handle = handle
    quantizeChunk = unsafeBitCast(symbol, to: QuantizeChunk.self)
  }

  /// What this library does with a type; nil where ggml does not have it.
  func peer(_ type: ElementType) -> Peer? {
    guard type != .nf4, let id = type.traits.ggufID, let symbol = dlsym(handle, Self.decoderName(type)) else {
      return nil
    }
    let dequantize = unsafeBitCast(symbol, to: Dequantize.self)
    return Peer(
      name: name,
      encode: { weights, blocks, rows, importance in
        _ = quantizeChunk(CInt(id), weights, blocks, 0, Int64(rows.count), Int64(rows.length), importance)
      },
      decode: { blocks, weights, count in dequantize(blocks, weights, Int64(count)) })
  }

  private static func decoderName(_ type: ElementType) -> String {
    switch type {
    case .f16: return "ggml_fp16_to_fp32_row"
    case .bf16: return "ggml_bf16_to_fp32_row"
    default:
      let name = type.name.lowercased()
      return "dequantize_row_" + (name.hasSuffix("_k") ? name.dropLast() + "K" : name)
    }
  }
}

/// Loops as one would write them first, for types that ggml does not have.
enum PlainLoop {
  static func peer(_ type: ElementType) -> Peer? {
    switch type {
    case .nf4:
      Peer(
        name: "plain loop",
        encode: { weights, blocks, rows, _ in plain_nf4_encode(weights, blocks, rows.weights / 64) },
        decode: { blocks, weights, count in plain_nf4_decode(blocks, weights, count / 64) })
    case .f8_E4M3:
      Peer(name: "plain loop", encode: nil, decode: { plain_f8_e4m3_decode($0, $1, $2) })
    case .f8_E5M2:
      Peer(name: "plain loop", encode: nil, decode: { plain_f8_e5m2_decode($0, $1, $2) })
    default: nil
    }
  }
}
