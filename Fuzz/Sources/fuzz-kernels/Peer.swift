import Glibc
import KernelComparison
import TensorCore

struct PeerError: Error, CustomStringConvertible {
  let description: String
}

/// ggml, of which the scalar codecs are the transcription.
final class Peer {
  private typealias QuantizeChunk =
    @convention(c) (
      CInt, UnsafePointer<Float>, UnsafeMutableRawPointer, Int64, Int64, Int64, UnsafePointer<Float>?
    ) -> Int

  private let quantizeChunk: QuantizeChunk
  /// How many cases were compared.
  private(set) var compared = 0

  init(path: String) throws {
    guard let handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL), let symbol = dlsym(handle, "ggml_quantize_chunk") else {
      throw PeerError(description: "\(path) cannot be opened: run python3 Benchmarks/peer.py ggml")
    }
    quantizeChunk = unsafeBitCast(symbol, to: QuantizeChunk.self)
  }

  /// Where the blocks that ggml writes differ from the kernels'. Only for weights of ordinary sizes: formats/errata.md
  /// says what ggml leaves undefined with others.
  func differences(_ input: FuzzCase) -> [String] {
    guard input.type != .nf4, let id = input.type.traits.ggufID, input.weights.allSatisfy(Self.isOrdinary) else {
      return []
    }
    var differences: [String?] = []
    let kernels = KernelUnderTest.all(of: input.type)
    if kernels.contains(where: \.kernel.encodes) {
      compared += 1
      let expected = blocks(id, input, importance: nil)
      for kernel in kernels where kernel.kernel.encodes {
        differences.append(kernel.encodingDifference(input.weights, expected))
      }
    }
    if kernels.contains(where: \.kernel.weighsImportance), input.importance.allSatisfy(Self.isOrdinary) {
      let expected = blocks(id, input, importance: input.importance)
      for kernel in kernels where kernel.kernel.weighsImportance {
        differences.append(kernel.encodingDifference(row: input.weights, importance: input.importance, expected))
      }
    }
    return differences.compactMap { $0.map { "ggml: " + $0 } }
  }

  private func blocks(_ id: UInt32, _ input: FuzzCase, importance: [Float]?) -> [UInt8] {
    var blocks = [UInt8](repeating: 0, count: input.blocks.count)
    let length = Int64(input.weights.count)
    blocks.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      if let importance {
        _ = quantizeChunk(CInt(id), input.weights, start, 0, 1, length, importance)
      } else {
        _ = quantizeChunk(CInt(id), input.weights, start, 0, 1, length, nil)
      }
    }
    return blocks
  }

  private static func isOrdinary(_ weight: Float) -> Bool { weight == 0 || (0x1p-40...0x1p15).contains(abs(weight)) }
}
