import Glibc
import Kernels
import Quantization
import TensorCore

enum Operation: String, CaseIterable {
  case encode
  case encodeWeighed = "encode with importance"
  case search
  case decode
}

extension Operation {
  func isThere(in kernel: Kernel) -> Bool {
    switch self {
    case .encode: kernel.encodes
    case .encodeWeighed: kernel.weighsImportance
    case .search: kernel.searches
    case .decode: true
    }
  }
}

struct DifferentBytes: Error, CustomStringConvertible {
  let description: String
}

/// One type's kernels against its peers.
struct Competition {
  let type: ElementType
  let peers: [Peer]
  let kernels: [(set: String, kernel: Kernel)]
  let buffers: Buffers

  /// Nil where the operation is not there.
  func contenders(_ operation: Operation) -> [Contender]? {
    let (weights, decoded, blocks, rows) = (buffers.weights, buffers.decoded, buffers.otherBlocks, buffers.rows)
    let rowBytes = buffers.blockBytes(type, rows: 1)
    var contenders: [Contender] = []
    switch operation {
    case .encode, .encodeWeighed, .search:
      // Peers know no search: what they take for their own blocks stands beside it.
      let importance = operation == .encodeWeighed ? buffers.importance : nil
      for peer in peers {
        guard let encode = peer.encode else { continue }
        contenders.append(
          Contender(name: peer.name) { first, count in
            encode(
              weights + first * rows.length, blocks + first * rowBytes, Rows(count: count, length: rows.length),
              importance)
          })
      }
      for (set, kernel) in kernels where operation.isThere(in: kernel) {
        contenders.append(
          Contender(name: set) { first, count in
            if operation == .search {
              let input = UnsafeBufferPointer(start: weights + first * rows.length, count: count * rows.length)
              let output = UnsafeMutableBufferPointer(start: blocks + first * rowBytes, count: count * rowBytes)
              var span = output.mutableSpan
              return kernel.search(input.span, into: &span)
            }
            Self.encode(
              kernel, weights + first * rows.length, importance, blocks + first * rowBytes,
              Rows(count: count, length: rows.length), rowBytes: rowBytes)
          })
      }
    case .decode:
      let source = buffers.blocks
      for peer in peers {
        guard let decode = peer.decode else { continue }
        contenders.append(
          Contender(name: peer.name) { first, count in
            decode(source + first * rowBytes, decoded + first * rows.length, count * rows.length)
          })
      }
      for (set, kernel) in kernels {
        contenders.append(
          Contender(name: set) { first, count in
            let input = UnsafeBufferPointer(start: source + first * rowBytes, count: count * rowBytes)
            let output = UnsafeMutableBufferPointer(start: decoded + first * rows.length, count: count * rows.length)
            var span = output.mutableSpan
            kernel.decode(input.span, into: &span)
          })
      }
    }
    return contenders.contains { contender in kernels.contains { $0.set == contender.name } } ? contenders : nil
  }

  private static func encode(
    _ kernel: Kernel, _ weights: UnsafePointer<Float>, _ importance: UnsafePointer<Float>?,
    _ blocks: UnsafeMutablePointer<UInt8>, _ rows: Rows, rowBytes: Int
  ) {
    guard let importance else {
      let input = UnsafeBufferPointer(start: weights, count: rows.weights)
      var output = UnsafeMutableBufferPointer(start: blocks, count: rows.count * rowBytes).mutableSpan
      kernel.encode(input.span, into: &output)
      return
    }
    let factors = UnsafeBufferPointer(start: importance, count: rows.length)
    for row in 0..<rows.count {
      let input = UnsafeBufferPointer(start: weights + row * rows.length, count: rows.length)
      var output = UnsafeMutableBufferPointer(start: blocks + row * rowBytes, count: rowBytes).mutableSpan
      kernel.encodeRow(input.span, importance: factors.span, into: &output)
    }
  }

  /// Fills the blocks that are decoded: the weights encoded by the fastest kernel, or random ones.
  func prepareBlocks() {
    guard let encoder = kernels.last(where: { $0.kernel.encodes }) else { return buffers.fillBlocks(type) }
    let (rows, rowBytes) = (buffers.rows, buffers.blockBytes(type, rows: 1))
    Self.encode(encoder.kernel, buffers.weights, nil, buffers.blocks, rows, rowBytes: rowBytes)
  }

  /// Whether all contenders produce the same bytes, from the first rows.
  func check(_ contenders: [Contender], _ operation: Operation, rows count: Int) throws {
    let size = operation == .decode ? count * buffers.rows.length * 4 : buffers.blockBytes(type, rows: count)
    let output =
      operation == .decode ? UnsafeMutableRawPointer(buffers.decoded) : UnsafeMutableRawPointer(buffers.otherBlocks)
    var expected: [UInt8] = []
    let ours = Set(kernels.map(\.set))
    for contender in contenders where operation != .search || ours.contains(contender.name) {
      memset(output, 0xAA, size)
      contender.run(0, count)
      let bytes = UnsafeRawBufferPointer(start: output, count: size)
      if expected.isEmpty {
        expected = Array(bytes)
      } else if let at = bytes.indices.first(where: { bytes[$0] != expected[$0] }) {
        let unit = operation == .decode ? 4 * type.blockLength : type.blockBytes
        throw DifferentBytes(
          description: """
            \(type.name), \(operation.rawValue): \(contender.name) and \(contenders[0].name) differ in block \
            \(at / unit), byte \(at % unit)
            """)
      }
    }
  }
}
