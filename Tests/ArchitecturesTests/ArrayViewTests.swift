import MemoryCheckpoints
import TensorCore
import TestSupport
import Testing

@testable import Architectures

/// What is read of a tensor in another order, held against the order itself.
@Suite("Arrays in another order")
struct ArrayViewTests {
  /// 16-bit numbers, each its own place.
  private static func source(_ shape: [Int]) -> MemorySource {
    var bytes: [UInt8] = []
    for index in 0..<shape.reduce(1, *) { bytes.append(littleEndian: UInt16(truncatingIfNeeded: index)) }
    return MemorySource("t", .bf16, shape, payload: bytes)
  }

  /// The places in the tensor, in the order of the view, read in pieces that begin and end anywhere.
  private static func places(
    _ shape: [Int], pieces seed: UInt64, _ arrange: (ArrayView) throws -> ArrayView
  ) throws -> [Int] {
    let source = source(shape)
    let view = try arrange(ArrayView(source.tensors[0]))
    #expect(view.shape.reduce(1, *) == view.elementCount)
    let tensor = TensorView(.arrays([view]))
    let total = 2 * view.elementCount
    var generator = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    while bytes.count < total {
      var piece = [UInt8](repeating: 0xEE, count: min(total - bytes.count, Int.random(in: 1...97, using: &generator)))
      var span = piece.mutableSpan
      try tensor.read(from: bytes.count, into: &span, in: source)
      bytes += piece
    }
    return stride(from: 0, to: total, by: 2).map { Int(bytes.span.load(UInt16.self, at: $0)) }
  }

  @Test("Halves of heads are interleaved", arguments: [UInt64](1...4))
  func interleaved(_ seed: UInt64) throws {
    // Two heads of six rows of three: rows 0, 3, 1, 4, 2, 5, then the next head's.
    let places = try Self.places([12, 3], pieces: seed) { try $0.interleavingHalves(heads: 2) }
    let rows = [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]
    let expected: [Int] = rows.flatMap { row in [3 * row, 3 * row + 1, 3 * row + 2] }
    #expect(places == expected)
  }

  @Test("Queries, keys and values that stand head by head are separated", arguments: [UInt64](1...4))
  func separated(_ seed: UInt64) throws {
    // Two heads of two rows each.
    let places = try Self.places([12, 2], pieces: seed) { try $0.separatingHeads(2) }
    let rows = [0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]
    let expected: [Int] = rows.flatMap { row in [2 * row, 2 * row + 1] }
    #expect(places == expected)
  }

  @Test("A bias is ordered as the rows of its matrix")
  func bias() throws {
    let places = try Self.places([12], pieces: 5) { try $0.interleavingHalves(heads: 2) }
    #expect(places == [0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11])
  }

  /// Wide and narrow: elements close enough to be read at once, and columns read row by row.
  @Test("Rows and columns change places", arguments: [(3, 5), (40, 7), (7, 40), (120, 33)])
  func turned(_ rows: Int, _ columns: Int) throws {
    let places = try Self.places([rows, columns], pieces: 6) { $0.swapping(0, 1) }
    var expected: [Int] = []
    for column in 0..<columns {
      for row in 0..<rows { expected.append(row * columns + column) }
    }
    #expect(places == expected)
  }

  @Test("Matrices are turned around each by itself")
  func turnedEach() throws {
    let places = try Self.places([3, 20, 9], pieces: 7) { $0.swapping(1, 2) }
    var expected: [Int] = []
    for matrix in 0..<3 {
      for column in 0..<9 {
        for row in 0..<20 { expected.append(matrix * 180 + row * 9 + column) }
      }
    }
    #expect(places == expected)
  }

  @Test("A part of the rows begins where it is asked for")
  func rows() throws {
    let places = try Self.places([6, 4], pieces: 8) { try $0.rows(2..<5) }
    #expect(places == Array(8..<20))
  }

  @Test("What does not divide is refused")
  func refused() {
    let view = ArrayView(Self.source([10, 3]).tensors[0])
    #expect(throws: ArchitectureError.cannotRearrange(tensor: "t", shape: [4, 2, 1, 3])) {
      try view.interleavingHalves(heads: 4)
    }
    #expect(throws: ArchitectureError.cannotRearrange(tensor: "t", shape: [10, 3])) { try view.rows(9..<11) }
  }

  @Test("Arrays one behind the other are read across their borders")
  func stacked() throws {
    let source = MemorySource([
      .init(name: "a", type: .bf16, dimensions: [2], payload: [1, 2, 3, 4]),
      .init(name: "b", type: .bf16, dimensions: [3], payload: [5, 6, 7, 8, 9, 10]),
    ])
    let view = TensorView(.arrays(source.tensors.map { ArrayView($0) }))
    for start in 0..<10 {
      for end in start...10 {
        var bytes = [UInt8](repeating: 0, count: end - start)
        var span = bytes.mutableSpan
        try view.read(from: start, into: &span, in: source)
        let expected: [UInt8] = (start..<end).map { UInt8($0 + 1) }
        #expect(bytes == expected)
      }
    }
  }
}
